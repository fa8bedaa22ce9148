//! One attempt to hand an event over, and what came of it.

use std::time::Duration;

use airlock_runtime::Host;
use airlock_runtime::store::Subscription;

/// How long one attempt may take, whoever is told.
pub(crate) const DEADLINE: Duration = Duration::from_secs(60);

/// One attempt to hand an event over.
pub(crate) struct Attempt<'a> {
    pub(crate) host: &'a Host,
    pub(crate) subscription: &'a Subscription,
    /// The same at every attempt.
    pub(crate) identity: &'a str,
    pub(crate) seq: i64,
    /// From 1.
    pub(crate) number: u32,
    pub(crate) message: &'a str,
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The consumer has it.
    Delivered,
    /// It does not, and may another time.
    Failed {
        reason: String,
        /// How long it asked to be left alone.
        asked: Option<Duration>,
    },
    /// It will not have it, however often it is tried.
    Refused { reason: String },
    /// It wants nothing any more.
    Gone { reason: String },
}

impl Outcome {
    pub(crate) fn failed(reason: impl Into<String>) -> Self {
        Self::Failed {
            reason: reason.into(),
            asked: None,
        }
    }
}
