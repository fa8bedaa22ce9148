//! Work that hosts share: which task is due, who has it, and until when that counts. Store layer.
//!
//! A task stands for what has to be done again and again for one thing, such as polling for a
//! subscription: one row that is claimed, not a queue of jobs. So order comes by itself, and a
//! hundred thousand tasks cost an index and no process.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::ids::TenantId;

/// A host that claims work: random and new at each start, so that nobody inherits what another of the
/// same name began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WorkerId(Uuid);

impl WorkerId {
    /// A new identity from the operating system's randomness.
    pub fn random() -> Self {
        Self(Uuid::new_v4())
    }

    /// The underlying UUID.
    pub fn as_uuid(&self) -> &Uuid {
        &self.0
    }
}

/// A moment on the clock by which a store judges leases, in milliseconds. It has nothing to do with the
/// time of day, and goes on while a machine is suspended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeaseTime(pub i64);

impl LeaseTime {
    /// The moment so long after this one.
    #[must_use]
    pub fn after(self, time: std::time::Duration) -> Self {
        let more = i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(more))
    }
}

/// What a task is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskKind {
    /// Asking a service what has happened.
    Poll,
    /// Handing over what has happened, in its order.
    Deliver,
}

impl TaskKind {
    /// As it stands in a database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Poll => "poll",
            Self::Deliver => "deliver",
        }
    }
}

/// A task that is to be done when it is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// What it is done for; with the kind, its identity.
    pub id: Uuid,
    /// What is to be done.
    pub kind: TaskKind,
    /// Whose it is.
    pub tenant: TenantId,
    /// When it is due; `None` until something makes it due.
    pub due: Option<OffsetDateTime>,
}

/// A task that one host has, until it gives it back or its lease is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// What the task is done for.
    pub id: Uuid,
    /// What is to be done.
    pub kind: TaskKind,
    /// Whose it is.
    pub tenant: TenantId,
    /// Who has it.
    pub worker: WorkerId,
    /// How often it was claimed: the fence. What an earlier holder still wants to write is refused.
    pub epoch: i64,
    /// When it was due.
    pub due: OffsetDateTime,
    /// How often it failed in a row.
    pub failures: u32,
}

/// What a host has room for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// Only such tasks.
    pub kind: TaskKind,
    /// The time of day by which tasks are due.
    pub now: OffsetDateTime,
    /// At most so many.
    pub room: usize,
    /// Tenants that have all that they may have of this host at the moment.
    pub busy: Vec<TenantId>,
}

/// How a task goes on once its holder gives it back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Next {
    /// When it is due again; `None` until something makes it due.
    pub due: Option<OffsetDateTime>,
    /// How often it has failed in a row.
    pub failures: u32,
}
