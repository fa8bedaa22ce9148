//! What is done with each row. Pure.

use crate::{columns::Purpose, webapi::multiple::Message};

use super::outcome::Outcome;

/// What is done with each row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::actions::bulk) enum Kind {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is changed where it exists, and made otherwise.
    Upsert,
    /// It is removed.
    Delete,
}

impl Kind {
    /// The message that does it with many rows.
    pub(super) fn message(self) -> Message {
        match self {
            Self::Create => Message::Create,
            Self::Update => Message::Update,
            Self::Upsert => Message::Upsert,
            Self::Delete => Message::Delete,
        }
    }

    /// What a row is written for; none where nothing of it is.
    pub(super) fn purpose(self) -> Option<Purpose> {
        match self {
            Self::Create => Some(Purpose::Create),
            Self::Update => Some(Purpose::Update),
            Self::Upsert => Some(Purpose::Upsert),
            Self::Delete => None,
        }
    }

    /// What became of a row with which it was done.
    pub(super) fn outcome(self) -> Outcome {
        match self {
            Self::Create => Outcome::Created,
            Self::Update => Outcome::Updated,
            Self::Upsert => Outcome::Saved,
            Self::Delete => Outcome::Deleted,
        }
    }

    /// The same where an earlier call under the idempotency key has done it.
    pub(super) fn outcome_before(self) -> Outcome {
        match self {
            Self::Create => Outcome::AlreadyCreated,
            Self::Delete => Outcome::AlreadyDeleted,
            Self::Update | Self::Upsert => self.outcome(),
        }
    }
}
