//! What a connection keeps under names of its own, such as tokens, and who may renew it. Store layer.

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::error::StoreError;
use crate::ids::{ConnectionId, TenantId};
use crate::model::Connection;
use crate::turn::Turn;

/// The slots of connections: all that signing in needs of a store.
#[async_trait]
pub trait Slots: Send + Sync {
    /// Opens what was sealed into a slot.
    async fn sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<SecretString>, StoreError>;

    /// Seals `value` into a slot of a connection, in place of what was there.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when there is no such connection in that tenant.
    async fn put_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError>;

    /// The same as [`put_sealed`](Self::put_sealed), and on the disk itself before it returns: for
    /// what cannot be had again, such as the token that took another's place.
    ///
    /// # Errors
    /// As [`put_sealed`](Self::put_sealed).
    async fn put_sealed_synced(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: &SecretString,
    ) -> Result<(), StoreError>;

    /// Empties a slot; `false` when it was empty.
    async fn remove_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError>;

    /// Puts `slots` in the place of everything that is sealed for a connection and sets its
    /// `updated_at` to the one given, in one step and on the disk itself.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when it was removed meanwhile.
    async fn replace_sealed(
        &self,
        connection: &Connection,
        slots: &[(&str, SecretString)],
    ) -> Result<(), StoreError>;

    /// Waits until nobody else, in this process or in another that shares the store, has the turn
    /// of this connection, and takes it; `None` when that took longer than `wait`. It ends when it
    /// is dropped, and with its process.
    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError>;
}
