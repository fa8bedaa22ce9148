//! Connections, sealed but for names and identity, and their secrets. Store layer.

use std::collections::BTreeMap;

use async_trait::async_trait;
use secrecy::ExposeSecret;
use secrecy::zeroize::Zeroizing;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Vault;
use crate::driver::{Change, ConnectionRow, Driver, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, TenantId};
use crate::model::{Connection, Secrets};
use crate::seal::{Place, Purpose};
use crate::store::Connections;

/// What of a connection lies sealed, beside its secrets.
#[derive(Serialize, Deserialize)]
struct Details {
    kind: String,
    settings: serde_json::Value,
    allowed_hosts: Vec<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

/// Where the secrets of a connection belong: to its identity, so they stay when it is renamed.
fn secrets_place<T>(tenant: &TenantId, id: &ConnectionId, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::Secrets,
        tenant,
        row: &[id.as_uuid().as_bytes()],
    })
}

impl<D: Driver> Vault<D> {
    /// A connection as it lies in the database. What is sealed of it names it, and so is sealed
    /// anew when it gets another name.
    pub(super) fn seal_connection(
        &self,
        connection: &Connection,
    ) -> Result<ConnectionRow, StoreError> {
        let details = Details {
            kind: connection.kind.clone(),
            settings: connection.settings.clone(),
            allowed_hosts: connection.allowed_hosts.clone(),
            created_at: connection.created_at,
            updated_at: connection.updated_at,
        };
        let mut row = ConnectionRow {
            id: connection.id,
            tenant: connection.tenant.clone(),
            name: connection.name.clone(),
            connector: connection.connector.clone(),
            details: Vec::new(),
        };
        row.details = in_place(&row, |place| self.seal(place, &details))?;
        Ok(row)
    }

    fn open_connection(&self, row: ConnectionRow) -> Result<Connection, StoreError> {
        let details: Details = in_place(&row, |place| self.unseal(place, &row.details))?;
        Ok(Connection {
            id: row.id,
            tenant: row.tenant,
            name: row.name,
            connector: row.connector,
            kind: details.kind,
            settings: details.settings,
            allowed_hosts: details.allowed_hosts,
            created_at: details.created_at,
            updated_at: details.updated_at,
        })
    }

    fn seal_secrets(
        &self,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<Vec<u8>, StoreError> {
        let exposed: BTreeMap<&str, &str> = secrets
            .iter()
            .map(|(name, value)| (name.as_str(), value.expose_secret()))
            .collect();
        // Room for the worst case of escaping, so that no half-written copy is left behind by growing.
        let most: usize = exposed
            .iter()
            .map(|(k, v)| 6 * (k.len() + v.len()) + 8)
            .sum();
        let mut plain = Zeroizing::new(Vec::with_capacity(most + 2));
        serde_json::to_writer(&mut *plain, &exposed)
            .map_err(|e| StoreError::Defect(e.to_string()))?;
        secrets_place(&connection.tenant, &connection.id, |place| {
            self.sealer.seal(place, &plain)
        })
    }
}

fn in_place<T>(row: &ConnectionRow, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::Connection,
        tenant: &row.tenant,
        row: &[
            row.id.as_uuid().as_bytes(),
            row.name.as_str().as_bytes(),
            row.connector.as_str().as_bytes(),
        ],
    })
}

#[async_trait]
impl<D: Driver> Connections for Vault<D> {
    async fn create_connection(
        &self,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<(), StoreError> {
        let row = self.seal_connection(connection)?;
        let secrets = self.seal_secrets(connection, secrets)?;
        self.driver.add_connection(Keep::Synced, row, secrets).await
    }

    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<Connection>, StoreError> {
        let row = self.driver.connection(tenant, name).await?;
        row.map(|row| self.open_connection(row)).transpose()
    }

    async fn connections(&self, tenant: &TenantId) -> Result<Vec<Connection>, StoreError> {
        let rows = self.driver.connections(tenant).await?;
        rows.into_iter()
            .map(|row| self.open_connection(row))
            .collect()
    }

    async fn remove_connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool, StoreError> {
        self.driver
            .remove_connection(Keep::Synced, tenant, name)
            .await
    }

    async fn rename_connection(
        &self,
        connection: &Connection,
        from: &ConnectionName,
    ) -> Result<(), StoreError> {
        let row = self.seal_connection(connection)?;
        self.driver.rename_connection(Keep::Synced, row, from).await
    }

    async fn secrets(&self, connection: &Connection) -> Result<Secrets, StoreError> {
        let Connection { tenant, id, .. } = connection;
        let sealed = self.driver.secrets(tenant, id).await?;
        let sealed = sealed.ok_or(StoreError::NoSuchConnection)?;
        let plain = secrets_place(tenant, id, |place| self.sealer.open(place, &sealed))?;
        // Without what the parser says: it quotes what it read.
        serde_json::from_slice(&plain).map_err(|_| self.damaged("the secrets of a connection"))
    }

    async fn replace_secrets(
        &self,
        connection: &Connection,
        secrets: &Secrets,
        kept: &[&str],
    ) -> Result<(), StoreError> {
        let row = self.seal_connection(connection)?;
        let change = Change::Secrets {
            secrets: self.seal_secrets(connection, secrets)?,
            kept: kept.iter().map(|&slot| slot.to_owned()).collect(),
        };
        self.driver
            .change_connection(Keep::Synced, row, change)
            .await
    }
}
