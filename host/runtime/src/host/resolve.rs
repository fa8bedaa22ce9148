//! From a connection's name to all that a call needs: remembered, or read from the store and opened.

use super::Host;
use super::connection_cache::ResolvedConnection;
use super::connections::kind_of;
use crate::connection::Plan;
use crate::error::HostError;
use crate::instance::Key;
use airlock_store::{ConnectionName, TenantId};
use std::sync::Arc;

impl Host {
    /// The connection, its lane and its component, from memory if they were used a moment ago.
    pub(super) async fn resolve(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<ResolvedConnection>, HostError> {
        match self.resolved.fresh(tenant, name) {
            Some(resolved) => Ok(resolved),
            None => Box::pin(self.read(tenant, name)).await,
        }
    }

    /// The same as they are stored now.
    async fn read(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<ResolvedConnection>, HostError> {
        let connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        if let Some(resolved) = self.resolved.stale(tenant, name)
            && resolved.is_of(&connection, &component)
        {
            return Ok(self.keep(resolved));
        }
        let kind = kind_of(&component.about, &connection)?;
        let secrets = self.store.secrets(&connection).await?;
        let label = format!("{tenant}/{name}").into();
        let key = Key {
            tenant: tenant.clone(),
            connection: connection.id,
            digest: component.digest,
        };
        let resolved = Arc::new(ResolvedConnection {
            open: Plan::of(kind, &connection, &secrets)?.open(&self.egress, &self.tokens),
            component,
            label,
            key,
            meter: self.tenants.meter(tenant),
        });
        Ok(self.keep(resolved))
    }

    /// Instances that were made for what a connection was before do not outlive the change.
    fn keep(&self, resolved: Arc<ResolvedConnection>) -> Arc<ResolvedConnection> {
        self.resolved.keep(resolved, |before| {
            self.pool.retire(&before.key.tenant, &before.key.connection);
        })
    }
}
