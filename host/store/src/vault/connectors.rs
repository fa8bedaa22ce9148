//! Connectors, sealed but for their names. Store layer.

use std::collections::HashSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Vault;
use crate::driver::{ConnectorRow, Driver, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectorName, Digest, TenantId};
use crate::model::Connector;
use crate::seal::{Place, Purpose};
use crate::store::Connectors;

/// What of a connector lies sealed.
#[derive(Serialize, Deserialize)]
struct Details {
    version: String,
    title: String,
    digest: Digest,
    #[serde(with = "time::serde::rfc3339")]
    added_at: OffsetDateTime,
}

fn in_place<T>(tenant: &TenantId, name: &ConnectorName, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::Connector,
        tenant,
        row: &[name.as_str().as_bytes()],
    })
}

impl<D: Driver> Vault<D> {
    fn open_connector(&self, row: ConnectorRow) -> Result<Connector, StoreError> {
        let details: Details = in_place(&row.tenant, &row.name, |place| {
            self.unseal(place, &row.details)
        })?;
        Ok(Connector {
            tenant: row.tenant,
            name: row.name,
            version: details.version,
            title: details.title,
            digest: details.digest,
            added_at: details.added_at,
        })
    }
}

#[async_trait]
impl<D: Driver> Connectors for Vault<D> {
    async fn put_connector(&self, connector: &Connector) -> Result<(), StoreError> {
        let details = Details {
            version: connector.version.clone(),
            title: connector.title.clone(),
            digest: connector.digest,
            added_at: connector.added_at,
        };
        let row = ConnectorRow {
            tenant: connector.tenant.clone(),
            name: connector.name.clone(),
            details: in_place(&connector.tenant, &connector.name, |place| {
                self.seal(place, &details)
            })?,
        };
        self.driver.put_connector(Keep::Synced, row).await
    }

    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<Connector>, StoreError> {
        let row = self.driver.connector(tenant, name).await?;
        row.map(|row| self.open_connector(row)).transpose()
    }

    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<Connector>, StoreError> {
        let rows = self.driver.connectors(tenant).await?;
        rows.into_iter()
            .map(|row| self.open_connector(row))
            .collect()
    }

    async fn remove_connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool, StoreError> {
        self.driver
            .remove_connector(Keep::Synced, tenant, name)
            .await
    }

    async fn digests(&self) -> Result<HashSet<Digest>, StoreError> {
        let rows = self.driver.all_connectors().await?;
        rows.into_iter()
            .map(|row| Ok(self.open_connector(row)?.digest))
            .collect()
    }
}
