//! Rows of connectors in memory. Test support.

use airlock_store::driver::{ConnectorRow, ConnectorRows, Keep};
use airlock_store::{ConnectionName, ConnectorName, StoreError, TenantId};
use async_trait::async_trait;

use super::{Memory, Result};

#[async_trait]
impl ConnectorRows for Memory {
    async fn put_connector(&self, _: Keep, row: ConnectorRow) -> Result<()> {
        let key = (row.tenant.clone(), row.name.clone());
        self.rows().connectors.insert(key, row);
        Ok(())
    }

    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<ConnectorRow>> {
        let key = (tenant.clone(), name.clone());
        Ok(self.rows().connectors.get(&key).cloned())
    }

    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<ConnectorRow>> {
        let mut rows = self.all_connectors().await?;
        rows.retain(|row| row.tenant == *tenant);
        Ok(rows)
    }

    async fn all_connectors(&self) -> Result<Vec<ConnectorRow>> {
        Ok(self.rows().connectors.values().cloned().collect())
    }

    async fn remove_connector(
        &self,
        _: Keep,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool> {
        let mut rows = self.rows();
        let users: Vec<ConnectionName> = rows
            .of(tenant)
            .filter(|(row, _)| row.connector == *name)
            .map(|(row, _)| row.name.clone())
            .collect();
        if !users.is_empty() {
            return Err(StoreError::InUse {
                connector: name.clone(),
                connections: users,
            });
        }
        let key = (tenant.clone(), name.clone());
        Ok(rows.connectors.remove(&key).is_some())
    }
}
