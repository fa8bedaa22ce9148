//! Rows of connectors. Store layer.

use async_trait::async_trait;

use super::Keep;
use crate::error::StoreError;
use crate::ids::{ConnectorName, TenantId};

/// A connector as it lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectorRow {
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name, given once for each tenant.
    pub name: ConnectorName,
    /// All else, sealed.
    pub details: Vec<u8>,
}

/// The rows of connectors.
#[async_trait]
pub trait ConnectorRows: Send + Sync {
    /// Puts a row in the place of the one with its tenant and name.
    async fn put_connector(&self, keep: Keep, row: ConnectorRow) -> Result<(), StoreError>;

    /// A tenant's row by name.
    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<ConnectorRow>, StoreError>;

    /// A tenant's rows by name.
    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<ConnectorRow>, StoreError>;

    /// The rows of all tenants.
    async fn all_connectors(&self) -> Result<Vec<ConnectorRow>, StoreError>;

    /// Removes a row; `false` when there was none.
    ///
    /// # Errors
    /// [`StoreError::InUse`] with all connections that name it.
    async fn remove_connector(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool, StoreError>;
}
