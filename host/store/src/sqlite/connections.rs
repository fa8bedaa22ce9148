//! The table of connections with their secrets. Store layer.

use std::collections::BTreeMap;

use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{OptionalExtension, Transaction};
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::database::{Database, Failure, Keep};
use super::failure::violates;
use super::sealed;
use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, ConnectorName, TenantId};
use crate::model::{Connection, Secrets};
use crate::seal::{Place, Purpose};

/// What of a connection lies sealed, beside its secrets.
#[derive(Serialize, Deserialize)]
struct Details {
    kind: String,
    settings: serde_json::Value,
    allowed_hosts: Vec<String>,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    updated_at: OffsetDateTime,
}

/// The columns in the clear.
struct Row {
    id: ConnectionId,
    name: ConnectionName,
    connector: ConnectorName,
}

fn seal(db: &Database, connection: &Connection) -> Result<Vec<u8>, StoreError> {
    let details = Details {
        kind: connection.kind.clone(),
        settings: connection.settings.clone(),
        allowed_hosts: connection.allowed_hosts.clone(),
        created_at: connection.created_at,
        updated_at: connection.updated_at,
    };
    let plain = serde_json::to_vec(&details).map_err(|e| StoreError::Defect(e.to_string()))?;
    let place = Place {
        purpose: Purpose::Connection,
        tenant: &connection.tenant,
        row: &[
            connection.id.as_uuid().as_bytes(),
            connection.name.as_str().as_bytes(),
            connection.connector.as_str().as_bytes(),
        ],
    };
    db.sealer.seal(place, &plain)
}

fn open(
    db: &Database,
    tenant: &TenantId,
    row: Row,
    details: &[u8],
) -> Result<Connection, StoreError> {
    let place = Place {
        purpose: Purpose::Connection,
        tenant,
        row: &[
            row.id.as_uuid().as_bytes(),
            row.name.as_str().as_bytes(),
            row.connector.as_str().as_bytes(),
        ],
    };
    let plain = db.sealer.open(place, details)?;
    let details: Details = serde_json::from_slice(&plain).map_err(|e| db.damaged(e))?;
    Ok(Connection {
        id: row.id,
        tenant: tenant.clone(),
        name: row.name,
        connector: row.connector,
        kind: details.kind,
        settings: details.settings,
        allowed_hosts: details.allowed_hosts,
        created_at: details.created_at,
        updated_at: details.updated_at,
    })
}

fn secrets_place<'a>(tenant: &'a TenantId, row: &'a [&'a [u8]]) -> Place<'a> {
    Place {
        purpose: Purpose::Secrets,
        tenant,
        row,
    }
}

fn seal_secrets(
    db: &Database,
    tenant: &TenantId,
    id: &ConnectionId,
    secrets: &Secrets,
) -> Result<Vec<u8>, StoreError> {
    let exposed: BTreeMap<&str, &str> = secrets
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect();
    // Room for the worst case of escaping, so that no half-written copy is left behind by growing.
    let most: usize = exposed
        .iter()
        .map(|(k, v)| 6 * (k.len() + v.len()) + 8)
        .sum();
    let mut plain = Zeroizing::new(Vec::with_capacity(most + 2));
    serde_json::to_writer(&mut *plain, &exposed).map_err(|e| StoreError::Defect(e.to_string()))?;
    db.sealer
        .seal(secrets_place(tenant, &[id.as_uuid().as_bytes()]), &plain)
}

pub(super) fn create(
    db: &Database,
    connection: &Connection,
    secrets: &Secrets,
) -> Result<(), StoreError> {
    let details = seal(db, connection)?;
    let sealed = seal_secrets(db, &connection.tenant, &connection.id, secrets)?;
    db.write(Keep::Synced, |transaction| {
        let inserted = transaction.execute(
            "INSERT INTO connection (id, tenant, name, connector, details, secrets)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            (
                connection.id.as_uuid().as_bytes(),
                connection.tenant.as_str(),
                connection.name.as_str(),
                connection.connector.as_str(),
                details,
                sealed,
            ),
        );
        match inserted {
            Ok(_) => Ok(()),
            Err(error) if violates(&error, SQLITE_CONSTRAINT_UNIQUE) => Err(taken(connection)),
            Err(error) if violates(&error, SQLITE_CONSTRAINT_FOREIGNKEY) => {
                Err(Failure::Store(StoreError::NoSuchConnector {
                    tenant: connection.tenant.clone(),
                    connector: connection.connector.clone(),
                }))
            }
            Err(error) => Err(error.into()),
        }
    })
}

pub(super) fn get(
    db: &Database,
    tenant: &TenantId,
    name: &ConnectionName,
) -> Result<Option<Connection>, StoreError> {
    let found: Option<([u8; 16], String, Vec<u8>)> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT id, connector, details FROM connection WHERE tenant = ?1 AND name = ?2",
            )?
            .query_row((tenant.as_str(), name.as_str()), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .optional()
    })?;
    let Some((id, connector, details)) = found else {
        return Ok(None);
    };
    let row = Row {
        id: uuid::Uuid::from_bytes(id).into(),
        name: name.clone(),
        connector: connector.parse().map_err(|e| db.damaged(e))?,
    };
    open(db, tenant, row, &details).map(Some)
}

pub(super) fn list(db: &Database, tenant: &TenantId) -> Result<Vec<Connection>, StoreError> {
    let rows: Vec<([u8; 16], String, String, Vec<u8>)> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT id, name, connector, details FROM connection WHERE tenant = ?1 ORDER BY name",
            )?
            .query_map([tenant.as_str()], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?
            .collect()
    })?;
    rows.into_iter()
        .map(|(id, name, connector, details)| {
            let row = Row {
                id: uuid::Uuid::from_bytes(id).into(),
                name: name.parse().map_err(|e| db.damaged(e))?,
                connector: connector.parse().map_err(|e| db.damaged(e))?,
            };
            open(db, tenant, row, &details)
        })
        .collect()
}

pub(super) fn remove(
    db: &Database,
    tenant: &TenantId,
    name: &ConnectionName,
) -> Result<Option<ConnectionId>, StoreError> {
    let removed: Option<[u8; 16]> = db.write(Keep::Synced, |transaction| {
        // Sealed as they are, they are not to outlive the connection in free pages either.
        transaction.pragma_update(None, "secure_delete", "ON")?;
        let removed = transaction
            .query_row(
                "DELETE FROM connection WHERE tenant = ?1 AND name = ?2 RETURNING id",
                (tenant.as_str(), name.as_str()),
                |row| row.get(0),
            )
            .optional()?;
        Ok(removed)
    })?;
    if removed.is_some() {
        db.forget_deleted();
    }
    Ok(removed.map(|id| uuid::Uuid::from_bytes(id).into()))
}

pub(super) fn secrets(
    db: &Database,
    tenant: &TenantId,
    id: &ConnectionId,
) -> Result<Secrets, StoreError> {
    let sealed: Option<Vec<u8>> = db.read(|connection| {
        connection
            .prepare_cached("SELECT secrets FROM connection WHERE id = ?1 AND tenant = ?2")?
            .query_row((id.as_uuid().as_bytes(), tenant.as_str()), |row| row.get(0))
            .optional()
    })?;
    let sealed = sealed.ok_or(StoreError::NoSuchConnection)?;
    let row: &[&[u8]] = &[id.as_uuid().as_bytes()];
    let plain = db.sealer.open(secrets_place(tenant, row), &sealed)?;
    serde_json::from_slice(&plain).map_err(|_| db.damaged("the secrets of a connection"))
}

pub(super) fn replace_secrets(
    db: &Database,
    connection: &Connection,
    secrets: &Secrets,
    kept: &[String],
) -> Result<(), StoreError> {
    let sealed = seal_secrets(db, &connection.tenant, &connection.id, secrets)?;
    let kept = serde_json::to_string(kept).map_err(|e| StoreError::Defect(e.to_string()))?;
    change(db, connection, |transaction| {
        transaction.execute(
            "UPDATE connection SET secrets = ?2 WHERE id = ?1",
            (connection.id.as_uuid().as_bytes(), sealed),
        )?;
        transaction.execute(
            "DELETE FROM sealed WHERE connection = ?1
             AND slot NOT IN (SELECT value FROM json_each(?2))",
            (connection.id.as_uuid().as_bytes(), kept),
        )?;
        Ok(())
    })
}

pub(super) fn replace_sealed(
    db: &Database,
    connection: &Connection,
    slots: &[(String, SecretString)],
) -> Result<(), StoreError> {
    let id = connection.id.as_uuid().as_bytes();
    let sealed = slots
        .iter()
        .map(|(slot, value)| {
            let sealed = sealed::seal(db, &connection.tenant, &connection.id, slot, value)?;
            Ok((slot, sealed))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    change(db, connection, |transaction| {
        transaction.execute("DELETE FROM sealed WHERE connection = ?1", [id])?;
        for (slot, value) in sealed {
            transaction.execute(
                "INSERT INTO sealed (connection, slot, value) VALUES (?1, ?2, ?3)",
                (id, slot, value),
            )?;
        }
        Ok(())
    })
}

/// Changes a connection and what belongs to it, and leaves nothing of what was there before.
fn change(
    db: &Database,
    connection: &Connection,
    work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>,
) -> Result<(), StoreError> {
    let details = seal(db, connection)?;
    db.write(Keep::Synced, |transaction| {
        transaction.pragma_update(None, "secure_delete", "ON")?;
        let changed = transaction.execute(
            "UPDATE connection SET details = ?3
             WHERE id = ?1 AND tenant = ?2 AND name = ?4 AND connector = ?5",
            (
                connection.id.as_uuid().as_bytes(),
                connection.tenant.as_str(),
                details,
                connection.name.as_str(),
                connection.connector.as_str(),
            ),
        )?;
        if changed == 0 {
            return Err(Failure::Store(StoreError::NoSuchConnection));
        }
        Ok(work(transaction)?)
    })?;
    db.forget_deleted();
    Ok(())
}

fn taken(connection: &Connection) -> Failure {
    Failure::Store(StoreError::Exists {
        tenant: connection.tenant.clone(),
        name: connection.name.clone(),
    })
}

/// What is sealed of a connection names it, and so is sealed anew; its secrets are bound to its identity.
pub(super) fn rename(
    db: &Database,
    connection: &Connection,
    from: &ConnectionName,
) -> Result<(), StoreError> {
    let details = seal(db, connection)?;
    db.write(Keep::Synced, |transaction| {
        let changed = transaction.execute(
            "UPDATE connection SET name = ?3, details = ?4
             WHERE id = ?1 AND tenant = ?2 AND name = ?5 AND connector = ?6",
            (
                connection.id.as_uuid().as_bytes(),
                connection.tenant.as_str(),
                connection.name.as_str(),
                details,
                from.as_str(),
                connection.connector.as_str(),
            ),
        );
        match changed {
            Ok(0) => Err(Failure::Store(StoreError::NoSuchConnection)),
            Ok(_) => Ok(()),
            Err(error) if violates(&error, SQLITE_CONSTRAINT_UNIQUE) => Err(taken(connection)),
            Err(error) => Err(error.into()),
        }
    })
}
