//! `row-changes`: what is made, changed and deleted in a table, by the service's change tracking.
//!
//! The delta token is the cursor. The service gives the first one only behind all rows, so a watch begins
//! by reading the table once, page by page; and it takes a token for some days only, after which the
//! table is read once more and what differs from before is told.

mod cursor;
#[cfg(test)]
mod tests;
mod token;

use std::{rc::Rc, time::Duration};

use airlock_connector::{
    Error, Event, Page as Polled, Start, Transport, Trigger,
    declare::{Delivery, TriggerDeclaration},
};

use self::cursor::{Cursor, Mark, Newest, Place};
use super::{
    event::{Change, Facts, Payload, of_deleted, of_row},
    moment::Moment,
};
use crate::{
    actions::{
        input::input,
        options::names,
        rows::{deleted_id, of_tracking},
    },
    session::{Dataverse, Session},
    tables::{Freshness, Table},
    webapi::{ApiRequest, CallOptions, Page, Query, headers::LARGEST_PAGE},
};

/// Rows per page unless said otherwise: each page is a checkpoint.
const PAGE: u32 = 500;

input! {
    /// Configuration of `row-changes`.
    struct Config {
        /// Table to watch: its logical name (`account`) or its entity set name (`accounts`). Change
        /// tracking has to be on for it.
        #[schemars(extend("x-airlock-choices" = "tables", "x-airlock-refine" = true))]
        pub table: String,
        /// What is told; all of it unless some are named.
        pub changes: Option<Vec<Change>>,
        /// Columns that an event gives; all of them unless some are named. A change of any column is told.
        #[schemars(extend("x-airlock-choices" = "columns"))]
        pub select: Option<Vec<String>>,
        /// Rows per page; 500 unless said otherwise. After each page the host remembers how far it came.
        #[schemars(range(min = 1, max = 5000), extend("x-airlock-advanced" = true))]
        pub page_size: Option<u32>,
    } + annotations + caller
}

/// The trigger.
#[derive(Debug)]
pub struct RowChanges;

impl Trigger<Dataverse> for RowChanges {
    const DECLARATION: TriggerDeclaration = TriggerDeclaration {
        name: "row-changes",
        aliases: &[],
        title: "When a row is created, updated or deleted",
        description: "Tells what is made, changed and deleted in a table, by change tracking. Changes of a \
                      row between two polls are one event with the row as it is now; which columns changed \
                      the service does not tell. Begins by reading the table once.",
        delivery: Delivery::Polling(Duration::from_secs(180)),
        examples: &[
            r#"{"table": "account", "select": ["name", "telephone1"]}"#,
            r#"{"table": "lead", "changes": ["created"]}"#,
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
            Start::Now => watch.all(None, Mark::Now, Newest::default()).await,
            Start::Since(time) => {
                let time = Moment::parse(time)
                    .ok_or_else(|| Error::invalid("", format!("{time} is no RFC 3339 time")))?;
                watch.all(None, Mark::Time(time), Newest::default()).await
            }
            Start::Cursor(text) => {
                let Cursor { place, newest, .. } = Cursor::read(text, watch.table.name.as_str())?;
                match place {
                    Place::All { next, newer_than } => {
                        watch.all(Some(next), newer_than, newest).await
                    }
                    Place::Token(token) => watch.since(token, None, newest).await,
                    Place::Since { token, next } => watch.since(token, Some(next), newest).await,
                }
            }
            Start::Expired(text) => {
                let Cursor { place, newest, .. } = Cursor::read(text, watch.table.name.as_str())?;
                let newer_than = match place {
                    Place::All { newer_than, .. } => newer_than,
                    Place::Token(token) | Place::Since { token, .. } => Mark::of_token(&token),
                };
                let mut page = watch.all(None, newer_than, newest).await?;
                page.missed = Some(watch.lost(newer_than));
                Ok(page)
            }
        }
    }
}

/// A table under watch.
struct Watch<'a, T> {
    session: &'a Session<T>,
    table: Rc<Table>,
    changes: &'a [Change],
    query: Query,
    options: CallOptions,
}

impl<'a, T: Transport> Watch<'a, T> {
    async fn of(session: &'a Session<T>, config: &'a Config) -> Result<Self, Error> {
        let mut options = config.options()?;
        options.page_size = Some(config.page_size.unwrap_or(PAGE));
        let table = session.table(&config.table, "/table").await?;
        let query = Query {
            select: names(config.select.as_deref().unwrap_or_default()),
            ..Query::default()
        };
        query.check()?;
        let mut query = session.named(&table, &query).await?;
        if !query.select.is_empty() {
            let client = session.client();
            let columns = session
                .catalog()
                .columns(client, &table, Freshness::Cached)
                .await?;
            for name in ["createdon", "modifiedon"] {
                if columns.get(name).is_some() && !query.select.iter().any(|one| one == name) {
                    query.select.push(name.to_owned());
                }
            }
        }
        Ok(Self {
            session,
            table,
            changes: config.changes.as_deref().unwrap_or_default(),
            query,
            options,
        })
    }

    /// One page of all rows, behind the last of which stands a token.
    async fn all(
        &self,
        next: Option<String>,
        newer_than: Mark,
        mut newest: Newest,
    ) -> Result<Polled, Error> {
        let base = self.session.client().base();
        let url = match &next {
            Some(link) => base.own(link, "")?,
            None => base.url(self.table.set.as_str(), &self.query.encode())?,
        };
        let mut options = CallOptions {
            track_changes: true,
            ..self.options.clone()
        };
        if newer_than == Mark::Now {
            // Nothing of it is told, so the fewest pages are the best.
            options.page_size = Some(LARGEST_PAGE);
        }
        let page = self.page(url, &options, next.is_some()).await?;
        let mut events = Vec::new();
        for row in page.rows() {
            let facts = Facts::of(&self.table, row)?;
            if newer_than.is_before(&facts) {
                let change = change_of(&facts, newer_than.time(), &newest);
                self.tell(
                    &mut events,
                    of_row(&self.table, &facts, change, row)?,
                    change,
                );
            }
            newest.see(&facts);
        }
        let place = match page.next() {
            Some(link) => Place::All {
                next: base.own(link, "")?,
                newer_than,
            },
            None => Place::Token(token_of(&page)?),
        };
        self.polled(events, place, newest)
    }

    /// One page of the changes since a token.
    async fn since(
        &self,
        token: String,
        next: Option<String>,
        mut newest: Newest,
    ) -> Result<Polled, Error> {
        let base = self.session.client().base();
        let url = match &next {
            Some(link) => base.own(link, "")?,
            None => {
                let select = self.query.encode();
                let mark = if select.is_empty() { "" } else { "&" };
                let query = format!("{select}{mark}$deltatoken={token}");
                base.url(self.table.set.as_str(), &query)?
            }
        };
        let page = self.page(url, &self.options, true).await?;
        let (_, time) = token::read(&token);
        let name = token::name(&token);
        let mut events = Vec::new();
        for row in page.rows() {
            if let Some(id) = deleted_id(row) {
                let event = of_deleted(&self.table, &id, &name)?;
                self.tell(&mut events, event, Change::Deleted);
                continue;
            }
            let facts = Facts::of(&self.table, row)?;
            let change = change_of(&facts, time, &newest);
            self.tell(
                &mut events,
                of_row(&self.table, &facts, change, row)?,
                change,
            );
            newest.see(&facts);
        }
        let place = match page.next() {
            Some(link) => Place::Since {
                token,
                next: base.own(link, "")?,
            },
            None => Place::Token(token_of(&page)?),
        };
        self.polled(events, place, newest)
    }

    async fn page(&self, url: String, options: &CallOptions, since: bool) -> Result<Page, Error> {
        let call = ApiRequest::get(url).with_options(options);
        let reply = self.session.client().send(call).await;
        Page::read(reply.map_err(|error| of_tracking(error, since))?)
    }

    fn tell(&self, events: &mut Vec<Event>, event: Event, change: Change) {
        if self.changes.is_empty() || self.changes.contains(&change) {
            events.push(event);
        }
    }

    fn polled(&self, events: Vec<Event>, place: Place, newest: Newest) -> Result<Polled, Error> {
        let more = !matches!(place, Place::Token(_));
        let cursor = Cursor {
            table: self.table.name.to_string(),
            place,
            newest,
        };
        Ok(Polled {
            events,
            cursor: cursor.write()?,
            more,
            missed: None,
        })
    }

    fn lost(&self, since: Mark) -> String {
        let since = match since.time() {
            Some(time) => format!("since {time}"),
            None => "meanwhile".to_owned(),
        };
        format!(
            "the service told no more what changed: {} is read anew, and which of its rows were deleted {since} \
             cannot be told",
            self.table.set
        )
    }
}

/// Whether a row was made or changed, where what was made before `time` is known.
fn change_of(facts: &Facts, time: Option<Moment>, newest: &Newest) -> Change {
    let made = match (facts.created, time) {
        (Some(created), Some(time)) => created >= time && !newest.has(facts),
        (Some(created), None) => facts.modified == Some(created) && !newest.has(facts),
        (None, _) => false,
    };
    if made {
        Change::Created
    } else {
        Change::Updated
    }
}

fn token_of(page: &Page) -> Result<String, Error> {
    let token = page.delta().and_then(token::in_link);
    token.map(str::to_owned).ok_or_else(|| {
        Error::Rejected(airlock_connector::Failure::text(
            "the service gave rows and no token to go on from: is change tracking on for the table?",
        ))
    })
}
