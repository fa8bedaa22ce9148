//! What an evaluation stands on: what it may ask its run, what it may take, and the values on its way.
//!
//! Below both who walks a tree and the functions that are called on the way, so that neither needs the other for it.

mod context;
mod datum;
mod facts;
mod limits;

pub use context::Context;
pub(crate) use datum::Datum;
pub use facts::Facts;
pub(crate) use limits::Budget;
pub use limits::Limits;
