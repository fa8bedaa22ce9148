//! `rows-modified`: what is made and changed in a table, by the column `modifiedon`.
//!
//! For tables without change tracking. `modifiedon` has whole seconds, and a row may become visible some
//! time after the moment that it bears. So each poll reads again what was modified shortly before the
//! newest row told so far; an event is a version of a row, so that the host knows what it had. Rows of
//! one second are never passed by.

mod cursor;
#[cfg(test)]
mod tests;

use std::{rc::Rc, time::Duration};

use airlock_connector::{
    Error, Event, Page as Polled, Start, Transport, Trigger,
    declare::{Delivery, TriggerDeclaration},
};
use schemars::JsonSchema;
use serde::Deserialize;

use self::cursor::{Before, Cursor, Walk};
use super::{
    event::{Change, Facts, Payload, of_row},
    moment::Moment,
};
use crate::{
    actions::{input::input, options::names},
    session::{Dataverse, Session},
    tables::Table,
    webapi::{ApiRequest, CallOptions, Page, Query},
};

const PAGE: u32 = 500;
const OVERLAP: u32 = 120;

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Rows that were made.
    Created,
    /// Rows that were changed.
    Updated,
    /// Both.
    CreatedOrUpdated,
}

impl Told {
    fn tells(self, change: Change) -> bool {
        match self {
            Self::Created => change == Change::Created,
            Self::Updated => change == Change::Updated,
            Self::CreatedOrUpdated => true,
        }
    }
}

input! {
    /// Configuration of `rows-modified`.
    struct Config {
        /// Table to watch: its logical name (`account`) or its entity set name (`accounts`).
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// What is told; `created-or-updated` unless said otherwise.
        pub changes: Option<Told>,
        /// Only rows that suit this OData filter as they are now, such as `statuscode eq 1`.
        pub filter: Option<String>,
        /// Columns that an event gives; all of them unless some are named.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// How many seconds before the newest row told so far each poll reads again, because rows may become
        /// visible late; 120 unless said otherwise.
        #[schemars(range(min = 1, max = 3600), extend("x-airlock-advanced" = true))]
        pub overlap_seconds: Option<u32>,
        /// Rows per page; 500 unless said otherwise. After each page the host remembers how far it came.
        #[schemars(range(min = 1, max = 5000), extend("x-airlock-advanced" = true))]
        pub page_size: Option<u32>,
    } + annotations + caller
}

/// The trigger.
#[derive(Debug)]
pub struct RowsModified;

impl Trigger<Dataverse> for RowsModified {
    const DECLARATION: TriggerDeclaration = TriggerDeclaration {
        name: "rows-modified",
        aliases: &[],
        title: "When a row is created or updated (by its date)",
        description: "Tells what is made and changed in a table, by the column modifiedon: for tables without \
                      change tracking, and for those that only some rows of matter. Deleted rows are not \
                      seen, changes between two polls are one event with the row as it is now, and rows \
                      without modifiedon are never told.",
        delivery: Delivery::Polling(Duration::from_secs(180)),
        examples: &[
            r#"{"table": "lead", "changes": "created", "filter": "statuscode eq 1"}"#,
            r#"{"table": "account", "select": ["name"]}"#,
        ],
    };
    type Config = Config;
    type Payload = Payload;

    async fn poll<T: Transport>(
        session: &Session<T>,
        config: Config,
        start: Start<'_>,
    ) -> Result<Polled, Error> {
        let watch = Watch::of(session, &config).await?;
        match start {
            Start::Now => watch.begin().await,
            Start::Since(time) => {
                let time = Moment::parse(time)
                    .ok_or_else(|| Error::invalid("", format!("{time} is no RFC 3339 time")))?;
                watch.page(watch.cursor(Some(time), None), Some(time)).await
            }
            // A date does not expire.
            Start::Cursor(text) | Start::Expired(text) => {
                let cursor = Cursor::read(text, watch.table.name.as_str())?;
                let from = cursor.told.map(|told| told.before(watch.overlap));
                watch.page(cursor, from).await
            }
        }
    }
}

/// A table under watch.
struct Watch<'a, T> {
    session: &'a Session<T>,
    table: Rc<Table>,
    told: Told,
    query: Query,
    options: CallOptions,
    overlap: u32,
}

impl<'a, T: Transport> Watch<'a, T> {
    async fn of(session: &'a Session<T>, config: &'a Config) -> Result<Self, Error> {
        let mut options = config.options()?;
        options.page_size = Some(config.page_size.unwrap_or(PAGE));
        let table = session.table(&config.table, "/table").await?;
        let query = Query {
            select: names(config.select.as_deref().unwrap_or_default()),
            filter: config.filter.clone().filter(|one| !one.trim().is_empty()),
            ..Query::default()
        };
        query.check()?;
        let mut query = session.named(&table, &query).await?;
        if !query.select.is_empty() {
            for name in ["createdon", "modifiedon"] {
                if !query.select.iter().any(|one| one == name) {
                    query.select.push(name.to_owned());
                }
            }
        }
        Ok(Self {
            session,
            table,
            told: config.changes.unwrap_or(Told::CreatedOrUpdated),
            query,
            options,
            overlap: config.overlap_seconds.unwrap_or(OVERLAP),
        })
    }

    fn cursor(&self, told: Option<Moment>, before: Option<Before>) -> Cursor {
        Cursor {
            table: self.table.name.to_string(),
            told,
            before,
            walk: None,
        }
    }

    /// Remembers the rows of the newest second that there is.
    async fn begin(&self) -> Result<Polled, Error> {
        let query = Query {
            select: vec!["createdon".to_owned(), "modifiedon".to_owned()],
            order_by: vec!["modifiedon desc".to_owned()],
            ..Query::default()
        };
        let mut before: Option<Before> = None;
        let mut next = Some(self.url(&query)?);
        'pages: while let Some(url) = next.take() {
            let page = self.read(url, &query).await?;
            for row in page.rows() {
                let facts = Facts::of(&self.table, row)?;
                // Rows without a date stand at the end.
                let (Some(time), Some(version)) = (facts.modified, facts.version) else {
                    break 'pages;
                };
                let line = before.get_or_insert(Before { time, version });
                if time < line.time {
                    break 'pages;
                }
                line.version = line.version.max(version);
            }
            next = self.next(&page)?;
        }
        let cursor = self.cursor(before.map(|line| line.time), before);
        Ok(Polled {
            events: Vec::new(),
            cursor: cursor.write()?,
            more: false,
            missed: None,
        })
    }

    /// One page of what was modified from a moment on; of a walk under way, the next.
    async fn page(&self, mut cursor: Cursor, from: Option<Moment>) -> Result<Polled, Error> {
        let walk = cursor.walk.take();
        let query = self.modified_since(from);
        let (url, mut newest) = match walk {
            Some(walk) => (
                self.session.client().base().own(&walk.next, "")?,
                walk.newest,
            ),
            None => (self.url(&query)?, cursor.told),
        };
        let page = self.read(url, &query).await?;
        let mut events: Vec<Event> = Vec::new();
        for row in page.rows() {
            let facts = Facts::of(&self.table, row)?;
            newest = newest.max(facts.modified);
            if cursor.before.is_some_and(|before| before.has(&facts)) {
                continue;
            }
            let change = change_of(&facts, cursor.told);
            if self.told.tells(change) {
                events.push(of_row(&self.table, &facts, change, row)?);
            }
        }
        match self.next(&page)? {
            Some(next) => cursor.walk = Some(Walk { next, newest }),
            None => cursor.told = newest,
        }
        Ok(Polled {
            events,
            cursor: cursor.write()?,
            more: cursor.walk.is_some(),
            missed: None,
        })
    }

    fn modified_since(&self, from: Option<Moment>) -> Query {
        let since = from.map(|from| format!("modifiedon ge {from}"));
        let filter = match (&self.query.filter, since) {
            (Some(own), Some(since)) => Some(format!("({own}) and {since}")),
            (own, since) => since.or_else(|| own.clone()),
        };
        Query {
            filter,
            order_by: vec![
                "modifiedon asc".to_owned(),
                format!("{} asc", self.table.primary_id),
            ],
            ..self.query.clone()
        }
    }

    fn url(&self, query: &Query) -> Result<String, Error> {
        let base = self.session.client().base();
        base.url(self.table.set.as_str(), &query.encode())
    }

    fn next(&self, page: &Page) -> Result<Option<String>, Error> {
        let base = self.session.client().base();
        page.next().map(|link| base.own(link, "")).transpose()
    }

    async fn read(&self, url: String, query: &Query) -> Result<Page, Error> {
        let call = ApiRequest::get(url).with_options(&self.options);
        match self.session.client().send(call).await {
            Ok(reply) => Page::read(reply),
            Err(refused @ Error::InvalidInput(_)) => {
                Err(self.session.explained(&self.table, query, refused).await)
            }
            Err(error) => Err(error),
        }
    }
}

/// Whether a row was made or changed, where rows up to `told` are known. Both dates have whole seconds.
fn change_of(facts: &Facts, told: Option<Moment>) -> Change {
    let made = facts.created.is_some() && (facts.created > told || facts.created == facts.modified);
    if made {
        Change::Created
    } else {
        Change::Updated
    }
}
