//! A store embedded in one SQLite file, which several processes may share.
//!
//! Store layer, below the vault: everything here handles rows of bytes that it cannot read. SQLite
//! blocks, so each call runs on the runtime's blocking threads; one file per table.
//!
//! - [`open`]: the store in a file.
//! - [`Sqlite`]: the driver below it.

mod boot;
mod connections;
mod connectors;
mod database;
mod events;
mod failure;
mod keyed_calls;
mod opening;
mod runs;
mod schema;
mod slots;
mod subscriptions;
#[cfg(test)]
mod tests;
mod times;
mod turns;
mod work;

use std::path::Path;
use std::sync::Arc;

use airlock_store::driver::Driver;
use airlock_store::{KeyCheck, MasterKey, StoreError, TenantId, Vault};
use async_trait::async_trait;
use tracing::Instrument;

use database::Database;

/// Opens the store in the file at `path` with `key`; makes it, with mode 0600 and its folder with
/// 0700, when it is not there. Blocks, for well under 3 ms once the database exists.
///
/// ```
/// use airlock_store::{MasterKey, StoreError};
/// use airlock_store_sqlite::open;
///
/// # let folder = tempfile::tempdir()?;
/// let key = |name: &str| MasterKey::from_file_or_create(&folder.path().join(name));
/// let database = folder.path().join("airlock.db");
/// drop(open(&database, &key("mine")?)?);
/// open(&database, &key("mine")?)?;
/// // Another key opens nothing, and says so before anything is read.
/// assert!(matches!(open(&database, &key("another")?), Err(StoreError::WrongKey { .. })));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// # Errors
/// [`StoreError::WrongKey`], [`StoreError::SchemaTooNew`], [`StoreError::Damaged`] and what the disk
/// may answer.
pub fn open(path: &Path, key: &MasterKey) -> Result<Vault<Sqlite>, StoreError> {
    let (database, check) = opening::open(path, opening::BUSY_WAIT, || KeyCheck::new(key))?;
    Vault::open(Sqlite::over(database), &check, key)
}

/// The rows of a store in one SQLite file. Cheap to clone; clones share what is open.
#[derive(Clone)]
pub struct Sqlite {
    database: Arc<Database>,
}

impl Sqlite {
    fn over(database: Database) -> Self {
        Self {
            database: Arc::new(database),
        }
    }

    /// Does `work` on a thread that may block, in a span that names the `operation`.
    async fn blocking<T: Send + 'static>(
        &self,
        operation: &'static str,
        work: impl FnOnce(&Database) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let database = Arc::clone(&self.database);
        let span = tracing::debug_span!(
            target: "airlock::store",
            "store",
            otel.kind = "client",
            db.system.name = "sqlite",
            db.operation.name = operation,
        );
        tokio::task::spawn_blocking(move || work(&database))
            .instrument(span)
            .await
            .unwrap_or_else(|error| Err(StoreError::Defect(error.to_string())))
    }
}

#[async_trait]
impl Driver for Sqlite {
    fn place(&self) -> String {
        self.database.place()
    }

    async fn tenants(&self) -> Result<Vec<TenantId>, StoreError> {
        self.blocking("tenants", |db| {
            let names: Vec<String> = db.read(|connection| {
                connection
                    .prepare_cached(
                        "SELECT tenant FROM connector UNION SELECT tenant FROM connection
                         UNION SELECT tenant FROM run ORDER BY tenant",
                    )?
                    .query_map([], |row| row.get(0))?
                    .collect()
            })?;
            names.iter().map(|name| db.parse(name)).collect()
        })
        .await
    }
}
