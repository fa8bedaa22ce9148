//! The history of runs.
//!
//! Store layer. Error texts may quote a service's data and idempotency keys are business keys, so
//! all of a run but its tenant lies sealed.

use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::database::{Database, Failure, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectionName, TenantId};
use crate::model::{Run, RunOutcome};
use crate::seal::{Place, Purpose};

/// How many runs of a tenant are remembered at least: a busy host must not fill its disk with
/// history. At a few hundred bytes each, some megabytes per tenant.
const REMEMBERED: i64 = 10_000;

/// One run in so many also forgets the oldest; up to so many more than [`REMEMBERED`] may lie there.
const FORGET_EVERY: i64 = 256;

/// What of a run lies sealed.
#[derive(Serialize, Deserialize)]
struct Details {
    connection: ConnectionName,
    action: String,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    finished_at: Option<OffsetDateTime>,
    outcome: RunOutcome,
    idempotency_key: Option<String>,
}

fn seal(
    db: &Database,
    tenant: &TenantId,
    id: &Uuid,
    details: &Details,
) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(details).map_err(|e| StoreError::Defect(e.to_string()))?;
    let place = Place {
        purpose: Purpose::Run,
        tenant,
        row: &[id.as_bytes()],
    };
    db.sealer.seal(place, &plain)
}

fn open(db: &Database, tenant: &TenantId, id: &Uuid, sealed: &[u8]) -> Result<Details, StoreError> {
    let place = Place {
        purpose: Purpose::Run,
        tenant,
        row: &[id.as_bytes()],
    };
    let plain = db.sealer.open(place, sealed)?;
    serde_json::from_slice(&plain).map_err(|e| db.damaged(e))
}

pub(super) fn begin(db: &Database, run: &Run) -> Result<(), StoreError> {
    let details = Details {
        connection: run.connection.clone(),
        action: run.action.clone(),
        started_at: run.started_at,
        finished_at: run.finished_at,
        outcome: run.outcome.clone(),
        idempotency_key: run.idempotency_key.clone(),
    };
    let sealed = seal(db, &run.tenant, &run.id, &details)?;
    db.write(Keep::Written, |transaction| {
        transaction
            .prepare_cached("INSERT INTO run (id, tenant, details) VALUES (?1, ?2, ?3)")?
            .execute((run.id.as_bytes(), run.tenant.as_str(), sealed))?;
        let sequence = transaction.last_insert_rowid();
        if sequence % FORGET_EVERY == 0 {
            forget_oldest(transaction, &run.tenant)?;
        }
        Ok(())
    })
}

fn forget_oldest(transaction: &Transaction<'_>, tenant: &TenantId) -> rusqlite::Result<()> {
    transaction.execute(
        "DELETE FROM run WHERE tenant = ?1 AND seq <=
             (SELECT seq FROM run WHERE tenant = ?1 ORDER BY seq DESC LIMIT 1 OFFSET ?2)",
        (tenant.as_str(), REMEMBERED),
    )?;
    Ok(())
}

pub(super) fn finish(
    db: &Database,
    tenant: &TenantId,
    id: &Uuid,
    outcome: RunOutcome,
    finished_at: OffsetDateTime,
) -> Result<bool, StoreError> {
    db.write(Keep::Written, |transaction| {
        let sealed: Option<Vec<u8>> = transaction
            .prepare_cached("SELECT details FROM run WHERE id = ?1 AND tenant = ?2")?
            .query_row((id.as_bytes(), tenant.as_str()), |row| row.get(0))
            .optional()?;
        let Some(sealed) = sealed else {
            return Ok(false);
        };
        let mut details = open(db, tenant, id, &sealed).map_err(Failure::Store)?;
        details.outcome = outcome;
        details.finished_at = Some(finished_at);
        let sealed = seal(db, tenant, id, &details)?;
        transaction
            .prepare_cached("UPDATE run SET details = ?3 WHERE id = ?1 AND tenant = ?2")?
            .execute((id.as_bytes(), tenant.as_str(), sealed))?;
        Ok(true)
    })
}

pub(super) fn list(db: &Database, tenant: &TenantId, limit: usize) -> Result<Vec<Run>, StoreError> {
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows: Vec<([u8; 16], Vec<u8>)> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT id, details FROM run WHERE tenant = ?1 ORDER BY seq DESC LIMIT ?2",
            )?
            .query_map((tenant.as_str(), limit), |row| {
                Ok((row.get(0)?, row.get(1)?))
            })?
            .collect()
    })?;
    rows.into_iter()
        .map(|(id, sealed)| {
            let id = Uuid::from_bytes(id);
            let details = open(db, tenant, &id, &sealed)?;
            Ok(Run {
                id,
                tenant: tenant.clone(),
                connection: details.connection,
                action: details.action,
                started_at: details.started_at,
                finished_at: details.finished_at,
                outcome: details.outcome,
                idempotency_key: details.idempotency_key,
            })
        })
        .collect()
}
