//! One execution of an action. Store layer.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};
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

impl Run {
    /// How long it took; `None` while it runs.
    #[must_use]
    pub fn duration(&self) -> Option<Duration> {
        Some(self.finished_at? - self.started_at)
    }
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
    Failed(RunFailure),
}

impl RunOutcome {
    /// The outcome without its details.
    #[must_use]
    pub fn status(&self) -> RunStatus {
        match self {
            Self::Running => RunStatus::Running,
            Self::Succeeded => RunStatus::Succeeded,
            Self::Failed(_) => RunStatus::Failed,
        }
    }
}

/// Why a run failed. A component may put anything into these texts, so the store cuts each to a
/// length of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFailure {
    /// The error as people were told it.
    pub error: String,
    /// HTTP status, where the service answered.
    #[serde(default)]
    pub http_status: Option<u16>,
    /// The service's own error code.
    #[serde(default)]
    pub code: Option<String>,
    /// The service's request id, for its support desk.
    #[serde(default)]
    pub request_id: Option<String>,
}

/// The kinds of outcome, to look for runs by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunStatus {
    /// It has not ended, or its host died before it could say so.
    Running,
    /// It ended with a result.
    Succeeded,
    /// It ended with an error.
    Failed,
}

/// Which runs of a tenant are asked for; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RunFilter {
    /// Only runs over this connection.
    pub connection: Option<ConnectionName>,
    /// Only runs of this action.
    pub action: Option<String>,
    /// Only runs that ended so.
    pub status: Option<RunStatus>,
    /// Only runs that began before this one: the last of one page leads to the next.
    pub before: Option<Uuid>,
}

impl RunFilter {
    /// Whether a run is one of those, `before` aside.
    pub(crate) fn admits(&self, run: &Run) -> bool {
        let connection = self.connection.as_ref();
        let action = self.action.as_ref();
        connection.is_none_or(|connection| *connection == run.connection)
            && action.is_none_or(|action| *action == run.action)
            && self
                .status
                .is_none_or(|status| status == run.outcome.status())
    }
}
