//! A turn: what only one may do at a time, among all processes that share a store.
//!
//! Store layer. How turns are kept apart is the store's own business; whoever has one holds it for
//! as long as the value lives.

use std::any::Any;
use std::fmt;

/// A turn that was taken; dropping it gives it back.
pub struct Turn {
    _held: Box<dyn Any + Send + Sync>,
}

impl Turn {
    /// A turn that lasts as long as `held` does.
    pub fn new(held: impl Any + Send + Sync) -> Self {
        Self {
            _held: Box::new(held),
        }
    }
}

impl fmt::Debug for Turn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Turn").finish_non_exhaustive()
    }
}
