//! How the embedded store behaves: the suite of all drivers, and what only a file can show.

mod contract;
mod failures;
mod growing;
mod secrecy;
mod sharing;
mod working;

use std::path::{Path, PathBuf};
use std::time::Duration;

use airlock_store::{
    Connection, Connections, Connector, Connectors, KeyCheck, KeyedCalls, MasterKey, Runs, Slots,
    StoreError, TenantId, Vault,
};
use serde_json::json;
use tempfile::TempDir;
use time::macros::datetime;

use ::secrecy::{ExposeSecret, SecretString};
use airlock_store_suite::fixtures::{add, connection, connector, secrets, tenant};

use crate::{Sqlite, opening};

type SqliteStore = Vault<Sqlite>;

/// A folder with a store and its key in it.
struct Home {
    folder: TempDir,
}

impl Home {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("airlock.db")
    }

    fn key(&self) -> MasterKey {
        MasterKey::from_file_or_create(&self.folder.path().join("master.key")).unwrap()
    }

    fn open(&self) -> SqliteStore {
        crate::open(&self.path(), &self.key()).unwrap()
    }

    fn open_error(&self) -> StoreError {
        crate::open(&self.path(), &self.key()).err().unwrap()
    }

    /// A store that gives up at once when another holds the lock.
    fn open_impatient(&self) -> SqliteStore {
        let key = self.key();
        let (database, check) =
            opening::open(&self.path(), Duration::ZERO, || KeyCheck::new(&key)).unwrap();
        Vault::open(Sqlite::over(database), &check, &key).unwrap()
    }

    /// The database as a thief, or a tamperer, sees it.
    fn raw(&self) -> rusqlite::Connection {
        rusqlite::Connection::open(self.path()).unwrap()
    }

    /// Whether any file here but the key contains `bytes`.
    fn contains(&self, bytes: &[u8]) -> bool {
        std::fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| !path.ends_with("master.key"))
            .any(|path| file_contains(&path, bytes))
    }
}

fn file_contains(path: &Path, bytes: &[u8]) -> bool {
    let content = std::fs::read(path).unwrap();
    content.windows(bytes.len()).any(|window| window == bytes)
}
