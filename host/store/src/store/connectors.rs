//! What is kept of connectors. Store layer.

use std::collections::HashSet;

use async_trait::async_trait;

use crate::error::StoreError;
use crate::ids::{ConnectorName, Digest, TenantId};
use crate::model::Connector;

/// The connectors that tenants have installed. Lists are ordered by name.
#[async_trait]
pub trait Connectors: Send + Sync {
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
}
