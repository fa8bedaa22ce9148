//! A call that was made under an idempotency key. Store layer.
//!
//! The host keeps what was asked beside the key and what came of it, so that a repeat of the same
//! call can be answered without a second effect, and another call under the same key be refused.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::{ConnectionId, TenantId};

/// A key in its place: the same text means something else to another tenant or connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallKey {
    /// Whose key it is.
    pub tenant: TenantId,
    /// The connection that the call goes through.
    pub connection: ConnectionId,
    /// The key as its caller chose it.
    pub key: String,
}

/// What was asked under a key, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyedCall {
    /// The attempt that holds the key: the first of those that asked for this.
    pub attempt: Uuid,
    /// The action's name.
    pub action: String,
    /// What was asked, as a digest: equal for equal inputs of one action.
    pub fingerprint: String,
    /// When the holder began.
    #[serde(with = "time::serde::rfc3339")]
    pub began_at: OffsetDateTime,
    /// Whether others have asked for the same since, before an answer was kept.
    pub joined: bool,
    /// The answer; `None` until an attempt has ended well.
    pub done: Option<KeptAnswer>,
}

impl KeyedCall {
    /// Whether the other call asks for the same.
    #[must_use]
    pub fn asks_for_the_same_as(&self, other: &Self) -> bool {
        self.action == other.action && self.fingerprint == other.fingerprint
    }
}

/// An answer that is given again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeptAnswer {
    /// When it was first given.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The answer's JSON; `None` when it was too long, or its tenant had no room for it.
    pub json: Option<String>,
}
