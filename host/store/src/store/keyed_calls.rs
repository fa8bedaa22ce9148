//! Calls under idempotency keys. Store layer.

use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::ids::TenantId;
use crate::model::{CallKey, KeptAnswer, KeyedCall};

/// Who holds which idempotency key, and what became of the call under it. Each method looks and acts
/// in one step: of several processes that come with one key at once, exactly one holds it.
#[async_trait]
pub trait KeyedCalls: Send + Sync {
    /// Holds a key for `call` until `until`. When it is held already, nothing changes hands, and the
    /// call that holds it is answered as it was before this one came.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when there is no such connection in that tenant.
    async fn hold_key(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        until: OffsetDateTime,
    ) -> Result<Option<KeyedCall>, StoreError>;

    /// Keeps the answer to `call` beside its key: the holder's in any case, another attempt's while
    /// there is none. `false` when the key is not held for the same any more.
    async fn keep_answer(
        &self,
        key: &CallKey,
        call: &KeyedCall,
        answer: &KeptAnswer,
    ) -> Result<bool, StoreError>;

    /// Bytes that the tenant's keys take with what is kept beside them, without those that have expired
    /// `now`.
    async fn kept_bytes(&self, tenant: &TenantId, now: OffsetDateTime) -> Result<u64, StoreError>;

    /// Gives a key free whose holder certainly changed nothing; `false` when another attempt holds
    /// it, has joined the holder or has ended well.
    async fn free_key(&self, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError>;
}
