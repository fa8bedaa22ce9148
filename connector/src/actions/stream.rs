//! Streamed output: where it goes, and how rows become pieces worth sending.

use std::future::Future;

use crate::webapi::{Error, Failure, Page};

/// Size at which a piece is sent, in bytes: as much as one read of a host takes at once. Smaller
/// pieces cost a crossing of the sandbox's wall each, larger ones only memory.
const PIECE: usize = 64 * 1024;

/// Takes pieces of output in order.
pub trait Sink {
    /// Hands over one piece; resolves when there is room for the next.
    ///
    /// # Errors
    /// [`Closed`] when the reader wants no more.
    fn write(&mut self, piece: Vec<u8>) -> impl Future<Output = Result<(), Closed>>;
}

/// The reader went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Rows as newline-delimited JSON, sent in pieces of about [`PIECE`] bytes.
#[derive(Debug)]
pub(super) struct Lines<'a, S> {
    sink: &'a mut S,
    piece: Vec<u8>,
}

impl<'a, S: Sink> Lines<'a, S> {
    pub(super) fn new(sink: &'a mut S) -> Self {
        Self {
            sink,
            piece: Vec::new(),
        }
    }

    /// Adds one row, given as JSON.
    pub(super) async fn push(&mut self, row: &str) -> Result<(), Error> {
        if self.piece.capacity() == 0 {
            self.piece.reserve(PIECE + row.len() + 1);
        }
        Page::push_line(&mut self.piece, row);
        if self.piece.len() < PIECE {
            return Ok(());
        }
        self.send().await
    }

    /// Sends what is left: nothing of it depends on what comes next.
    pub(super) async fn flush(&mut self) -> Result<(), Error> {
        if self.piece.is_empty() {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> Result<(), Error> {
        let piece = std::mem::take(&mut self.piece);
        self.sink.write(piece).await.map_err(|Closed| {
            Error::Unavailable(Failure::text(
                "the reader of the rows went away before they were all read",
            ))
        })
    }
}
