//! Rows that are gathered for one request.

use super::{outcome::RowResult, pace::MOST_BYTES, ready::Ready};

/// Rows that are gathered for one request.
#[derive(Default)]
pub(super) struct Chunk {
    pub(super) ready: Vec<Ready>,
    pub(super) faulty: Vec<RowResult>,
    bytes: usize,
    /// A row that has to wait for one under way.
    pub(super) held: Option<Ready>,
    /// Whether it goes as it is.
    pub(super) now: bool,
}

impl Chunk {
    pub(super) fn add(&mut self, row: Ready) {
        self.bytes += row.given.get().len();
        self.ready.push(row);
        self.now = false;
    }

    pub(super) fn take(&mut self) -> (Vec<Ready>, Vec<RowResult>) {
        (self.bytes, self.now) = (0, false);
        (
            std::mem::take(&mut self.ready),
            std::mem::take(&mut self.faulty),
        )
    }

    pub(super) fn is_empty(&self) -> bool {
        self.ready.is_empty() && self.faulty.is_empty()
    }

    pub(super) fn is_full(&self, rows: usize) -> bool {
        self.now || self.ready.len() + self.faulty.len() >= rows || self.bytes >= MOST_BYTES
    }
}
