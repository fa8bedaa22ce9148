//! The tables of tasks and of the hosts that have them. Store layer.
//!
//! All processes that share the file run on one machine, so the machine's own clock judges leases: the
//! one that goes on while it is suspended. It begins anew with each start of the machine, and so do the
//! leases.

use airlock_store::driver::Keep;
use airlock_store::{Claim, LeaseTime, Next, StoreError, Task, TaskKind, Wanted, Work, WorkerId};
use async_trait::async_trait;
use rusqlite::{OptionalExtension, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::database::Database;
use crate::{Sqlite, boot};

pub(crate) use crate::times::{milliseconds, moment};

#[async_trait]
impl Work for Sqlite {
    async fn lease_time(&self) -> Result<LeaseTime, StoreError> {
        Ok(boot::now())
    }

    async fn enlist(&self, worker: WorkerId, until: LeaseTime) -> Result<(), StoreError> {
        self.blocking("enlist", move |db| {
            let boot = boot::id();
            db.write(Keep::Written, |transaction| {
                transaction.execute(
                    "DELETE FROM worker WHERE boot <> ?1 OR alive_until <= ?2",
                    (boot, boot::now().0),
                )?;
                transaction.execute(
                    "INSERT OR REPLACE INTO worker (id, boot, alive_until) VALUES (?1, ?2, ?3)",
                    (worker.as_uuid().as_bytes(), boot, until.0),
                )?;
                Ok(())
            })
        })
        .await
    }

    async fn renew(&self, worker: WorkerId, until: LeaseTime) -> Result<bool, StoreError> {
        self.blocking("renew", move |db| {
            db.write(Keep::Written, |transaction| {
                let renewed = transaction
                    .prepare_cached(
                        "UPDATE worker SET alive_until = ?2 WHERE id = ?1 AND alive_until > ?3",
                    )?
                    .execute((worker.as_uuid().as_bytes(), until.0, boot::now().0))?;
                Ok(renewed > 0)
            })
        })
        .await
    }

    async fn leave(&self, worker: WorkerId) -> Result<(), StoreError> {
        self.blocking("leave", move |db| {
            db.write(Keep::Written, |transaction| {
                let id = worker.as_uuid().as_bytes();
                transaction.execute("DELETE FROM worker WHERE id = ?1", [id])?;
                Ok(())
            })
        })
        .await
    }

    async fn add_task(&self, task: &Task) -> Result<(), StoreError> {
        let task = task.clone();
        self.blocking("add_task", move |db| {
            db.write(Keep::Synced, |transaction| Ok(insert(transaction, &task)?))
        })
        .await
    }

    async fn claim(&self, worker: WorkerId, wanted: &Wanted) -> Result<Vec<Claim>, StoreError> {
        let wanted = wanted.clone();
        self.blocking("claim", move |db| {
            let busy: Vec<&str> = wanted.busy.iter().map(|tenant| tenant.as_str()).collect();
            let busy = serde_json::to_string(&busy)
                .map_err(|error| StoreError::Defect(error.to_string()))?;
            let mut rows: Vec<Row> = db.write(Keep::Written, |transaction| {
                transaction
                    .prepare_cached(
                        "UPDATE task SET owner = ?1, epoch = epoch + 1
                         WHERE EXISTS (SELECT 1 FROM worker WHERE id = ?1 AND alive_until > ?2)
                         AND (id, kind) IN (
                             SELECT id, kind FROM task
                             WHERE kind = ?3 AND due <= ?4
                             AND (owner IS NULL OR owner NOT IN
                                 (SELECT id FROM worker WHERE alive_until > ?2))
                             AND tenant NOT IN (SELECT value FROM json_each(?5))
                             ORDER BY due LIMIT ?6)
                         RETURNING id, tenant, epoch, due, failures",
                    )?
                    .query_map(
                        (
                            worker.as_uuid().as_bytes(),
                            boot::now().0,
                            wanted.kind.as_str(),
                            milliseconds(wanted.now),
                            busy,
                            i64::try_from(wanted.room).unwrap_or(i64::MAX),
                        ),
                        |row| {
                            Ok((
                                row.get(0)?,
                                row.get(1)?,
                                row.get(2)?,
                                row.get(3)?,
                                row.get(4)?,
                            ))
                        },
                    )?
                    .collect::<rusqlite::Result<_>>()
                    .map_err(Into::into)
            })?;
            // An update answers its rows in any order.
            rows.sort_by_key(|row| row.3);
            rows.into_iter()
                .map(|row| claimed(db, worker, wanted.kind, row))
                .collect()
        })
        .await
    }

    async fn give_back(&self, claim: &Claim, next: Next) -> Result<bool, StoreError> {
        let claim = claim.clone();
        self.blocking("give_back", move |db| {
            db.write(Keep::Written, |transaction| {
                Ok(give_back(transaction, &claim, next)?)
            })
        })
        .await
    }

    async fn next_due(&self, kind: TaskKind) -> Result<Option<OffsetDateTime>, StoreError> {
        self.blocking("next_due", move |db| {
            let due: Option<i64> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT due FROM task WHERE kind = ?1 AND due IS NOT NULL
                         AND (owner IS NULL OR owner NOT IN
                             (SELECT id FROM worker WHERE alive_until > ?2))
                         ORDER BY due LIMIT 1",
                    )?
                    .query_row((kind.as_str(), boot::now().0), |row| row.get(0))
                    .optional()
            })?;
            due.map(|due| moment(db, due)).transpose()
        })
        .await
    }
}

type Row = ([u8; 16], String, i64, i64, u32);

fn claimed(
    db: &Database,
    worker: WorkerId,
    kind: TaskKind,
    (id, tenant, epoch, due, failures): Row,
) -> Result<Claim, StoreError> {
    Ok(Claim {
        id: Uuid::from_bytes(id),
        kind,
        tenant: db.parse(&tenant)?,
        worker,
        epoch,
        due: moment(db, due)?,
        failures,
    })
}

/// Adds a task, unless it is there already.
pub(crate) fn insert(transaction: &Transaction<'_>, task: &Task) -> rusqlite::Result<()> {
    transaction
        .prepare_cached(
            "INSERT INTO task (id, kind, tenant, due) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT (id, kind) DO NOTHING",
        )?
        .execute((
            task.id.as_bytes(),
            task.kind.as_str(),
            task.tenant.as_str(),
            task.due.map(milliseconds),
        ))?;
    Ok(())
}

/// Gives a task back, if it is still its holder's.
pub(crate) fn give_back(
    transaction: &Transaction<'_>,
    claim: &Claim,
    next: Next,
) -> rusqlite::Result<bool> {
    let given = transaction
        .prepare_cached(
            "UPDATE task SET owner = NULL, due = ?5, failures = ?6
             WHERE id = ?1 AND kind = ?2 AND owner = ?3 AND epoch = ?4",
        )?
        .execute((
            claim.id.as_bytes(),
            claim.kind.as_str(),
            claim.worker.as_uuid().as_bytes(),
            claim.epoch,
            next.due.map(milliseconds),
            next.failures,
        ))?;
    Ok(given > 0)
}
