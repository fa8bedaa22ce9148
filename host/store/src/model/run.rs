//! One execution of an action. Store layer.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::{ConnectionName, TenantId};

/// An action that was started, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Run {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: TenantId,
    /// The connection it ran over; a name, because runs are remembered longer than connections.
    pub connection: ConnectionName,
    /// The action's name.
    pub action: String,
    /// When it was started.
    #[serde(with = "time::serde::rfc3339")]
    pub started_at: OffsetDateTime,
    /// When it ended; `None` while it runs, and for ever if its host died.
    #[serde(with = "time::serde::rfc3339::option")]
    pub finished_at: Option<OffsetDateTime>,
    /// What became of it.
    pub outcome: RunOutcome,
    /// The key under which the caller may repeat it without a second effect.
    pub idempotency_key: Option<String>,
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "kebab-case")]
pub enum RunOutcome {
    /// It has not ended, or its host died before it could say so.
    Running,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed {
        /// The error as people were told it.
        error: String,
    },
}
