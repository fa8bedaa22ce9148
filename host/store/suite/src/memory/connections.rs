//! Rows of connections in memory. Test support.

use airlock_store::driver::{Change, ConnectionRow, ConnectionRows, Keep};
use airlock_store::{ConnectionId, ConnectionName, StoreError, TenantId};
use async_trait::async_trait;

use super::{Memory, Result};

fn taken(row: &ConnectionRow) -> StoreError {
    StoreError::Exists {
        tenant: row.tenant.clone(),
        name: row.name.clone(),
    }
}

fn place(row: &ConnectionRow) -> (TenantId, ConnectionName) {
    (row.tenant.clone(), row.name.clone())
}

#[async_trait]
impl ConnectionRows for Memory {
    async fn add_connection(&self, _: Keep, row: ConnectionRow, secrets: Vec<u8>) -> Result<()> {
        let mut rows = self.rows();
        if rows.connections.contains_key(&place(&row)) {
            return Err(taken(&row));
        }
        let connector = (row.tenant.clone(), row.connector.clone());
        if !rows.connectors.contains_key(&connector) {
            return Err(StoreError::NoSuchConnector {
                tenant: row.tenant,
                connector: row.connector,
            });
        }
        rows.connections.insert(place(&row), (row, secrets));
        Ok(())
    }

    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<ConnectionRow>> {
        let key = (tenant.clone(), name.clone());
        let rows = self.rows();
        Ok(rows.connections.get(&key).map(|(row, _)| row.clone()))
    }

    async fn connections(&self, tenant: &TenantId) -> Result<Vec<ConnectionRow>> {
        Ok(self.rows().of(tenant).map(|(row, _)| row.clone()).collect())
    }

    async fn secrets(&self, tenant: &TenantId, id: &ConnectionId) -> Result<Option<Vec<u8>>> {
        let rows = self.rows();
        let found = rows.of(tenant).find(|(row, _)| row.id == *id);
        Ok(found.map(|(_, secrets)| secrets.clone()))
    }

    async fn rename_connection(
        &self,
        _: Keep,
        row: ConnectionRow,
        from: &ConnectionName,
    ) -> Result<()> {
        let mut rows = self.rows();
        let was = (row.tenant.clone(), from.clone());
        if rows
            .connections
            .get(&was)
            .is_none_or(|(was, _)| was.id != row.id)
        {
            return Err(StoreError::NoSuchConnection);
        }
        if row.name != *from && rows.connections.contains_key(&place(&row)) {
            return Err(taken(&row));
        }
        let (_, secrets) = rows.connections.remove(&was).unwrap();
        rows.connections.insert(place(&row), (row, secrets));
        Ok(())
    }

    async fn change_connection(&self, _: Keep, row: ConnectionRow, change: Change) -> Result<()> {
        let mut rows = self.rows();
        let id = row.id;
        let found = rows.connections.get_mut(&place(&row));
        let Some(kept) = found.filter(|(was, _)| was.id == id) else {
            return Err(StoreError::NoSuchConnection);
        };
        kept.0 = row;
        match change {
            Change::Secrets {
                secrets,
                kept: slots,
            } => {
                kept.1 = secrets;
                rows.slots
                    .retain(|(owner, slot), _| *owner != id || slots.contains(slot));
            }
            Change::Slots(slots) => {
                rows.slots.retain(|(owner, _), _| *owner != id);
                let slots = slots.into_iter().map(|(slot, value)| ((id, slot), value));
                rows.slots.extend(slots);
            }
        }
        Ok(())
    }

    async fn remove_connection(
        &self,
        _: Keep,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool> {
        let mut rows = self.rows();
        let key = (tenant.clone(), name.clone());
        let Some((row, _)) = rows.connections.remove(&key) else {
            return Ok(false);
        };
        rows.slots.retain(|(owner, _), _| *owner != row.id);
        rows.keys.retain(|_, key| key.connection != row.id);
        rows.drop_subscriptions(|it| it.connection == row.id);
        Ok(true)
    }
}
