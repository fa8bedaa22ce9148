//! Rows of runs. Store layer.

use async_trait::async_trait;
use uuid::Uuid;

use super::Keep;
use crate::error::StoreError;
use crate::ids::TenantId;

/// How many runs of a tenant are remembered at least: a busy host must not fill its disk with
/// history. At a few hundred bytes each, some megabytes per tenant; with every text at its longest,
/// forty.
pub const REMEMBERED_RUNS: usize = 10_000;

/// A run as it lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRow {
    /// Its identity.
    pub id: Uuid,
    /// Whose it is.
    pub tenant: TenantId,
    /// All else, sealed.
    pub details: Vec<u8>,
}

/// The rows of runs, in the order in which they were added.
#[async_trait]
pub trait RunRows: Send + Sync {
    /// Adds a row. Now and then the tenant's oldest are forgotten, beyond [`REMEMBERED_RUNS`].
    async fn add_run(&self, keep: Keep, row: RunRow) -> Result<(), StoreError>;

    /// The details of a tenant's run.
    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Vec<u8>>, StoreError>;

    /// Puts `is` in the place of the details of a tenant's run, if they still are `was`; `false`
    /// when they are not, or when there is no such run.
    async fn replace_run(
        &self,
        keep: Keep,
        tenant: &TenantId,
        id: &Uuid,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool, StoreError>;

    /// A tenant's newest rows, at most `most` of them; with `before`, of those that are older than
    /// that run. None are older than one that is not there (any more): what came before a run that
    /// was forgotten was forgotten earlier.
    async fn runs(
        &self,
        tenant: &TenantId,
        before: Option<&Uuid>,
        most: usize,
    ) -> Result<Vec<RunRow>, StoreError>;
}
