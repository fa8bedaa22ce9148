//! The table of runs. Store layer.

use airlock_store::driver::{Keep, REMEMBERED_RUNS, RunRow, RunRows};
use airlock_store::{StoreError, TenantId};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Transaction};
use uuid::Uuid;

use crate::Sqlite;

/// One run in so many also forgets the oldest; up to so many more than [`REMEMBERED_RUNS`] may lie
/// there.
const FORGET_EVERY: i64 = 256;

#[async_trait]
impl RunRows for Sqlite {
    async fn add_run(&self, keep: Keep, row: RunRow) -> Result<(), StoreError> {
        self.blocking("add_run", move |db| {
            db.write(keep, |transaction| {
                transaction
                    .prepare_cached("INSERT INTO run (id, tenant, details) VALUES (?1, ?2, ?3)")?
                    .execute((row.id.as_bytes(), row.tenant.as_str(), row.details))?;
                let sequence = transaction.last_insert_rowid();
                if sequence % FORGET_EVERY == 0 {
                    forget_oldest(transaction, &row.tenant)?;
                }
                Ok(())
            })
        })
        .await
    }

    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("run", move |db| {
            db.read(|connection| {
                connection
                    .prepare_cached("SELECT details FROM run WHERE id = ?1 AND tenant = ?2")?
                    .query_row((id.as_bytes(), tenant.as_str()), |row| row.get(0))
                    .optional()
            })
        })
        .await
    }

    async fn replace_run(
        &self,
        keep: Keep,
        tenant: &TenantId,
        id: &Uuid,
        was: Vec<u8>,
        is: Vec<u8>,
    ) -> Result<bool, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("replace_run", move |db| {
            db.write(keep, |transaction| {
                let changed = transaction
                    .prepare_cached(
                        "UPDATE run SET details = ?4
                         WHERE id = ?1 AND tenant = ?2 AND details = ?3",
                    )?
                    .execute((id.as_bytes(), tenant.as_str(), was, is))?;
                Ok(changed > 0)
            })
        })
        .await
    }

    async fn runs(
        &self,
        tenant: &TenantId,
        before: Option<&Uuid>,
        most: usize,
    ) -> Result<Vec<RunRow>, StoreError> {
        let (tenant, before) = (tenant.clone(), before.copied());
        self.blocking("runs", move |db| {
            let rows: Vec<([u8; 16], Vec<u8>)> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT id, details FROM run WHERE tenant = ?1 AND seq <
                             CASE WHEN ?2 IS NULL THEN 9223372036854775807
                             ELSE (SELECT seq FROM run WHERE id = ?2 AND tenant = ?1) END
                         ORDER BY seq DESC LIMIT ?3",
                    )?
                    .query_map(
                        (
                            tenant.as_str(),
                            before.as_ref().map(Uuid::as_bytes),
                            i64::try_from(most).unwrap_or(i64::MAX),
                        ),
                        |row| Ok((row.get(0)?, row.get(1)?)),
                    )?
                    .collect()
            })?;
            let row = |(id, details)| RunRow {
                id: Uuid::from_bytes(id),
                tenant: tenant.clone(),
                details,
            };
            Ok(rows.into_iter().map(row).collect())
        })
        .await
    }
}

fn forget_oldest(transaction: &Transaction<'_>, tenant: &TenantId) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM run WHERE tenant = ?1 AND seq <=
             (SELECT seq FROM run WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        (
            tenant.as_str(),
            i64::try_from(REMEMBERED_RUNS).unwrap_or(i64::MAX),
        ),
    )?;
    Ok(())
}
