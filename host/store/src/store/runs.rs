//! The history of runs. Store layer.

use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::ids::TenantId;
use crate::model::{Run, RunFilter, RunOutcome};

/// What was run. Lists begin with the newest.
#[async_trait]
pub trait Runs: Send + Sync {
    /// Remembers that a run has begun.
    async fn begin_run(&self, run: &Run) -> Result<(), StoreError>;

    /// Remembers how a run ended; `false` when the tenant has no such run (any more).
    async fn finish_run(
        &self,
        id: &Uuid,
        tenant: &TenantId,
        outcome: RunOutcome,
        finished_at: OffsetDateTime,
    ) -> Result<bool, StoreError>;

    /// A tenant's run by its id.
    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Run>, StoreError>;

    /// The newest runs of a tenant that `filter` admits, at most `limit`.
    async fn runs(
        &self,
        tenant: &TenantId,
        filter: &RunFilter,
        limit: usize,
    ) -> Result<Vec<Run>, StoreError>;
}
