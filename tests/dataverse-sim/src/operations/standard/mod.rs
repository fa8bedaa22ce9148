//! The operations that every organisation has, by subject.
//!
//! Layer: operations (reference §6.2).

mod access;
mod counting;
mod organisation;
mod teams;
mod text;

use super::declaration::Operation;
use super::multiple;

/// All of them.
pub(super) fn operations() -> Vec<Operation> {
    [
        organisation::operations(),
        counting::operations(),
        access::operations(),
        teams::operations(),
        text::operations(),
        multiple::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
