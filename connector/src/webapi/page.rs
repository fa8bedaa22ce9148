//! Pages of rows: reading one, and walking them to the end without ever leaving the organisation
//! or going in circles.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, BuildHasherDefault, DefaultHasher},
    ops::Range,
};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::{
    client::{Call, Client, Reply, not_understood},
    error::{Error, Failure},
    headers::CallOptions,
    transport::Transport,
};

/// One page. Rows stay slices of the body that came: a page of 5,000 rows costs one allocation.
#[derive(Debug, Default)]
pub struct Page {
    body: String,
    rows: Vec<Range<usize>>,
    next: Option<String>,
    count: Option<i64>,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<i64>,
}

impl Page {
    /// Reads the answer to a query.
    ///
    /// # Errors
    /// [`Error::Rejected`] when it is not a list of rows.
    pub fn read(reply: Reply) -> Result<Self, Error> {
        let body = String::from_utf8(reply.body).map_err(|_| {
            Error::Rejected(Failure {
                message: "the answer is not UTF-8 text".to_owned(),
                status: Some(reply.status),
                ..Failure::default()
            })
        })?;
        let text = body.trim_start_matches('\u{feff}');
        let wire: Wire<'_> =
            serde_json::from_str(text).map_err(|error| not_understood(reply.status, &error))?;
        let start = body.as_ptr() as usize;
        let rows = wire
            .value
            .iter()
            .map(|row| {
                let from = row.get().as_ptr() as usize - start;
                from..from + row.get().len()
            })
            .collect();
        let (next, count) = (wire.next, wire.count);
        Ok(Self {
            body,
            rows,
            next,
            count,
        })
    }

    /// How many rows the page has; fewer than asked, even none, does not mean the end.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Bytes of the answer that the page came in: its rows are no longer together.
    #[must_use]
    pub fn size(&self) -> usize {
        self.body.len()
    }

    /// Whether the page has no rows.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows as the JSON text that came.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &str> {
        self.rows
            .iter()
            .map(|range| self.body.get(range.clone()).unwrap_or_default())
    }

    /// The link to the next page, where there is one.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// `@odata.count`, where it was asked for. The service never counts beyond 5,000.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        self.count
    }

    /// Appends `row` and a line feed to `lines`, dropping line breaks between tokens.
    pub fn push_line(lines: &mut Vec<u8>, row: &str) {
        if row.contains(['\n', '\r']) {
            // A JSON string never holds a bare line break, so none of these is data.
            lines.extend(row.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')));
        } else {
            lines.extend_from_slice(row.as_bytes());
        }
        lines.push(b'\n');
    }
}

/// Walks from page to page.
#[derive(Debug)]
pub struct Pager {
    next: Option<String>,
    options: CallOptions,
    /// Hashes of the links followed: a link that comes twice would never end.
    seen: BTreeSet<u64>,
}

impl Pager {
    /// Starts at `url`. Every page is asked for with the same `options`: the service forgets the
    /// page size and annotations between pages.
    #[must_use]
    pub fn new(url: String, options: CallOptions) -> Self {
        Self {
            next: Some(url),
            options,
            seen: BTreeSet::new(),
        }
    }

    /// The link of the page that [`Pager::page`] would read; `None` at the end.
    #[must_use]
    pub fn next(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// Reads the next page, or `None` after the last.
    ///
    /// # Errors
    /// What the service answered; [`Error::Rejected`] when the link to the next page leads out of
    /// the organisation or back to a page already read.
    pub async fn page<T: Transport>(&mut self, client: &Client<T>) -> Result<Option<Page>, Error> {
        let Some(url) = self.next.take() else {
            return Ok(None);
        };
        let here = hash(&url);
        let reply = client
            .send(Call::get(url).with_options(&self.options))
            .await?;
        let page = Page::read(reply)?;
        if let Some(link) = page.next() {
            let link = client.base().own(link, "").map_err(|error| {
                astray(&format!("its link to the next page is refused: {error}"))
            })?;
            self.seen.insert(here);
            if self.seen.contains(&hash(&link)) {
                return Err(astray(&format!(
                    "its link to the next page leads back to a page already read (after {} pages)",
                    self.seen.len()
                )));
            }
            self.next = Some(link);
        }
        Ok(Some(page))
    }
}

/// Whoever finds two links with one hash stops only their own walk, so no randomness is asked for.
fn hash(link: &str) -> u64 {
    BuildHasherDefault::<DefaultHasher>::new().hash_one(link)
}

fn astray(what: &str) -> Error {
    Error::Rejected(Failure::text(format!(
        "the service gave a page of rows, but {what}; the rows are incomplete"
    )))
}

#[cfg(test)]
mod tests;
