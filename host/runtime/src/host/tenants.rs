//! Tenants: which ones there are.

use super::Host;
use crate::error::HostError;
use airlock_store::TenantId;

impl Host {
    /// Every tenant that something is kept of, by name. For whoever operates the host: no tenant is to
    /// learn of another.
    ///
    /// # Errors
    /// [`HostError::Store`] when state cannot be read.
    pub async fn tenants(&self) -> Result<Vec<TenantId>, HostError> {
        Ok(self.store.tenants().await?)
    }
}
