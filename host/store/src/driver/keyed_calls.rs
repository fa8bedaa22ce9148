//! Rows of calls under idempotency keys. Store layer.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::Keep;
use crate::error::StoreError;
use crate::ids::{ConnectionId, TenantId};

/// By what the row of a key is found; it stands for tenant, connection and key, and tells nobody
/// without the master key what they are.
pub type KeyName = [u8; 32];

/// A key that is held, as it lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyRow {
    /// By what it is found.
    pub name: KeyName,
    /// Whose it is.
    pub tenant: TenantId,
    /// The connection that it goes away with.
    pub connection: ConnectionId,
    /// From when on it is as good as not there; seconds are enough.
    pub expires: OffsetDateTime,
    /// The call, sealed.
    pub details: Vec<u8>,
}

/// The rows of keys that are held.
#[async_trait]
pub trait KeyRows: Send + Sync {
    /// Adds a row, unless there is one of that name that has not expired `now`: then nothing
    /// changes, and its details are answered. Some of the rows that have expired are removed.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when a row is to be added and the tenant has no such
    /// connection.
    async fn hold_key(
        &self,
        keep: Keep,
        row: KeyRow,
        now: OffsetDateTime,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// The details of a key.
    async fn key(&self, name: &KeyName) -> Result<Option<Vec<u8>>, StoreError>;

    /// How many bytes the details of the tenant's keys have, without those that have expired `now`.
    async fn key_bytes(&self, tenant: &TenantId, now: OffsetDateTime) -> Result<u64, StoreError>;

    /// Puts `is` in the place of the details of a key, if they still are `was`; `false` when they
    /// are not, or when there is no such key.
    async fn replace_key(
        &self,
        keep: Keep,
        name: &KeyName,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool, StoreError>;

    /// Removes a key if its details still are `was`; `false` when they are not, or when there is no
    /// such key.
    async fn remove_key(
        &self,
        keep: Keep,
        name: &KeyName,
        was: Vec<u8>,
    ) -> Result<bool, StoreError>;
}
