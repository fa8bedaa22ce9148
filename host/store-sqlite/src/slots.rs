//! The table of what connections keep in slots. Store layer.

use std::time::Duration;

use airlock_store::driver::{Keep, SlotRows};
use airlock_store::{ConnectionId, StoreError, TenantId, Turn};
use async_trait::async_trait;
use rusqlite::OptionalExtension;

use crate::database::Failure;
use crate::{Sqlite, turns};

#[async_trait]
impl SlotRows for Sqlite {
    async fn put_slot(
        &self,
        keep: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
        value: Vec<u8>,
    ) -> Result<(), StoreError> {
        let (tenant, id, slot) = (tenant.clone(), *connection, slot.to_owned());
        self.blocking("put_slot", move |db| {
            db.write(keep, |transaction| {
                let changed = transaction
                    .prepare_cached(
                        "INSERT INTO sealed (connection, slot, value)
                         SELECT id, ?3, ?4 FROM connection WHERE id = ?1 AND tenant = ?2
                         ON CONFLICT (connection, slot) DO UPDATE SET value = excluded.value",
                    )?
                    .execute((id.as_uuid().as_bytes(), tenant.as_str(), slot, value))?;
                match changed {
                    0 => Err(Failure::Store(StoreError::NoSuchConnection)),
                    _ => Ok(()),
                }
            })
        })
        .await
    }

    async fn slot(
        &self,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (tenant, id, slot) = (tenant.clone(), *connection, slot.to_owned());
        self.blocking("slot", move |db| {
            db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT value FROM sealed
                         JOIN connection ON connection.id = sealed.connection
                         WHERE connection = ?1 AND tenant = ?2 AND slot = ?3",
                    )?
                    .query_row((id.as_uuid().as_bytes(), tenant.as_str(), slot), |row| {
                        row.get(0)
                    })
                    .optional()
            })
        })
        .await
    }

    async fn remove_slot(
        &self,
        keep: Keep,
        tenant: &TenantId,
        connection: &ConnectionId,
        slot: &str,
    ) -> Result<bool, StoreError> {
        let (tenant, id, slot) = (tenant.clone(), *connection, slot.to_owned());
        self.blocking("remove_slot", move |db| {
            db.write(keep, |transaction| {
                let removed = transaction.execute(
                    "DELETE FROM sealed WHERE slot = ?3
                     AND connection = (SELECT id FROM connection WHERE id = ?1 AND tenant = ?2)",
                    (id.as_uuid().as_bytes(), tenant.as_str(), slot),
                )?;
                Ok(removed > 0)
            })
        })
        .await
    }

    async fn take_turn(
        &self,
        connection: &ConnectionId,
        wait: Duration,
    ) -> Result<Option<Turn>, StoreError> {
        turns::take(&self.database.path, connection, wait).await
    }
}
