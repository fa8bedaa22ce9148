//! The table of connections with their secrets. Store layer.

use airlock_store::driver::{Change, ConnectionRow, ConnectionRows, Keep};
use airlock_store::{ConnectionId, ConnectionName, StoreError, TenantId};
use async_trait::async_trait;
use rusqlite::ffi::{SQLITE_CONSTRAINT_FOREIGNKEY, SQLITE_CONSTRAINT_UNIQUE};
use rusqlite::{OptionalExtension, Transaction};

use crate::database::Failure;
use crate::failure::violates;
use crate::{Sqlite, turns};

#[async_trait]
impl ConnectionRows for Sqlite {
    async fn add_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        secrets: Vec<u8>,
    ) -> Result<(), StoreError> {
        self.blocking("add_connection", move |db| {
            db.write(keep, |transaction| {
                let inserted = transaction.execute(
                    "INSERT INTO connection (id, tenant, name, connector, details, secrets)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                    (
                        row.id.as_uuid().as_bytes(),
                        row.tenant.as_str(),
                        row.name.as_str(),
                        row.connector.as_str(),
                        &row.details,
                        secrets,
                    ),
                );
                match inserted {
                    Ok(_) => Ok(()),
                    Err(error) if violates(&error, SQLITE_CONSTRAINT_UNIQUE) => Err(taken(&row)),
                    Err(error) if violates(&error, SQLITE_CONSTRAINT_FOREIGNKEY) => {
                        Err(Failure::Store(StoreError::NoSuchConnector {
                            tenant: row.tenant,
                            connector: row.connector,
                        }))
                    }
                    Err(error) => Err(error.into()),
                }
            })
        })
        .await
    }

    async fn connection(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Option<ConnectionRow>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("connection", move |db| {
            let found: Option<([u8; 16], String, Vec<u8>)> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT id, connector, details FROM connection
                         WHERE tenant = ?1 AND name = ?2",
                    )?
                    .query_row((tenant.as_str(), name.as_str()), |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?))
                    })
                    .optional()
            })?;
            let Some((id, connector, details)) = found else {
                return Ok(None);
            };
            Ok(Some(ConnectionRow {
                id: uuid::Uuid::from_bytes(id).into(),
                tenant,
                name,
                connector: db.parse(&connector)?,
                details,
            }))
        })
        .await
    }

    async fn connections(&self, tenant: &TenantId) -> Result<Vec<ConnectionRow>, StoreError> {
        let tenant = tenant.clone();
        self.blocking("connections", move |db| {
            let rows: Vec<([u8; 16], String, String, Vec<u8>)> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT id, name, connector, details FROM connection
                         WHERE tenant = ?1 ORDER BY name",
                    )?
                    .query_map([tenant.as_str()], |row| {
                        Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                    })?
                    .collect()
            })?;
            rows.into_iter()
                .map(|(id, name, connector, details)| {
                    Ok(ConnectionRow {
                        id: uuid::Uuid::from_bytes(id).into(),
                        tenant: tenant.clone(),
                        name: db.parse(&name)?,
                        connector: db.parse(&connector)?,
                        details,
                    })
                })
                .collect()
        })
        .await
    }

    async fn secrets(
        &self,
        tenant: &TenantId,
        id: &ConnectionId,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let (tenant, id) = (tenant.clone(), *id);
        self.blocking("secrets", move |db| {
            db.read(|connection| {
                connection
                    .prepare_cached("SELECT secrets FROM connection WHERE id = ?1 AND tenant = ?2")?
                    .query_row((id.as_uuid().as_bytes(), tenant.as_str()), |row| row.get(0))
                    .optional()
            })
        })
        .await
    }

    async fn rename_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        from: &ConnectionName,
    ) -> Result<(), StoreError> {
        let from = from.clone();
        self.blocking("rename_connection", move |db| {
            db.write(keep, |transaction| {
                let changed = transaction.execute(
                    "UPDATE connection SET name = ?3, details = ?4
                     WHERE id = ?1 AND tenant = ?2 AND name = ?5 AND connector = ?6",
                    (
                        row.id.as_uuid().as_bytes(),
                        row.tenant.as_str(),
                        row.name.as_str(),
                        &row.details,
                        from.as_str(),
                        row.connector.as_str(),
                    ),
                );
                match changed {
                    Ok(0) => Err(Failure::Store(StoreError::NoSuchConnection)),
                    Ok(_) => Ok(()),
                    Err(error) if violates(&error, SQLITE_CONSTRAINT_UNIQUE) => Err(taken(&row)),
                    Err(error) => Err(error.into()),
                }
            })
        })
        .await
    }

    async fn change_connection(
        &self,
        keep: Keep,
        row: ConnectionRow,
        change: Change,
    ) -> Result<(), StoreError> {
        self.blocking("change_connection", move |db| {
            db.write(keep, |transaction| {
                leave_nothing_behind(transaction)?;
                let changed = transaction.execute(
                    "UPDATE connection SET details = ?3
                     WHERE id = ?1 AND tenant = ?2 AND name = ?4 AND connector = ?5",
                    (
                        row.id.as_uuid().as_bytes(),
                        row.tenant.as_str(),
                        row.details,
                        row.name.as_str(),
                        row.connector.as_str(),
                    ),
                )?;
                if changed == 0 {
                    return Err(Failure::Store(StoreError::NoSuchConnection));
                }
                match change {
                    Change::Secrets { secrets, kept } => {
                        replace_secrets(transaction, &row.id, secrets, &kept)
                    }
                    Change::Slots(slots) => Ok(replace_slots(transaction, &row.id, slots)?),
                }
            })?;
            db.forget_deleted();
            Ok(())
        })
        .await
    }

    async fn remove_connection(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<bool, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("remove_connection", move |db| {
            let removed: Option<[u8; 16]> = db.write(keep, |transaction| {
                leave_nothing_behind(transaction)?;
                let removed = transaction
                    .query_row(
                        "DELETE FROM connection WHERE tenant = ?1 AND name = ?2 RETURNING id",
                        (tenant.as_str(), name.as_str()),
                        |row| row.get(0),
                    )
                    .optional()?;
                Ok(removed)
            })?;
            let Some(id) = removed else {
                return Ok(false);
            };
            db.forget_deleted();
            turns::forget(&db.path, &uuid::Uuid::from_bytes(id).into());
            Ok(true)
        })
        .await
    }
}

/// Sealed as they are, values are not to outlive their row in free pages either.
fn leave_nothing_behind(transaction: &Transaction<'_>) -> rusqlite::Result<()> {
    transaction.pragma_update(None, "secure_delete", "ON")
}

fn replace_secrets(
    transaction: &Transaction<'_>,
    id: &ConnectionId,
    secrets: Vec<u8>,
    kept: &[String],
) -> Result<(), Failure> {
    let kept = serde_json::to_string(kept)
        .map_err(|error| Failure::Store(StoreError::Defect(error.to_string())))?;
    transaction.execute(
        "UPDATE connection SET secrets = ?2 WHERE id = ?1",
        (id.as_uuid().as_bytes(), secrets),
    )?;
    transaction.execute(
        "DELETE FROM sealed WHERE connection = ?1
         AND slot NOT IN (SELECT value FROM json_each(?2))",
        (id.as_uuid().as_bytes(), kept),
    )?;
    Ok(())
}

fn replace_slots(
    transaction: &Transaction<'_>,
    id: &ConnectionId,
    slots: Vec<(String, Vec<u8>)>,
) -> rusqlite::Result<()> {
    let id = id.as_uuid().as_bytes();
    transaction.execute("DELETE FROM sealed WHERE connection = ?1", [id])?;
    for (slot, value) in slots {
        transaction.execute(
            "INSERT INTO sealed (connection, slot, value) VALUES (?1, ?2, ?3)",
            (id, slot, value),
        )?;
    }
    Ok(())
}

fn taken(row: &ConnectionRow) -> Failure {
    Failure::Store(StoreError::Exists {
        tenant: row.tenant.clone(),
        name: row.name.clone(),
    })
}
