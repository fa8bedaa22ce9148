//! Rows of slots in memory, and turns. Test support.

use std::sync::Arc;
use std::time::Duration;

use airlock_store::driver::{Keep, SlotRows};
use airlock_store::{ConnectionId, StoreError, TenantId, Turn};
use async_trait::async_trait;

use super::{Memory, Result};

#[async_trait]
impl SlotRows for Memory {
    async fn put_slot(
        &self,
        _: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: Vec<u8>,
    ) -> Result<()> {
        let mut rows = self.rows();
        if !rows.owns(tenant, connection) {
            return Err(StoreError::NoSuchConnection);
        }
        rows.slots.insert((*connection, slot.to_owned()), value);
        Ok(())
    }

    async fn slot(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<Vec<u8>>> {
        let rows = self.rows();
        let found = rows.slots.get(&(*connection, slot.to_owned()));
        Ok(found.filter(|_| rows.owns(tenant, connection)).cloned())
    }

    async fn remove_slot(
        &self,
        _: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool> {
        let mut rows = self.rows();
        let key = (*connection, slot.to_owned());
        Ok(rows.owns(tenant, connection) && rows.slots.remove(&key).is_some())
    }

    async fn take_turn(&self, connection: &ConnectionId, wait: Duration) -> Result<Option<Turn>> {
        let turn = Arc::clone(self.turns.lock().unwrap().entry(*connection).or_default());
        let taken = tokio::time::timeout(wait, turn.lock_owned()).await;
        Ok(taken.ok().map(Turn::new))
    }
}
