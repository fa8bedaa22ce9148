//! The table of calls under idempotency keys. Store layer.

use airlock_store::driver::{Keep, KeyName, KeyRow, KeyRows};
use airlock_store::{StoreError, TenantId};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Transaction};
use time::OffsetDateTime;

use crate::Sqlite;
use crate::database::Failure;

/// Expired keys that one call removes at most, so that none has to clean up after thousands.
const FORGOTTEN_AT_ONCE: i64 = 64;

#[async_trait]
impl KeyRows for Sqlite {
    async fn hold_key(
        &self,
        keep: Keep,
        row: KeyRow,
        now: OffsetDateTime,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let now = now.unix_timestamp();
        self.blocking("hold_key", move |db| {
            db.write(keep, |transaction| {
                forget_expired(transaction, now)?;
                let held: Option<Vec<u8>> = transaction
                    .prepare_cached(
                        "SELECT details FROM keyed_call WHERE name = ?1 AND expires > ?2",
                    )?
                    .query_row((row.name, now), |row| row.get(0))
                    .optional()?;
                if held.is_some() {
                    return Ok(held);
                }
                let changed = transaction
                    .prepare_cached(
                        "INSERT INTO keyed_call (name, connection, expires, details)
                         SELECT ?1, id, ?4, ?5 FROM connection WHERE id = ?2 AND tenant = ?3
                         ON CONFLICT (name) DO UPDATE
                             SET expires = excluded.expires, details = excluded.details",
                    )?
                    .execute((
                        row.name,
                        row.connection.as_uuid().as_bytes(),
                        row.tenant.as_str(),
                        row.expires.unix_timestamp(),
                        row.details,
                    ))?;
                match changed {
                    0 => Err(Failure::Store(StoreError::NoSuchConnection)),
                    _ => Ok(None),
                }
            })
        })
        .await
    }

    async fn key(&self, name: &KeyName) -> Result<Option<Vec<u8>>, StoreError> {
        let name = *name;
        self.blocking("key", move |db| {
            db.read(|connection| {
                connection
                    .prepare_cached("SELECT details FROM keyed_call WHERE name = ?1")?
                    .query_row([name], |row| row.get(0))
                    .optional()
            })
        })
        .await
    }

    async fn key_bytes(&self, tenant: &TenantId, now: OffsetDateTime) -> Result<u64, StoreError> {
        let (tenant, now) = (tenant.clone(), now.unix_timestamp());
        self.blocking("key_bytes", move |db| {
            db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT COALESCE(SUM(LENGTH(keyed_call.details)), 0)
                         FROM connection JOIN keyed_call ON keyed_call.connection = connection.id
                         WHERE connection.tenant = ?1 AND keyed_call.expires > ?2",
                    )?
                    .query_row((tenant.as_str(), now), |row| row.get::<_, i64>(0))
            })
        })
        .await
        .map(|bytes| u64::try_from(bytes).unwrap_or(0))
    }

    async fn replace_key(
        &self,
        keep: Keep,
        name: &KeyName,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let name = *name;
        self.blocking("replace_key", move |db| {
            db.write(keep, |transaction| {
                let changed = transaction
                    .prepare_cached(
                        "UPDATE keyed_call SET details = ?3 WHERE name = ?1 AND details = ?2",
                    )?
                    .execute((name, was, is))?;
                Ok(changed > 0)
            })
        })
        .await
    }

    async fn remove_key(
        &self,
        keep: Keep,
        name: &KeyName,
        was: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let name = *name;
        self.blocking("remove_key", move |db| {
            db.write(keep, |transaction| {
                let removed = transaction
                    .prepare_cached("DELETE FROM keyed_call WHERE name = ?1 AND details = ?2")?
                    .execute((name, was))?;
                Ok(removed > 0)
            })
        })
        .await
    }
}

fn forget_expired(transaction: &Transaction<'_>, now: i64) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "DELETE FROM keyed_call WHERE rowid IN
                 (SELECT rowid FROM keyed_call WHERE expires <= ?1 LIMIT ?2)",
        )?
        .execute((now, FORGOTTEN_AT_ONCE))?;
    Ok(())
}
