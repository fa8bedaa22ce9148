//! The trait behind which a host remembers.
//!
//! Store layer. One trait from the first day, so that a shared database can take the place of the
//! embedded one without a change above. Every method but one names the tenant it acts for,
//! directly or in the value it is given.

use std::collections::HashSet;

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, ConnectorName, Digest, TenantId};
use crate::model::{
    CallKey, Connection, Connector, KeptAnswer, KeyedCall, Run, RunFilter, RunOutcome, Secrets,
};
use crate::turn::Turn;

/// What a host remembers. Lists are ordered by name, runs newest first.
#[async_trait]
pub trait Store: Send + Sync {
    /// Every tenant that something is kept of.
    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError>;

    /// Installs a connector, or replaces the one of that name.
    async fn put_connector(&self, connector: &Connector) -> Result<(), StoreError>;

    /// A tenant's connector by name.
    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<Connector>, StoreError>;

    /// All connectors of a tenant.
    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>, StoreError>;

    /// Removes a connector; `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError::InUse`] while connections use it.
    async fn remove_connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool, StoreError>;

    /// The components that any tenant's connectors use: the one question that no tenant asks, for a
    /// host that throws away what nobody uses.
    async fn digests(&self) -> Result<HashSet<Digest>, StoreError>;

    /// Adds a connection with its secrets.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the tenant uses the name already,
    /// [`StoreError::NoSuchConnector`] when its connector is not installed.
    async fn create_connection(
        &self,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<(), StoreError>;

    /// A tenant's connection by name.
    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<Connection>, StoreError>;

    /// All connections of a tenant.
    async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, StoreError>;

    /// Removes a connection with its secrets and everything sealed for it; `false` when there was
    /// none. Runs stay.
    async fn remove_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool, StoreError>;

    /// The secrets of a connection.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when it was removed meanwhile.
    async fn secrets(&self, connection: &Connection) -> Result<Secrets, StoreError>;

    /// Replaces all secrets of a connection and sets its `updated_at` to the one given; what was
    /// sealed for it under the old secrets (tokens) is removed in the same step, but for the slots
    /// in `kept`.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when it was removed meanwhile.
    async fn replace_secrets(
        &self,
        connection: &Connection,
        secrets: &Secrets,
        kept: &[&str],
    ) -> Result<(), StoreError>;

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

    /// Gives the connection that is called `from` the name in `connection`. Its secrets, and what was
    /// sealed for it, stay.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the tenant uses the name already,
    /// [`StoreError::NoSuchConnection`] when it was removed meanwhile.
    async fn rename_connection(
        &self,
        connection: &Connection,
        from: &ConnectionName,
    ) -> Result<(), StoreError>;

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

    /// Waits until nobody else, in this process or in another that shares the store, has the turn
    /// of this connection, and takes it; `None` when that took longer than `wait`. It ends when it
    /// is dropped, and with its process.
    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError>;

    /// Opens what was sealed into a slot.
    async fn sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<SecretString>, StoreError>;

    /// Empties a slot; `false` when it was empty.
    async fn remove_sealed(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError>;

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

    /// Gives a key free whose holder certainly changed nothing; `false` when another attempt holds
    /// it, has joined the holder or has ended well.
    async fn free_key(&self, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError>;
}
