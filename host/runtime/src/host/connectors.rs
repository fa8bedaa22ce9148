//! Connectors: adding, listing, looking into.

use super::Host;
use crate::about::About;
use crate::component::{Component, Inspection};
use crate::error::{HostError, Named};
use airlock_store::{Connector, ConnectorName, Digest, TenantId};
use std::fs::File;
use std::sync::Arc;
use time::OffsetDateTime;

impl Host {
    /// Keeps a component for `tenant`, under its own name or the given one. Adding a name again
    /// replaces the connector; its connections use the new one from their next call on.
    ///
    /// # Errors
    /// [`HostError::Component`] when it is not a connector that this host can run.
    pub async fn add_connector(
        &self,
        tenant: &TenantId,
        name: Option<ConnectorName>,
        wasm: Vec<u8>,
    ) -> Result<Connector, HostError> {
        let component = self.components.examine(&wasm).await?;
        let name = match name {
            Some(name) => name,
            None => component.about.name.parse().map_err(|error| {
                HostError::Component(format!("the name that it gives itself: {error}"))
            })?,
        };
        let connector = Connector {
            tenant: tenant.clone(),
            name,
            version: component.about.version.clone(),
            title: component.about.title.clone(),
            digest: component.digest,
            added_at: OffsetDateTime::now_utc(),
        };
        let turn = self.components.turn().await?;
        self.components.keep(&component, &wasm)?;
        let put = self.store.put_connector(&connector).await;
        self.collect(turn).await;
        put?;
        self.resolved.doubt_tenant(tenant);
        Ok(connector)
    }

    /// Throws away the components that no connector of any tenant uses, during this `turn`. It is
    /// tidying: when it fails, the next one does it.
    async fn collect(&self, turn: File) {
        match self.store.digests().await {
            Ok(used) => self.components.collect(&used),
            Err(error) => {
                tracing::warn!(%error, "components that nobody uses were not looked for");
            }
        }
        drop(turn);
    }

    /// All connectors of `tenant`.
    ///
    /// # Errors
    /// [`HostError::Store`] when state cannot be read.
    pub async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>, HostError> {
        Ok(self.store.connectors(tenant).await?)
    }

    /// Removes a connector that no connection uses.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is none of that name, [`HostError::Store`] when it is in use.
    pub async fn remove_connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<(), HostError> {
        self.connector(tenant, name).await?;
        let turn = self.components.turn().await?;
        self.store.remove_connector(tenant, name).await?;
        self.collect(turn).await;
        Ok(())
    }

    /// What a component is and may do, without keeping it.
    ///
    /// # Errors
    /// [`HostError::Component`] when it is not a connector that this host can run.
    pub async fn inspect(&self, wasm: &[u8]) -> Result<Inspection, HostError> {
        let component = self.components.examine(wasm).await?;
        Ok(Inspection {
            digest: Digest::of(wasm).to_string(),
            bytes: wasm.len(),
            contract: component.contract.clone(),
            imports: component.shape.imports.clone(),
            exports: component.shape.exports.clone(),
            compiled_in_ms: component
                .compiled_in
                .map(|took| u64::try_from(took.as_millis()).unwrap_or(u64::MAX)),
            about: Arc::clone(&component.about),
        })
    }

    /// The bytes of a connector that was added.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is none of that name, [`HostError::File`] or
    /// [`HostError::Component`] when its file is gone or was changed.
    pub async fn component_bytes(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Vec<u8>, HostError> {
        let connector = self.connector(tenant, name).await?;
        self.components.bytes(&connector.digest)
    }

    /// A connector's manifest.
    ///
    /// # Errors
    /// [`HostError::Unknown`] when there is none of that name.
    pub async fn about(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Arc<About>, HostError> {
        Ok(Arc::clone(&self.component(tenant, name).await?.about))
    }

    pub(super) async fn component(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Arc<Component>, HostError> {
        let connector = self.connector(tenant, name).await?;
        self.components.get(connector.digest).await
    }

    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Connector, HostError> {
        match self.store.connector(tenant, name).await? {
            Some(connector) => Ok(connector),
            None => {
                let known = self.store.connectors(tenant).await?;
                let known: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
                Err(HostError::unknown(Named::Connector, name.as_str(), &known))
            }
        }
    }
}
