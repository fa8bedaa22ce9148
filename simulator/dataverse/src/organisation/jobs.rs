//! When the next job of an organisation is due. What jobs do is for [`operations`](crate::operations).
//!
//! Layer: organisation.

use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use time::OffsetDateTime;

/// When the next job of an organisation is due.
#[derive(Debug)]
pub struct Jobs {
    /// Unix second; unknown at first, because a file may hold jobs of an earlier run.
    pub(crate) next: AtomicI64,
    /// Held by whoever does what is due.
    pub(crate) running: Mutex<()>,
}

impl Default for Jobs {
    fn default() -> Self {
        Self {
            next: AtomicI64::new(i64::MIN),
            running: Mutex::new(()),
        }
    }
}

impl Jobs {
    /// Forgets what is due: the rows are others now.
    pub fn look_again(&self) {
        self.next.store(i64::MIN, Ordering::Release);
    }

    /// Notes that a job is due at some time.
    pub(crate) fn note(&self, due: OffsetDateTime) {
        self.next.fetch_min(due.unix_timestamp(), Ordering::AcqRel);
    }
}
