//! Walks pages of rows to the end without ever leaving the organisation, going in circles or
//! stopping early in silence.
//!
//! An OData read is given a link to its next page. FetchXML and saved views are told in annotations
//! that there is more, and the next address has to be made ([`fetch_pages`]).

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
};

use airlock_connector::{Error, Failure, Transport};

use super::{
    client::Client,
    fetch_pages,
    headers::{CallOptions, LARGEST_PAGE},
    page::Page,
};
use crate::webapi::client::ApiRequest;

/// Walks from page to page.
#[derive(Debug)]
pub struct Pager {
    next: Option<String>,
    options: CallOptions,
    /// Hashes of the links followed: a link that comes twice would never end.
    seen: BTreeSet<u64>,
    /// The rows of the last page, hashed, where only a page number leads on from it.
    numbered: Option<u64>,
    cut: bool,
}

impl Pager {
    /// Starts at `url`. Every page is asked for with the same `options`: the service forgets the
    /// page size and annotations between pages.
    #[must_use]
    pub fn new(url: String, mut options: CallOptions) -> Self {
        options.paging_annotations = fetch_pages::asks_by_fetch_xml(&url);
        if fetch_pages::asks_by_view(&url) {
            // Asked for pages, the service links those of a view.
            options.page_size.get_or_insert(LARGEST_PAGE);
        }
        Self {
            next: Some(url),
            options,
            seen: BTreeSet::new(),
            numbered: None,
            cut: false,
        }
    }

    /// The link of the page that [`Pager::page`] would read, also after it failed; `None` at the
    /// end.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Whether the service said that there is more without a way to it.
    #[must_use]
    pub fn cut(&self) -> bool {
        self.cut
    }

    /// Reads the next page, or `None` after the last.
    ///
    /// # Errors
    /// What the service answered; [`Error::Rejected`] when the link to the next page leads out of
    /// the organisation or back to a page already read.
    pub async fn page<T: Transport>(&mut self, client: &Client<T>) -> Result<Option<Page>, Error> {
        let Some(url) = self.next.clone() else {
            return Ok(None);
        };
        let call = ApiRequest::get(url.clone()).with_options(&self.options);
        let page = Page::read(client.send(call).await?)?;
        if self.numbered.is_some_and(|last| last == hash_rows(&page)) {
            return Err(astray("the next page number gives the same rows again"));
        }
        let next = self.after(client, &url, &page).await?;
        if let Some(next) = &next {
            self.seen.insert(hash(&url));
            if self.seen.contains(&hash(next)) {
                return Err(astray(&format!(
                    "its link to the next page leads back to a page already read (after {} pages)",
                    self.seen.len()
                )));
            }
        }
        self.cut = next.is_none() && page.more();
        self.next = next;
        Ok(Some(page))
    }

    /// The address of the page after `page`, which `url` led to.
    async fn after<T: Transport>(
        &mut self,
        client: &Client<T>,
        url: &str,
        page: &Page,
    ) -> Result<Option<String>, Error> {
        self.numbered = None;
        if let Some(link) = page.next() {
            return client.base().own(link, "").map(Some).map_err(|error| {
                astray(&format!("its link to the next page is refused: {error}"))
            });
        }
        if !page.more() {
            return Ok(None);
        }
        if page.cookie().is_none() {
            self.numbered = Some(hash_rows(page));
        }
        match fetch_pages::view(url) {
            Some(view) => {
                let text = client.fetch_xml_of(view).await?;
                let size = self.options.page_size.unwrap_or(LARGEST_PAGE);
                Ok(text.and_then(|text| fetch_pages::after_view(url, &text, size, page.cookie())))
            }
            None => Ok(fetch_pages::after(url, page.cookie())),
        }
    }
}

/// Whoever finds two links with one hash stops only their own walk, so no randomness is asked for.
fn hash(link: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(link)
}

fn hash_rows(page: &Page) -> u64 {
    let rows: Vec<&str> = page.rows().collect();
    BuildHasherDefault::<DefaultHasher>::new().hash_one(rows)
}

fn astray(what: &str) -> Error {
    Error::Rejected(Failure::text(format!(
        "the service gave a page of rows, but {what}; the rows are incomplete"
    )))
}

#[cfg(test)]
mod tests;
