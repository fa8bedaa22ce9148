//! The table of installed connectors. Store layer.

use std::collections::HashSet;

use rusqlite::OptionalExtension;
use rusqlite::ffi::SQLITE_CONSTRAINT_FOREIGNKEY;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::database::{Database, Failure, Keep};
use super::failure::violates;
use crate::error::StoreError;
use crate::ids::{ConnectionName, ConnectorName, Digest, TenantId};
use crate::model::Connector;
use crate::seal::{Place, Purpose};

/// What of a connector lies sealed.
#[derive(Serialize, Deserialize)]
struct Details {
    version: String,
    title: String,
    digest: Digest,
    #[serde(with = "time::serde::rfc3339")]
    added_at: OffsetDateTime,
}

fn seal(db: &Database, connector: &Connector) -> Result<Vec<u8>, StoreError> {
    let details = Details {
        version: connector.version.clone(),
        title: connector.title.clone(),
        digest: connector.digest,
        added_at: connector.added_at,
    };
    let plain = serde_json::to_vec(&details).map_err(|e| StoreError::Defect(e.to_string()))?;
    let place = Place {
        purpose: Purpose::Connector,
        tenant: &connector.tenant,
        row: &[connector.name.as_str().as_bytes()],
    };
    db.sealer.seal(place, &plain)
}

fn open(
    db: &Database,
    tenant: &TenantId,
    name: ConnectorName,
    details: &[u8],
) -> Result<Connector, StoreError> {
    let place = Place {
        purpose: Purpose::Connector,
        tenant,
        row: &[name.as_str().as_bytes()],
    };
    let plain = db.sealer.open(place, details)?;
    let details: Details = serde_json::from_slice(&plain).map_err(|e| db.damaged(e))?;
    Ok(Connector {
        tenant: tenant.clone(),
        name,
        version: details.version,
        title: details.title,
        digest: details.digest,
        added_at: details.added_at,
    })
}

pub(super) fn put(db: &Database, connector: &Connector) -> Result<(), StoreError> {
    let details = seal(db, connector)?;
    db.write(Keep::Synced, |transaction| {
        transaction.execute(
            "INSERT INTO connector (tenant, name, details) VALUES (?1, ?2, ?3)
             ON CONFLICT (tenant, name) DO UPDATE SET details = excluded.details",
            (connector.tenant.as_str(), connector.name.as_str(), details),
        )?;
        Ok(())
    })
}

pub(super) fn get(
    db: &Database,
    tenant: &TenantId,
    name: &ConnectorName,
) -> Result<Option<Connector>, StoreError> {
    let details: Option<Vec<u8>> = db.read(|connection| {
        connection
            .prepare_cached("SELECT details FROM connector WHERE tenant = ?1 AND name = ?2")?
            .query_row((tenant.as_str(), name.as_str()), |row| row.get(0))
            .optional()
    })?;
    details
        .map(|details| open(db, tenant, name.clone(), &details))
        .transpose()
}

pub(super) fn list(db: &Database, tenant: &TenantId) -> Result<Vec<Connector>, StoreError> {
    let rows: Vec<(String, Vec<u8>)> = db.read(|connection| {
        connection
            .prepare_cached("SELECT name, details FROM connector WHERE tenant = ?1 ORDER BY name")?
            .query_map([tenant.as_str()], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect()
    })?;
    rows.into_iter()
        .map(|(name, details)| {
            let name = name.parse().map_err(|e| db.damaged(e))?;
            open(db, tenant, name, &details)
        })
        .collect()
}

pub(super) fn digests(db: &Database) -> Result<HashSet<Digest>, StoreError> {
    let rows: Vec<(String, String, Vec<u8>)> = db.read(|connection| {
        connection
            .prepare("SELECT tenant, name, details FROM connector")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect()
    })?;
    rows.into_iter()
        .map(|(tenant, name, details)| {
            let tenant = tenant.parse().map_err(|e| db.damaged(e))?;
            let name = name.parse().map_err(|e| db.damaged(e))?;
            Ok(open(db, &tenant, name, &details)?.digest)
        })
        .collect()
}

pub(super) fn remove(
    db: &Database,
    tenant: &TenantId,
    name: &ConnectorName,
) -> Result<bool, StoreError> {
    db.write(Keep::Synced, |transaction| {
        let removed = transaction.execute(
            "DELETE FROM connector WHERE tenant = ?1 AND name = ?2",
            (tenant.as_str(), name.as_str()),
        );
        match removed {
            Err(error) if violates(&error, SQLITE_CONSTRAINT_FOREIGNKEY) => {
                Err(Failure::Store(StoreError::InUse {
                    connector: name.clone(),
                    connections: users(db, transaction, tenant, name)?,
                }))
            }
            removed => Ok(removed? > 0),
        }
    })
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
    names
        .iter()
        .map(|name| name.parse().map_err(|e| Failure::Store(db.damaged(e))))
        .collect()
}
