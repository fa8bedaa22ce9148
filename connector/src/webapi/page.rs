//! One page of rows, and what it says of the next.

use std::ops::Range;

use airlock_connector::{Error, Failure};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::client::{Reply, not_understood};

/// One page. Rows stay slices of the body that came: a page of 5,000 rows costs one allocation.
#[derive(Debug, Default)]
pub struct Page {
    body: String,
    rows: Vec<Range<usize>>,
    next: Option<String>,
    count: Option<i64>,
    more: bool,
    cookie: Option<String>,
    delta: Option<String>,
}

#[derive(Deserialize)]
struct Wire<'a> {
    #[serde(borrow)]
    value: Vec<&'a RawValue>,
    #[serde(rename = "@odata.nextLink")]
    next: Option<String>,
    #[serde(rename = "@odata.count")]
    count: Option<i64>,
    #[serde(rename = "@Microsoft.Dynamics.CRM.morerecords")]
    more: Option<bool>,
    #[serde(rename = "@Microsoft.Dynamics.CRM.fetchxmlpagingcookie")]
    cookie: Option<String>,
    #[serde(rename = "@odata.deltaLink")]
    delta: Option<String>,
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
        let (more, cookie) = (wire.more.unwrap_or_default(), wire.cookie);
        let delta = wire.delta;
        Ok(Self {
            body,
            rows,
            next,
            count,
            more,
            cookie,
            delta,
        })
    }

    /// How many rows the page has; fewer than asked, even none, does not mean the end.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Leaves out so many rows at the beginning.
    pub fn leave_out(&mut self, rows: usize) {
        self.rows.drain(..rows.min(self.rows.len()));
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

    /// Whether the annotation `morerecords` says that there are more rows.
    #[must_use]
    pub fn more(&self) -> bool {
        self.more
    }

    /// The annotation `fetchxmlpagingcookie`: where FetchXML goes on.
    #[must_use]
    pub fn cookie(&self) -> Option<&str> {
        self.cookie.as_deref()
    }

    /// The link to what changes from now on, where changes are tracked.
    #[must_use]
    pub fn delta(&self) -> Option<&str> {
        self.delta.as_deref()
    }

    /// `@odata.count`, where it was asked for. The service never counts beyond 5,000.
    #[must_use]
    pub fn count(&self) -> Option<i64> {
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stay_as_they_came() {
        let body = "\u{feff}{\"@odata.count\":7,\"value\":[ {\"a\":1.50,\n \"b\":\"x\\ny\"} ,{}]}";
        let page = Page::read(Reply {
            status: 200,
            headers: airlock_connector::http::Headers::new(),
            body: body.as_bytes().to_vec(),
        })
        .unwrap();
        assert_eq!((page.len(), page.count()), (2, Some(7)));
        let rows: Vec<&str> = page.rows().collect();
        assert_eq!(rows, ["{\"a\":1.50,\n \"b\":\"x\\ny\"}", "{}"]);
    }
}
