//! The table of installed connectors. Store layer.

use airlock_store::driver::{ConnectorRow, ConnectorRows, Keep};
use airlock_store::{ConnectionName, ConnectorName, StoreError, TenantId};
use async_trait::async_trait;
use rusqlite::OptionalExtension;
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;

use crate::Sqlite;
use crate::database::{Database, Failure};
use crate::failure::violates;

#[async_trait]
impl ConnectorRows for Sqlite {
    async fn put_connector(&self, keep: Keep, row: ConnectorRow) -> Result<(), StoreError> {
        self.blocking("put_connector", move |db| {
            db.write(keep, |transaction| {
                transaction.execute(
                    "INSERT INTO connector (tenant, name, details) VALUES (?1, ?2, ?3)
                     ON CONFLICT (tenant, name) DO UPDATE SET details = excluded.details",
                    (row.tenant.as_str(), row.name.as_str(), row.details),
                )?;
                Ok(())
            })
        })
        .await
    }

    async fn connector(
        &self,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<Option<ConnectorRow>, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("connector", move |db| {
            let details: Option<Vec<u8>> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT details FROM connector WHERE tenant = ?1 AND name = ?2",
                    )?
                    .query_row((tenant.as_str(), name.as_str()), |row| row.get(0))
                    .optional()
            })?;
            Ok(details.map(|details| ConnectorRow {
                tenant,
                name,
                details,
            }))
        })
        .await
    }

    async fn connectors(&self, tenant: &TenantId) -> Result<Vec<ConnectorRow>, StoreError> {
        let tenant = tenant.clone();
        self.blocking("connectors", move |db| {
            let rows: Vec<(String, Vec<u8>)> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT name, details FROM connector WHERE tenant = ?1 ORDER BY name",
                    )?
                    .query_map([tenant.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
                    .collect()
            })?;
            rows.into_iter()
                .map(|(name, details)| {
                    Ok(ConnectorRow {
                        tenant: tenant.clone(),
                        name: db.parse(&name)?,
                        details,
                    })
                })
                .collect()
        })
        .await
    }

    async fn all_connectors(&self) -> Result<Vec<ConnectorRow>, StoreError> {
        self.blocking("all_connectors", |db| {
            let rows: Vec<(String, String, Vec<u8>)> = db.read(|connection| {
                connection
                    .prepare("SELECT tenant, name, details FROM connector")?
                    .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect()
            })?;
            rows.into_iter()
                .map(|(tenant, name, details)| {
                    Ok(ConnectorRow {
                        tenant: db.parse(&tenant)?,
                        name: db.parse(&name)?,
                        details,
                    })
                })
                .collect()
        })
        .await
    }

    async fn remove_connector(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &ConnectorName,
    ) -> Result<bool, StoreError> {
        let (tenant, name) = (tenant.clone(), name.clone());
        self.blocking("remove_connector", move |db| {
            db.write(keep, |transaction| {
                let removed = transaction.execute(
                    "DELETE FROM connector WHERE tenant = ?1 AND name = ?2",
                    (tenant.as_str(), name.as_str()),
                );
                match removed {
                    Err(error) if violates(&error, SQLITE_CONSTRAINT_FOREIGNKEY) => {
                        Err(Failure::Store(StoreError::InUse {
                            connections: users(db, transaction, &tenant, &name)?,
                            connector: name,
                        }))
                    }
                    removed => Ok(removed? > 0),
                }
            })
        })
        .await
    }
}

/// The connections that use a connector.
fn users(
    db: &Database,
    connection: &rusqlite::Connection,
    tenant: &TenantId,
    name: &ConnectorName,
) -> Result<Vec<ConnectionName>, Failure> {
    let names: Vec<String> = connection
        .prepare_cached(
            "SELECT name FROM connection WHERE tenant = ?1 AND connector = ?2 ORDER BY name",
        )?
        .query_map((tenant.as_str(), name.as_str()), |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    names.iter().map(|name| Ok(db.parse(name)?)).collect()
}
