//! How much a page of events takes while it is kept.

use super::exports::triggers as wit;

/// Bytes that a page takes.
pub(crate) fn page_size(page: &wit::Page) -> usize {
    let event = |event: &wit::Event| {
        let occurred = event.occurred_at.as_ref().map_or(0, String::len);
        event.id.len() + event.kind.len() + occurred + event.payload.len()
    };
    let events: usize = page.events.iter().map(event).sum();
    events + page.cursor.len() + page.missed.as_ref().map_or(0, String::len)
}
