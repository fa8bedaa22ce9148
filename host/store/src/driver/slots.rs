//! Rows of slots, and the turns of connections. Store layer.

use std::time::Duration;

use async_trait::async_trait;

use super::Keep;
use crate::error::StoreError;
use crate::ids::{ConnectionId, TenantId};
use crate::turn::Turn;

/// The rows of slots: one sealed value for each name that a connection gives.
#[async_trait]
pub trait SlotRows: Send + Sync {
    /// Puts a value in the place of the one in this slot.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when the tenant has no such connection.
    async fn put_slot(
        &self,
        keep: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: Vec<u8>,
    ) -> Result<(), StoreError>;

    /// The value in a slot of a tenant's connection.
    async fn slot(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Empties a slot of a tenant's connection; `false` when it was empty.
    async fn remove_slot(
        &self,
        keep: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError>;

    /// As [`Slots::take_turn`](crate::Slots::take_turn).
    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError>;
}
