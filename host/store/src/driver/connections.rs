//! Rows of connections, with the secrets of each. Store layer.

use async_trait::async_trait;

use super::Keep;
use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, ConnectorName, TenantId};

/// A connection as it lies in a database; its secrets lie beside it and are asked for by themselves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// Its identity, never given twice.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name, given once for each tenant.
    pub name: ConnectionName,
    /// The connector of that tenant that it belongs to.
    pub connector: ConnectorName,
    /// All else but its secrets, sealed.
    pub details: Vec<u8>,
}

/// What changes of a connection, together with its details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Its secrets, and every slot is emptied but those in `kept`.
    Secrets {
        /// The new secrets, sealed.
        secrets: Vec<u8>,
        /// The slots that stay as they are, where they hold anything.
        kept: Vec<String>,
    },
    /// All of its slots: these take the place of whatever there was.
    Slots(Vec<(String, Vec<u8>)>),
}

/// The rows of connections.
#[async_trait]
pub trait ConnectionRows: Send + Sync {
    /// Adds a row with its secrets.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the tenant uses the name already,
    /// [`StoreError::NoSuchConnector`] when the tenant has no such connector.
    async fn add_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        secrets: Vec<u8>,
    ) -> Result<(), StoreError>;

    /// A tenant's row by name.
    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<ConnectionRow>, StoreError>;

    /// A tenant's rows by name.
    async fn connections(&self, tenant: &TenantId) -> Result<Vec<ConnectionRow>, StoreError>;

    /// The sealed secrets of a tenant's connection.
    async fn secrets(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// Gives the row of this identity, tenant and connector that is called `from` the name and the
    /// details in `row`.
    ///
    /// # Errors
    /// [`StoreError::Exists`] when the tenant uses the new name already,
    /// [`StoreError::NoSuchConnection`] when there is no such row.
    async fn rename_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        from: &ConnectionName,
    ) -> Result<(), StoreError>;

    /// Gives the row of this identity, tenant, name and connector the details in `row` and makes
    /// `change`, in one step. What was there before does not stay behind in the database's files.
    ///
    /// # Errors
    /// [`StoreError::NoSuchConnection`] when there is no such row.
    async fn change_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        change: Change,
    ) -> Result<(), StoreError>;

    /// Removes a row with its secrets, slots and keys, none of which stays behind in the database's
    /// files; `false` when there was none. Runs stay.
    async fn remove_connection(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool, StoreError>;
}
