//! From a connection's name to all that a call needs: remembered, or read from the store and wired.

use super::Host;
use super::connections::kind_of;
use super::wirings::Ready;
use crate::connection::wire;
use crate::error::HostError;
use crate::instance::Key;
use airlock_store::{ConnectionName, TenantId};
use std::sync::Arc;

impl Host {
    /// The connection, its lane and its component, from memory if they were used a moment ago.
    pub(super) async fn ready(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<Ready>, HostError> {
        match self.wirings.fresh(tenant, name) {
            Some(ready) => Ok(ready),
            None => Box::pin(self.read(tenant, name)).await,
        }
    }

    /// The same as they are stored now.
    async fn read(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<Ready>, HostError> {
        let connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        if let Some(ready) = self.wirings.stale(tenant, name)
            && ready.is_of(&connection, &component)
        {
            return Ok(self.keep(ready));
        }
        let kind = kind_of(&component.about, &connection)?;
        let secrets = self.store.secrets(&connection).await?;
        let label = format!("{tenant}/{name}").into();
        let key = Key {
            tenant: tenant.clone(),
            connection: connection.id,
            digest: component.digest,
        };
        let ready = Arc::new(Ready {
            wiring: wire(&self.egress, &self.tokens, kind, connection, secrets)?,
            component,
            label,
            key,
            meter: self.tenants.meter(tenant),
        });
        Ok(self.keep(ready))
    }

    /// Instances that were made for what a connection was before do not outlive the change.
    fn keep(&self, ready: Arc<Ready>) -> Arc<Ready> {
        self.wirings.keep(ready, |before| {
            self.pool.retire(&before.key.tenant, &before.key.connection);
        })
    }
}
