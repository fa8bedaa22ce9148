//! The history of runs.
//!
//! Store layer. Error texts may quote a service's data and idempotency keys are business keys, so
//! all of a run but its tenant lies sealed. Much of it is said by components and services, so each
//! text has a length beyond which it is cut.

use rusqlite::{OptionalExtension, Transaction};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::database::{Database, Failure, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectionName, TenantId};
use crate::model::{Run, RunFailure, RunFilter, RunOutcome};
use crate::seal::{Place, Purpose};

/// How many runs of a tenant are remembered at least: a busy host must not fill its disk with
/// history. At a few hundred bytes each, some megabytes per tenant; with every text at its longest,
/// forty.
const REMEMBERED: i64 = 10_000;

/// One run in so many also forgets the oldest; up to so many more than [`REMEMBERED`] may lie there.
const FORGET_EVERY: i64 = 256;

/// The longest error that is remembered, in bytes: a service's own words are below 1 KiB.
const ERROR_BYTES: usize = 2 << 10;

/// The longest name, key, code or request id that is remembered, in bytes.
const NAME_BYTES: usize = 256;

/// Runs that are opened at once while runs are looked for; most filters admit many.
const AT_ONCE: i64 = 256;

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

impl Details {
    fn of(run: &Run) -> Self {
        Self {
            connection: run.connection.clone(),
            action: cut(&run.action, NAME_BYTES),
            started_at: run.started_at,
            finished_at: run.finished_at,
            outcome: bounded(run.outcome.clone()),
            idempotency_key: run.idempotency_key.as_deref().map(short),
        }
    }

    fn into_run(self, tenant: &TenantId, id: Uuid) -> Run {
        Run {
            id,
            tenant: tenant.clone(),
            connection: self.connection,
            action: self.action,
            started_at: self.started_at,
            finished_at: self.finished_at,
            outcome: self.outcome,
            idempotency_key: self.idempotency_key,
        }
    }
}

fn bounded(outcome: RunOutcome) -> RunOutcome {
    match outcome {
        RunOutcome::Failed(failure) => RunOutcome::Failed(RunFailure {
            error: cut(&failure.error, ERROR_BYTES),
            http_status: failure.http_status,
            code: failure.code.as_deref().map(short),
            request_id: failure.request_id.as_deref().map(short),
        }),
        ended => ended,
    }
}

fn short(text: &str) -> String {
    cut(text, NAME_BYTES)
}

/// The beginning of `text`, at most `most` bytes, with a word about how much was left out.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let (kept, rest) = text.split_at(text.floor_char_boundary(most));
    format!("{kept}… ({} bytes more)", rest.len())
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
    let sealed = seal(db, &run.tenant, &run.id, &Details::of(run))?;
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
        details.outcome = bounded(outcome);
        details.finished_at = Some(finished_at);
        let sealed = seal(db, tenant, id, &details)?;
        transaction
            .prepare_cached("UPDATE run SET details = ?3 WHERE id = ?1 AND tenant = ?2")?
            .execute((id.as_bytes(), tenant.as_str(), sealed))?;
        Ok(true)
    })
}

pub(super) fn get(db: &Database, tenant: &TenantId, id: &Uuid) -> Result<Option<Run>, StoreError> {
    let sealed: Option<Vec<u8>> = db.read(|connection| {
        connection
            .prepare_cached("SELECT details FROM run WHERE id = ?1 AND tenant = ?2")?
            .query_row((id.as_bytes(), tenant.as_str()), |row| row.get(0))
            .optional()
    })?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    Ok(Some(open(db, tenant, id, &sealed)?.into_run(tenant, *id)))
}

/// Sealed rows tell nothing, so they are opened one after the other until enough are found.
pub(super) fn list(
    db: &Database,
    tenant: &TenantId,
    filter: &RunFilter,
    limit: usize,
) -> Result<Vec<Run>, StoreError> {
    let mut found = Vec::new();
    let mut before = match &filter.before {
        Some(before) => sequence(db, tenant, before)?,
        None => i64::MAX,
    };
    while found.len() < limit {
        let rows = older(db, tenant, before)?;
        let Some((oldest, ..)) = rows.last() else {
            break;
        };
        before = *oldest;
        for (_, id, sealed) in rows {
            let id = Uuid::from_bytes(id);
            let run = open(db, tenant, &id, &sealed)?.into_run(tenant, id);
            if found.len() < limit && filter.admits(&run) {
                found.push(run);
            }
        }
    }
    Ok(found)
}

type Row = (i64, [u8; 16], Vec<u8>);

/// The next rows that are older than `before`, newest first.
fn older(db: &Database, tenant: &TenantId, before: i64) -> Result<Vec<Row>, StoreError> {
    db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT seq, id, details FROM run WHERE tenant = ?1 AND seq < ?2
                 ORDER BY seq DESC LIMIT ?3",
            )?
            .query_map((tenant.as_str(), before, AT_ONCE), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })?
            .collect()
    })
}

/// A run's place in the order of all. What is older than a run that was forgotten was forgotten
/// before it, so there is nothing before it either.
fn sequence(db: &Database, tenant: &TenantId, id: &Uuid) -> Result<i64, StoreError> {
    let sequence: Option<i64> = db.read(|connection| {
        connection
            .prepare_cached("SELECT seq FROM run WHERE id = ?1 AND tenant = ?2")?
            .query_row((id.as_bytes(), tenant.as_str()), |row| row.get(0))
            .optional()
    })?;
    Ok(sequence.unwrap_or(i64::MIN))
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_letters_and_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("Straße", 5), "Stra… (3 bytes more)");
        assert_eq!(cut("", 0), "");
    }
}
