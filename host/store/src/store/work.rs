//! Work that hosts share. Store layer: the same trait above the vault and below it, because nothing of
//! a task is sealed.

use async_trait::async_trait;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::model::{Claim, LeaseTime, Next, Task, TaskKind, Wanted, WorkerId};

/// Who has which task. Each method looks and acts in one step: of several hosts that want one task,
/// exactly one gets it, and a host whose lease is over can change nothing that others may have taken
/// up since.
///
/// A host has one lease for all that it claimed, which it renews; a task without a living holder is
/// anybody's. Leases are judged by the store's own clock alone ([`lease_time`](Self::lease_time)).
#[async_trait]
pub trait Work: Send + Sync {
    /// What the clock says by which this store judges leases.
    ///
    /// # Errors
    /// The store cannot be asked.
    async fn lease_time(&self) -> Result<LeaseTime, StoreError>;

    /// Enters a host, whose lease lasts until `until`. It comes before its first claim. Hosts whose
    /// leases are over are forgotten.
    ///
    /// # Errors
    /// What the database may answer.
    async fn enlist(&self, worker: WorkerId, until: LeaseTime) -> Result<(), StoreError>;

    /// Makes a lease last until `until`; `false` when it was over already.
    ///
    /// # Errors
    /// What the database may answer.
    async fn renew(&self, worker: WorkerId, until: LeaseTime) -> Result<bool, StoreError>;

    /// Ends a lease: everything that the host still has is anybody's at once.
    ///
    /// # Errors
    /// What the database may answer.
    async fn leave(&self, worker: WorkerId) -> Result<(), StoreError>;

    /// Adds a task, unless it is there already.
    ///
    /// # Errors
    /// What the database may answer.
    async fn add_task(&self, task: &Task) -> Result<(), StoreError>;

    /// Claims tasks that are due and that no living host has, the longest due first; none for a host
    /// whose lease is over.
    ///
    /// # Errors
    /// What the database may answer.
    async fn claim(&self, worker: WorkerId, wanted: &Wanted) -> Result<Vec<Claim>, StoreError>;

    /// Gives a task back; `false`, and nothing changes, when it is somebody else's by now.
    ///
    /// # Errors
    /// What the database may answer.
    async fn give_back(&self, claim: &Claim, next: Next) -> Result<bool, StoreError>;

    /// When the next task of a kind is due that no living host has.
    ///
    /// # Errors
    /// What the database may answer.
    async fn next_due(&self, kind: TaskKind) -> Result<Option<OffsetDateTime>, StoreError>;
}
