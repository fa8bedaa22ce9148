//! What is kept of connections and their secrets. Store layer.

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::{ConnectionName, TenantId};
use crate::model::{Connection, Secrets};

/// The connections of tenants. Lists are ordered by name.
#[async_trait]
pub trait Connections: Send + Sync {
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
}
