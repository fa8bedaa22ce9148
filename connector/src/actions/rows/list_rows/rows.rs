//! The rows of an answer, from the service's text to ours without being read in between: the page
//! they came in has been read as JSON, so none is read once more.

use crate::webapi::Page;

/// Rows of any number of pages, in order.
#[derive(Debug, Default)]
pub(super) struct Rows(Vec<Page>);

impl Rows {
    pub(super) fn push(&mut self, page: Page) {
        self.0.push(page);
    }

    /// Appends the rows to `text` as a JSON list.
    pub(super) fn write(&self, text: &mut String) {
        text.reserve(self.0.iter().map(Page::size).sum::<usize>() + 2);
        text.push('[');
        for (index, row) in self.0.iter().flat_map(Page::rows).enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(row);
        }
        text.push(']');
    }
}
