//! Streams in and out of an action: bytes, or rows as newline-delimited JSON.
//!
//! Memory does not grow with what passes: a piece goes out when there is room for it, and the next one
//! comes in when it is asked for.

mod feed;
mod lines;
mod rows;

use std::{future::Future, pin::Pin};

pub use lines::{LineReader, LineWriter};
pub use rows::{GivenRow, Misread, RowFormat, RowReader};

/// A future that is not told apart by its type. Futures are not `Send`: a component has one thread.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Media type of rows: one JSON object per line.
pub const ROWS: &str = "application/x-ndjson";

/// Media type of content of any kind.
pub const BYTES: &str = "application/octet-stream";

/// Takes pieces of output in order.
pub trait Sink {
    /// Hands over one piece; resolves when there is room for the next.
    ///
    /// # Errors
    /// [`Closed`] when the reader wants no more.
    fn write(&mut self, piece: Vec<u8>) -> Pending<'_, Result<(), Closed>>;
}

/// The reader went away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closed;

/// Gives pieces of input in order.
pub trait Source {
    /// The next piece, never empty; `None` at the end.
    fn read(&mut self) -> Pending<'_, Option<Vec<u8>>>;
}

/// A source that has ended before it began.
#[derive(Clone, Copy, Debug)]
pub struct Nothing;

impl Source for Nothing {
    fn read(&mut self) -> Pending<'_, Option<Vec<u8>>> {
        Box::pin(std::future::ready(None))
    }
}

/// The two ends of a streaming run.
pub struct Pipe<'a> {
    /// What comes in; for an action that takes nothing it has ended.
    pub source: &'a mut dyn Source,
    /// What goes out.
    pub sink: &'a mut dyn Sink,
}

impl std::fmt::Debug for Pipe<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Pipe").finish_non_exhaustive()
    }
}
