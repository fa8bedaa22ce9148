//! What an input asks of the service: which pages, how, and when to stop.
//!
//! `top` goes out as the size of the only page and not as `$top`: the service gives no link behind
//! `$top`, so an answer could not say where the other rows are. The exception is an expand within
//! an expand, whose inner lists the page size would cut (Web API reference, `$expand`).

use std::rc::Rc;

use airlock_connector::{Error, Transport};

use super::{
    Input, Rest, bounds,
    fetch::Fetch,
    next_page::NextPage,
    parameters::{parameters, partition},
    view,
};
use crate::{
    actions::options::names,
    session::Session,
    tables::Table,
    webapi::{CallOptions, Page, Pager, Query, fetch_pages},
};

/// The service stops counting here (Web API reference, `$count`).
const COUNT_LIMIT: i64 = 5_000;

/// Whether whoever is told of an error has the rows that came before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given {
    /// They were streamed.
    Yes,
    /// They were to be part of the answer.
    No,
}

/// Where the rows of a list are.
#[derive(Clone, Debug)]
pub(in crate::actions) struct Place {
    /// Their table.
    pub(in crate::actions) table: Rc<Table>,
    /// Their resource below the API root, encoded.
    pub(in crate::actions) resource: String,
    /// What of the query the resource itself needs, encoded; mostly nothing.
    pub(in crate::actions) aliases: String,
}

impl Place {
    fn table(table: Rc<Table>) -> Self {
        Self {
            resource: table.set.to_string(),
            aliases: String::new(),
            table,
        }
    }

    fn url<T: Transport>(&self, session: &Session<T>, query: &Query) -> Result<String, Error> {
        let asked = query.encode();
        let parts = [self.aliases.as_str(), asked.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        session
            .client()
            .base()
            .url(&self.resource, &parts.join("&"))
    }
}

/// A walk through pages.
#[derive(Debug)]
pub(super) struct Plan {
    pager: Pager,
    options: CallOptions,
    /// Whether to go on after the first page that has rows.
    all: bool,
    /// How many rows are enough, where not all are wanted.
    enough: u64,
    /// Rows still to be left out.
    skip: u64,
    /// `$top`, where the service itself cuts and gives no link.
    top: Option<u64>,
    rows: u64,
    count: Option<i64>,
    /// What the first page asks, until it has been answered.
    first: Option<(Place, Query)>,
}

impl Plan {
    pub(super) async fn of<T: Transport>(
        session: &Session<T>,
        input: Input,
        place: Option<Place>,
    ) -> Result<Self, Error> {
        let mut options = input.options()?;
        bounds::sizes(&input)?;
        let all = input.fetch_all.unwrap_or(false);
        if let (true, Some(top)) = (all, input.top) {
            return Err(Error::invalid(
                "/top",
                format!("fetch-all wants every row and top only {top}: leave one of them out"),
            ));
        }
        options.page_size = match (input.top, input.page_size) {
            (Some(top), Some(size)) => Some(top.min(size)),
            (top, size) => top.or(size),
        };
        let skip = bounds::skip(&input)?;
        if let Some(top) = input.top {
            options.page_size = options.page_size.map(|size| size.min(top) + skip);
        }
        let enough = bounds::enough(&input)?;
        if let Some(text) = &input.next_page {
            let page = NextPage::parse(text);
            let url = session.client().base().own(&page.link, "/next-page")?;
            options.page_size = options.page_size.or(page.page_size);
            if input.formatted_values.is_none() && input.all_annotations.is_none() {
                options.annotations = page.annotations;
            }
            options.full_metadata = input.full_metadata.unwrap_or(page.full_metadata);
            return Ok(Self {
                enough,
                ..Self::at(url, options, all)
            });
        }
        let asked = Asked::of(&input, &mut options)?;
        let place = match place {
            Some(place) => place,
            None => Place::table(session.table(&input.table, "/table").await?),
        };
        let (query, top) = match asked {
            Asked::FetchXml(fetch) => fetch.query(&input, &place.table)?,
            Asked::OData(query, top) => (query, top),
        };
        let mut query = query;
        let view = view::parameter(session, &place.table, &input).await?;
        query.parameters.extend(view);
        if skip > 0 && query.fetch_xml.is_none() {
            bounds::settle(&mut query, &place.table);
        }
        let url = place.url(session, &query)?;
        Ok(Self {
            top,
            enough,
            skip: u64::from(skip),
            first: Some((place, query)),
            ..Self::at(url, options, all)
        })
    }

    fn at(url: String, options: CallOptions, all: bool) -> Self {
        let pager = Pager::new(url, options.clone());
        Self {
            pager,
            options,
            all,
            enough: 1,
            skip: 0,
            top: None,
            rows: 0,
            count: None,
            first: None,
        }
    }

    /// The next page that is wanted.
    pub(super) async fn page<T: Transport>(
        &mut self,
        session: &Session<T>,
    ) -> Result<Option<Page>, Error> {
        // A page can be empty and not the last; a caller who asked for rows is not shown that.
        if self.rows >= self.enough && !self.all {
            return Ok(None);
        }
        let page = match (self.pager.page(session.client()).await, self.first.take()) {
            (Err(refused), Some((place, query))) => {
                let table = &place.table;
                let query = session.corrected(table, &query, refused).await?;
                self.pager = Pager::new(place.url(session, &query)?, self.options.clone());
                match self.pager.page(session.client()).await {
                    // A fault behind the one that was put right.
                    Err(refused) => return Err(session.explained(table, &query, refused).await),
                    page => page?,
                }
            }
            (page, _) => page?,
        };
        let page = page.map(|mut page| {
            let left_out = self.skip.min(page.len() as u64);
            page.leave_out(usize::try_from(left_out).unwrap_or(usize::MAX));
            self.skip -= left_out;
            page
        });
        if let Some(page) = &page {
            self.count = self.count.or(page.count());
            self.rows += page.len() as u64;
        }
        Ok(page)
    }

    /// How many rows there are in all, where that is known for certain.
    pub(super) fn total(&self) -> Option<u64> {
        let count = self.count.filter(|count| *count < COUNT_LIMIT)?;
        u64::try_from(count).ok()
    }

    /// Where the first row is that has not been read.
    fn next_page(&self) -> Option<String> {
        let link = self.pager.next()?;
        Some(NextPage::new(link, &self.options).to_text())
    }

    /// The error of a read that broke off, with the way to what it did not reach.
    pub(super) fn broken_off(&self, error: Error, given: Given) -> Error {
        let (rows, Some(next)) = (self.rows, self.next_page()) else {
            return error;
        };
        match (rows, given) {
            (0, _) => error,
            (_, Given::Yes) => error.noting(&format!(
                "{rows} rows had come before; to go on after them, give next-page: {next}"
            )),
            (_, Given::No) => error.noting(&format!(
                "the {rows} rows that had come before are not given with an error: read page by \
                 page or as a stream to keep what comes. What follows them is at next-page: {next}"
            )),
        }
    }

    /// Where the next page begins, for whoever stops reading in the middle of it.
    pub(super) fn place(&self) -> Begun {
        Begun((self.rows > 0).then(|| self.next_page()).flatten())
    }

    /// What the pages read so far leave out.
    pub(super) fn rest(&self) -> Rest {
        let next_page = self.next_page();
        let (next_page_number, paging_cookie) = match self.pager.next().and_then(fetch_pages::place)
        {
            Some((page, cookie)) => (Some(page), cookie),
            None => (None, None),
        };
        let cut = self.pager.cut() || self.top.is_some_and(|top| self.rows >= top);
        Rest {
            count: self.count,
            count_limited: self.count.map(|count| count >= COUNT_LIMIT),
            truncated: next_page.is_some() || cut,
            next_page,
            next_page_number,
            paging_cookie,
        }
    }
}

/// Where a page begins that is not the first: before that, the same input begins again.
#[derive(Debug)]
pub(super) struct Begun(Option<String>);

impl Begun {
    /// The error of a stream that nobody read to its end, with the way to the page that was under way.
    pub(super) fn left(&self, error: Error) -> Error {
        match &self.0 {
            Some(page) => error.noting(&format!(
                "to go on from the page that was under way, give next-page: {page}"
            )),
            None => error,
        }
    }
}

/// In which of its two languages the service is asked.
enum Asked {
    FetchXml(Fetch),
    /// And after how many rows the service stops without a word.
    OData(Query, Option<u64>),
}

impl Asked {
    fn of(input: &Input, options: &mut CallOptions) -> Result<Self, Error> {
        if let Some(fetch) = Fetch::of(input)? {
            options.page_size = None;
            return Ok(Self::FetchXml(fetch));
        }
        let (query, top) = query(input, options);
        query.check()?;
        Ok(Self::OData(query, top))
    }
}

fn query(input: &Input, options: &mut CallOptions) -> (Query, Option<u64>) {
    let expand = input.expand.clone().unwrap_or_default();
    let nested = expand.iter().any(|one| one.contains("$expand"));
    let top = input.top.filter(|_| nested && input.page_size.is_none());
    if top.is_some() {
        options.page_size = None;
    }
    let query = Query {
        top: top.map(|top| top + input.skip.unwrap_or_default()),
        select: names(input.select.as_deref().unwrap_or_default()),
        filter: input.filter.clone(),
        order_by: names(input.orderby.as_deref().unwrap_or_default()),
        expand,
        count: input.count.unwrap_or(false),
        apply: input.apply.clone(),
        fetch_xml: None,
        parameters: parameters(input).chain(partition(input)).collect(),
    };
    (query, top.map(u64::from))
}
