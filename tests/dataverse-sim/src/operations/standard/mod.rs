//! The operations that every organisation has, by subject.
//!
//! Layer: operations (reference §6.2).

mod counting;
mod organisation;
mod text;

use super::declaration::Operation;
use super::multiple;

/// All of them.
pub(super) fn operations() -> Vec<Operation> {
    [
        organisation::operations(),
        counting::operations(),
        text::operations(),
        multiple::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}
