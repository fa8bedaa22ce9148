//! The trait behind which a host remembers.
//!
//! Store layer. One trait from the first day, so that a shared database can take the place of the
//! embedded one without a change above. Every method names the tenant it acts for, directly or in
//! the value it is given.

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, ConnectorName, TenantId};
use crate::model::{Connection, Connector, Run, RunOutcome, Secrets};

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
    /// sealed for it under the old secrets (tokens) is removed in the same step.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when it was removed meanwhile.
    async fn replace_secrets(
        &self,
        connection: &Connection,
        secrets: &Secrets,
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

    /// The newest runs of a tenant, at most `limit`.
    async fn runs(&self, tenant: &TenantId, limit: usize) -> Result<Vec<Run>, StoreError>;
}
