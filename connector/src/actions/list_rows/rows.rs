//! The rows of an answer, from the service's text to ours without being read in between.

use serde::{
    Serialize, Serializer,
    ser::{Error as _, SerializeSeq},
};
use serde_json::value::RawValue;

use crate::webapi::Page;

/// Rows of any number of pages, in order.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Page>);

impl Rows {
    pub(super) fn push(&mut self, page: Page) {
        self.0.push(page);
    }
}

impl Serialize for Rows {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let length = self.0.iter().map(Page::len).sum();
        let mut list = serializer.serialize_seq(Some(length))?;
        for row in self.0.iter().flat_map(Page::rows) {
            let row: &RawValue = serde_json::from_str(row).map_err(S::Error::custom)?;
            list.serialize_element(row)?;
        }
        list.end()
    }
}
