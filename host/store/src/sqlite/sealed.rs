//! What a connection keeps in slots: tokens and the like. Store layer.

use rusqlite::OptionalExtension;
use secrecy::{ExposeSecret, SecretString};

use super::database::{Database, Failure, Keep};
use crate::error::StoreError;
use crate::ids::{ConnectionId, TenantId};
use crate::seal::{Place, Purpose};

fn place<'a>(tenant: &'a TenantId, row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        purpose: Purpose::Slot,
        tenant,
        row,
    }
}

/// `value` as it lies in the slot.
pub(super) fn seal(
    db: &Database,
    tenant: &TenantId,
    id: &ConnectionId,
    slot: &str,
    value: &SecretString,
) -> Result<Vec<u8>, StoreError> {
    let row: &[&[u8]] = &[id.as_uuid().as_bytes(), slot.as_bytes()];
    db.sealer
        .seal(place(tenant, row), value.expose_secret().as_bytes())
}

pub(super) fn put(
    db: &Database,
    keep: Keep,
    tenant: &TenantId,
    id: &ConnectionId,
    slot: &str,
    value: &SecretString,
) -> Result<(), StoreError> {
    let sealed = seal(db, tenant, id, slot, value)?;
    db.write(keep, |transaction| {
        let changed = transaction
            .prepare_cached(
                "INSERT INTO sealed (connection, slot, value)
                 SELECT id, ?3, ?4 FROM connection WHERE id = ?1 AND tenant = ?2
                 ON CONFLICT (connection, slot) DO UPDATE SET value = excluded.value",
            )?
            .execute((id.as_uuid().as_bytes(), tenant.as_str(), slot, sealed))?;
        match changed {
            0 => Err(Failure::Store(StoreError::NoSuchConnection)),
            _ => Ok(()),
        }
    })
}

pub(super) fn get(
    db: &Database,
    tenant: &TenantId,
    id: &ConnectionId,
    slot: &str,
) -> Result<Option<SecretString>, StoreError> {
    let sealed: Option<Vec<u8>> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT value FROM sealed JOIN connection ON connection.id = sealed.connection
                 WHERE connection = ?1 AND tenant = ?2 AND slot = ?3",
            )?
            .query_row((id.as_uuid().as_bytes(), tenant.as_str(), slot), |row| {
                row.get(0)
            })
            .optional()
    })?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let row: &[&[u8]] = &[id.as_uuid().as_bytes(), slot.as_bytes()];
    let plain = db.sealer.open(place(tenant, row), &sealed)?;
    let text = std::str::from_utf8(&plain).map_err(|_| db.damaged("a sealed value is no text"))?;
    Ok(Some(SecretString::from(text)))
}

pub(super) fn remove(
    db: &Database,
    tenant: &TenantId,
    id: &ConnectionId,
    slot: &str,
) -> Result<bool, StoreError> {
    db.write(Keep::Written, |transaction| {
        let removed = transaction.execute(
            "DELETE FROM sealed WHERE slot = ?3
             AND connection = (SELECT id FROM connection WHERE id = ?1 AND tenant = ?2)",
            (id.as_uuid().as_bytes(), tenant.as_str(), slot),
        )?;
        Ok(removed > 0)
    })
}
