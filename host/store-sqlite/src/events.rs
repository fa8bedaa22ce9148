//! The table of events, which is the outbox, the memory of what was found, and the dead letters. Store layer.

use airlock_store::driver::{EventName, EventRow, FoundRow};
use airlock_store::model::{REMEMBERED_DEAD_LETTERS, REMEMBERED_EVENTS};
use airlock_store::{
    Claim, EventCounts, EventFilter, EventState, StoreError, SubscriptionId, TenantId,
};
use rusqlite::Transaction;
use time::OffsetDateTime;

use crate::database::Database;
use crate::times::{milliseconds, moment};

/// Events that one poll forgets at most, so that none has to clean up after thousands.
const FORGOTTEN_AT_ONCE: i64 = 256;

/// Adds the events that are not known yet, each with the next number of its subscription, and wakes a lane
/// that waits for nothing. Answers how many were new.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    claim: &Claim,
    events: &[FoundRow],
    at: OffsetDateTime,
) -> rusqlite::Result<usize> {
    let id = claim.id.as_bytes();
    forget(transaction, claim, at)?;
    let mut new = 0;
    for event in events {
        new += transaction
            .prepare_cached(
                "INSERT INTO event (subscription, seq, name, found_at, state, details)
                 SELECT id, last + 1, ?2, ?3, 0, ?4 FROM subscription
                 WHERE id = ?1 AND NOT EXISTS
                     (SELECT 1 FROM event WHERE subscription = ?1 AND name = ?2)",
            )?
            .execute((id, event.name, milliseconds(at), &event.details))
            .and_then(|added| {
                transaction
                    .prepare_cached("UPDATE subscription SET last = last + ?2 WHERE id = ?1")?
                    .execute((id, i64::from(added > 0)))?;
                Ok(added)
            })?;
    }
    if new > 0 {
        transaction
            .prepare_cached(
                "UPDATE task SET due = ?2 WHERE id = ?1 AND kind = 'deliver' AND due IS NULL",
            )?
            .execute((id, milliseconds(at)))?;
    }
    Ok(new)
}

fn forget(
    transaction: &Transaction<'_>,
    claim: &Claim,
    at: OffsetDateTime,
) -> rusqlite::Result<()> {
    for (state, kept) in [
        (EventState::Delivered, REMEMBERED_EVENTS),
        (EventState::Dead, REMEMBERED_DEAD_LETTERS),
    ] {
        transaction
            .prepare_cached(
                "DELETE FROM event WHERE subscription = ?1 AND seq IN
                     (SELECT seq FROM event WHERE subscription = ?1 AND state = ?2
                      AND found_at < ?3 ORDER BY seq LIMIT ?4)",
            )?
            .execute((
                claim.id.as_bytes(),
                state.number(),
                milliseconds(at - kept),
                FORGOTTEN_AT_ONCE,
            ))?;
    }
    Ok(())
}

/// Whether events wait in this lane.
pub(crate) fn wait(transaction: &Transaction<'_>, claim: &Claim) -> rusqlite::Result<bool> {
    transaction
        .prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM event WHERE subscription = ?1 AND state = 0)",
        )?
        .query_row([claim.id.as_bytes()], |row| row.get(0))
}

/// Keeps what has become of an event, if its lane is still its holder's.
pub(crate) fn settle(
    transaction: &Transaction<'_>,
    claim: &Claim,
    seq: i64,
    state: EventState,
    note: Option<Vec<u8>>,
) -> rusqlite::Result<bool> {
    let settled = transaction
        .prepare_cached(
            "UPDATE event SET state = ?3, note = ?4
             WHERE subscription = ?1 AND seq = ?2 AND EXISTS
                 (SELECT 1 FROM task WHERE id = ?1 AND kind = ?5 AND owner = ?6 AND epoch = ?7)",
        )?
        .execute((
            claim.id.as_bytes(),
            seq,
            state.number(),
            note,
            claim.kind.as_str(),
            claim.worker.as_uuid().as_bytes(),
            claim.epoch,
        ))?;
    Ok(settled > 0)
}

/// Lets events of these numbers (a JSON list) wait again.
pub(crate) fn replay(
    transaction: &Transaction<'_>,
    tenant: &TenantId,
    id: &SubscriptionId,
    numbers: &str,
    due: OffsetDateTime,
) -> rusqlite::Result<usize> {
    let id = id.as_uuid().as_bytes();
    let replayed = transaction.execute(
        "UPDATE event SET state = 0, note = NULL
         WHERE subscription = (SELECT id FROM subscription WHERE id = ?1 AND tenant = ?2)
         AND seq IN (SELECT value FROM json_each(?3))",
        (id, tenant.as_str(), numbers),
    )?;
    if replayed > 0 {
        transaction.execute(
            "UPDATE task SET due = ?2 WHERE id = ?1 AND kind = 'deliver' AND due IS NULL",
            (id, milliseconds(due)),
        )?;
    }
    Ok(replayed)
}

type Row = (i64, EventName, i64, i64, Vec<u8>, Option<Vec<u8>>);

/// Events of a subscription by number.
pub(crate) fn select(
    db: &Database,
    tenant: &TenantId,
    id: &SubscriptionId,
    filter: &EventFilter,
    limit: usize,
) -> Result<Vec<EventRow>, StoreError> {
    let rows: Vec<Row> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT seq, event.name, found_at, state, details, note
                 FROM event JOIN subscription ON subscription.id = event.subscription
                 WHERE event.subscription = ?1 AND tenant = ?2 AND seq > ?3
                 AND (?4 IS NULL OR state = ?4) AND (?5 IS NULL OR found_at >= ?5)
                 ORDER BY seq LIMIT ?6",
            )?
            .query_map(
                (
                    id.as_uuid().as_bytes(),
                    tenant.as_str(),
                    filter.after,
                    filter.state.map(EventState::number),
                    filter.since.map(milliseconds),
                    i64::try_from(limit).unwrap_or(i64::MAX),
                ),
                |row| {
                    Ok((
                        row.get(0)?,
                        row.get(1)?,
                        row.get(2)?,
                        row.get(3)?,
                        row.get(4)?,
                        row.get(5)?,
                    ))
                },
            )?
            .collect()
    })?;
    rows.into_iter()
        .map(|(seq, name, found_at, state, details, note)| {
            Ok(EventRow {
                seq,
                name,
                found_at: moment(db, found_at)?,
                state: EventState::of(state).ok_or_else(|| StoreError::Damaged {
                    store: db.place(),
                    detail: format!("an event in a state {state}"),
                })?,
                details,
                note,
            })
        })
        .collect()
}

/// How many events of a subscription there are.
pub(crate) fn counts(
    db: &Database,
    tenant: &TenantId,
    id: &SubscriptionId,
) -> Result<EventCounts, StoreError> {
    let of = |state: EventState| -> Result<u64, StoreError> {
        let count: i64 = db.read(|connection| {
            connection
                .prepare_cached(
                    "SELECT count(*) FROM event WHERE state = ?3 AND subscription =
                         (SELECT id FROM subscription WHERE id = ?1 AND tenant = ?2)",
                )?
                .query_row(
                    (id.as_uuid().as_bytes(), tenant.as_str(), state.number()),
                    |row| row.get(0),
                )
        })?;
        Ok(u64::try_from(count).unwrap_or(0))
    };
    Ok(EventCounts {
        pending: of(EventState::Pending)?,
        dead: of(EventState::Dead)?,
    })
}
