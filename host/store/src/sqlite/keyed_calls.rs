//! Calls under idempotency keys.
//!
//! Store layer. Keys are business keys and answers are rows of a service, so both lie sealed; a row
//! is found by a name that only the master key can compute. Each change looks and acts in one
//! transaction: of several processes that come with one key at once, exactly one holds it.

use rusqlite::{OptionalExtension, Transaction};
use time::OffsetDateTime;
use uuid::Uuid;

use super::database::{Database, Failure, Keep};
use crate::error::StoreError;
use crate::model::{CallKey, KeptAnswer, KeyedCall};
use crate::seal::{Place, Purpose};

/// Expired keys that one call removes at most, so that none has to clean up after thousands.
const FORGOTTEN_AT_ONCE: i64 = 64;

fn seal(db: &Database, key: &CallKey, call: &KeyedCall) -> Result<Vec<u8>, StoreError> {
    let plain = serde_json::to_vec(call).map_err(|e| StoreError::Defect(e.to_string()))?;
    in_place(key, |place| db.sealer.seal(place, &plain))
}

fn open(db: &Database, key: &CallKey, sealed: &[u8]) -> Result<KeyedCall, StoreError> {
    let plain = in_place(key, |place| db.sealer.open(place, sealed))?;
    serde_json::from_slice(&plain).map_err(|e| db.damaged(e))
}

fn in_place<T>(key: &CallKey, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::KeyedCall,
        tenant: &key.tenant,
        row: &[key.connection.as_uuid().as_bytes(), key.key.as_bytes()],
    })
}

fn name(db: &Database, key: &CallKey) -> Result<[u8; 32], StoreError> {
    in_place(key, |place| db.sealer.name(place))
}

pub(super) fn hold(
    db: &Database,
    key: &CallKey,
    call: &KeyedCall,
    until: OffsetDateTime,
) -> Result<Option<KeyedCall>, StoreError> {
    let name = name(db, key)?;
    let now = call.began_at.unix_timestamp();
    // An effect that is repeated because the power failed is still repeated.
    db.write(Keep::Synced, |transaction| {
        forget_expired(transaction, now)?;
        let held: Option<Vec<u8>> = transaction
            .prepare_cached("SELECT details FROM keyed_call WHERE name = ?1 AND expires > ?2")?
            .query_row((name, now), |row| row.get(0))
            .optional()?;
        if let Some(held) = held {
            let held = open(db, key, &held)?;
            if held.done.is_none() && held.asks_for_the_same_as(call) {
                let joined = KeyedCall {
                    joined: true,
                    ..held.clone()
                };
                update(db, transaction, key, &name, &joined)?;
            }
            return Ok(Some(held));
        }
        let changed = transaction
            .prepare_cached(
                "INSERT INTO keyed_call (name, connection, expires, details)
                 SELECT ?1, id, ?4, ?5 FROM connection WHERE id = ?2 AND tenant = ?3
                 ON CONFLICT (name) DO UPDATE
                     SET expires = excluded.expires, details = excluded.details",
            )?
            .execute((
                name,
                key.connection.as_uuid().as_bytes(),
                key.tenant.as_str(),
                until.unix_timestamp(),
                seal(db, key, call)?,
            ))?;
        match changed {
            0 => Err(Failure::Store(StoreError::NoSuchConnection)),
            _ => Ok(None),
        }
    })
}

pub(super) fn keep(
    db: &Database,
    key: &CallKey,
    call: &KeyedCall,
    answer: &KeptAnswer,
) -> Result<bool, StoreError> {
    let name = name(db, key)?;
    db.write(Keep::Synced, |transaction| {
        let Some(mut held) = held(db, transaction, key, &name)? else {
            return Ok(false);
        };
        let may = held.done.is_none() || held.attempt == call.attempt;
        if !may || !held.asks_for_the_same_as(call) {
            return Ok(false);
        }
        held.done = Some(answer.clone());
        update(db, transaction, key, &name, &held)?;
        Ok(true)
    })
}

pub(super) fn free(db: &Database, key: &CallKey, attempt: &Uuid) -> Result<bool, StoreError> {
    let name = name(db, key)?;
    db.write(Keep::Written, |transaction| {
        let free = held(db, transaction, key, &name)?
            .is_some_and(|held| held.attempt == *attempt && !held.joined && held.done.is_none());
        if free {
            transaction
                .prepare_cached("DELETE FROM keyed_call WHERE name = ?1")?
                .execute([name])?;
        }
        Ok(free)
    })
}

fn held(
    db: &Database,
    transaction: &Transaction<'_>,
    key: &CallKey,
    name: &[u8; 32],
) -> Result<Option<KeyedCall>, Failure> {
    let sealed: Option<Vec<u8>> = transaction
        .prepare_cached("SELECT details FROM keyed_call WHERE name = ?1")?
        .query_row([name], |row| row.get(0))
        .optional()?;
    Ok(sealed.map(|sealed| open(db, key, &sealed)).transpose()?)
}

fn update(
    db: &Database,
    transaction: &Transaction<'_>,
    key: &CallKey,
    name: &[u8; 32],
    call: &KeyedCall,
) -> Result<(), Failure> {
    transaction
        .prepare_cached("UPDATE keyed_call SET details = ?2 WHERE name = ?1")?
        .execute((name, seal(db, key, call)?))?;
    Ok(())
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
