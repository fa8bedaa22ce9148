//! Connections: adding, listing, removing, testing.

use super::{Host, unknown};
use crate::call::NewConnection;
use crate::connection::{check, wire};
use crate::error::HostError;
use airlock_auth::TokenKey;
use airlock_store::{Connection, ConnectionId, ConnectionName, TenantId};
use time::OffsetDateTime;

impl Host {
    /// Checks a new connection against the connector's schemas and keeps it. Nothing is sent;
    /// [`Host::check`] proves that it works.
    ///
    /// # Errors
    /// [`HostError::Fields`] naming every setting and secret that is missing or wrong,
    /// [`HostError::Input`] for an unknown connector or kind, [`HostError::Store`] when the name is
    /// taken.
    pub async fn add_connection(&self, new: NewConnection) -> Result<Connection, HostError> {
        let component = self.component(&new.tenant, &new.connector).await?;
        let Some(kind) = component.about.connection_kind(&new.kind) else {
            let known: Vec<&str> = component
                .about
                .connections
                .iter()
                .map(|kind| kind.name.as_str())
                .collect();
            return Err(unknown("connection kind", &new.kind, &known, ""));
        };
        let settings = check(kind, &new.settings, &new.secrets)?;
        let now = OffsetDateTime::now_utc();
        let connection = Connection {
            id: ConnectionId::random(),
            tenant: new.tenant,
            name: new.name,
            connector: new.connector,
            kind: new.kind,
            settings,
            allowed_hosts: new.allowed_hosts,
            created_at: now,
            updated_at: now,
        };
        // A connection that cannot be wired is refused before it is kept.
        wire(
            &self.egress,
            &self.tokens,
            kind,
            connection.clone(),
            new.secrets.clone(),
        )?;
        self.store
            .create_connection(&connection, &new.secrets)
            .await?;
        Ok(connection)
    }

    /// One connection, without its secrets.
    ///
    /// # Errors
    /// [`HostError::Input`] when there is none of that name, with the nearest one.
    pub async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Connection, HostError> {
        match self.store.connection(tenant, name).await? {
            Some(connection) => Ok(connection),
            None => {
                let known = self.store.connections(tenant).await?;
                let known: Vec<&str> = known.iter().map(|known| known.name.as_str()).collect();
                Err(unknown(
                    "connection",
                    name.as_str(),
                    &known,
                    "add one with: airlock connection add NAME --connector CONNECTOR",
                ))
            }
        }
    }

    /// All connections of `tenant`.
    ///
    /// # Errors
    /// [`HostError::Store`] when state cannot be read.
    pub async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, HostError> {
        Ok(self.store.connections(tenant).await?)
    }

    /// Removes a connection with its secrets and tokens; calls under way end first.
    ///
    /// # Errors
    /// [`HostError::Input`] when there is none of that name.
    pub async fn remove_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<(), HostError> {
        let connection = self.connection(tenant, name).await?;
        self.store.remove_connection(tenant, name).await?;
        self.wirings.forget(tenant, name);
        self.tokens.forget(&TokenKey {
            tenant: tenant.clone(),
            connection: connection.id,
        });
        self.pool.retire(tenant, &connection.id);
        Ok(())
    }
}
