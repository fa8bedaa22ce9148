//! Events: what changed in rows, sent to those who asked for it (reference §12).
//!
//! Layer: beside [`operations`](crate::operations), above [`rows`](crate::rows). Writes raise events inside their
//! transaction; when it has committed, [`dispatch`] finds the registrations of [`callback`]s and the steps of [`webhook`]s
//! that they concern, and [`send`] posts what is due. Rows are told as they are at that moment, a moment after the change.

mod callback;
mod dispatch;
mod sdk;
mod send;
mod settings;
mod webhook;

pub use dispatch::dispatch;
pub use send::send;
