//! What an input asks of the service: which pages, how, and when to stop.
//!
//! `top` goes out as the size of the only page and not as `$top`: the service gives no link behind
//! `$top`, so an answer could not say where the other rows are. The exception is an expand within
//! an expand, whose inner lists the page size would cut (Web API reference, `$expand`).

use std::rc::Rc;

use super::{Input, Rest, next_page::NextPage};
use crate::{
    actions::{Session, options::names},
    tables::Table,
    webapi::{CallOptions, Error, Page, Pager, Query, Transport},
};

/// The service stops counting here (Web API reference, `$count`).
const COUNT_LIMIT: i64 = 5_000;

/// A walk through pages.
#[derive(Debug)]
pub(super) struct Plan {
    pager: Pager,
    options: CallOptions,
    /// Whether to go on after the first page that has rows.
    all: bool,
    /// `$top`, where the service itself cuts and gives no link.
    top: Option<u32>,
    rows: u64,
    count: Option<i64>,
    /// What the first page asks, until it has been answered.
    first: Option<(Rc<Table>, Query)>,
}

impl Plan {
    pub(super) async fn of<T: Transport>(
        session: &Session<T>,
        input: Input,
    ) -> Result<Self, Error> {
        let mut options = input.options()?;
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
        if let Some(text) = &input.next_page {
            let page = NextPage::parse(text);
            let url = session.client().base().own(&page.link, "/next-page")?;
            options.page_size = options.page_size.or(page.page_size);
            if input.formatted_values.is_none() && input.all_annotations.is_none() {
                options.annotations = page.annotations;
            }
            return Ok(Self::at(url, options, all));
        }
        let (query, top) = query(&input, &mut options);
        query.check()?;
        let table = session.table(&input.table, "/table").await?;
        let url = url(session, &table, &query)?;
        Ok(Self {
            top,
            first: Some((table, query)),
            ..Self::at(url, options, all)
        })
    }

    fn at(url: String, options: CallOptions, all: bool) -> Self {
        let pager = Pager::new(url, options.clone());
        Self {
            pager,
            options,
            all,
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
        if self.rows > 0 && !self.all {
            return Ok(None);
        }
        let page = match (self.pager.page(session.client()).await, self.first.take()) {
            (Err(refused), Some((table, query))) => {
                let query = session.corrected(&table, &query, refused).await?;
                self.pager = Pager::new(url(session, &table, &query)?, self.options.clone());
                self.pager.page(session.client()).await?
            }
            (page, _) => page?,
        };
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

    /// What the pages read so far leave out.
    pub(super) fn rest(&self) -> Rest {
        let next_page = self
            .pager
            .next()
            .map(|link| NextPage::new(link, &self.options).to_text());
        let cut = self.top.is_some_and(|top| self.rows >= u64::from(top));
        Rest {
            count: self.count,
            count_limited: self.count.map(|count| count >= COUNT_LIMIT),
            truncated: next_page.is_some() || cut,
            next_page,
        }
    }
}

fn url<T: Transport>(session: &Session<T>, table: &Table, query: &Query) -> Result<String, Error> {
    session
        .client()
        .base()
        .url(table.set.as_str(), &query.encode())
}

fn query(input: &Input, options: &mut CallOptions) -> (Query, Option<u32>) {
    let expand = input.expand.clone().unwrap_or_default();
    let nested = expand.iter().any(|one| one.contains("$expand"));
    let top = input.top.filter(|_| nested && input.page_size.is_none());
    if top.is_some() {
        options.page_size = None;
    }
    let parameters = input.parameters.clone().unwrap_or_default();
    let query = Query {
        select: names(input.select.clone()),
        filter: input.filter.clone(),
        order_by: names(input.orderby.clone()),
        expand,
        top,
        count: input.count.unwrap_or(false),
        apply: input.apply.clone(),
        parameters: parameters
            .into_iter()
            .map(|(name, value)| (name, crate::actions::options::plain(&value)))
            .collect(),
    };
    (query, top)
}
