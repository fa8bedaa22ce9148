//! How the embedded store behaves, seen through its trait and, for what must not be seen, through
//! its file.

mod failures;
mod keyed_calls;
mod rows;
mod runs;
mod secrecy;
mod sharing;

use std::path::{Path, PathBuf};
use std::time::Duration;

use airlock_store::{
    Connection, ConnectionId, Connections, Connector, Connectors, Digest, KeyCheck, KeyedCalls,
    MasterKey, Runs, Secrets, Slots, Store, StoreError, TenantId, Vault,
};
use serde_json::json;
use tempfile::TempDir;
use time::macros::datetime;

use ::secrecy::{ExposeSecret, SecretString};

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

fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

fn connector(tenant: &TenantId, name: &str) -> Connector {
    Connector {
        tenant: tenant.clone(),
        name: name.parse().unwrap(),
        version: "0.1.0".into(),
        title: "Dynamics 365".into(),
        digest: Digest::of(name.as_bytes()),
        added_at: datetime!(2026-11-21 08:00 UTC),
    }
}

fn connection(tenant: &TenantId, name: &str) -> Connection {
    Connection {
        id: ConnectionId::random(),
        tenant: tenant.clone(),
        name: name.parse().unwrap(),
        connector: "dynamics".parse().unwrap(),
        kind: "client-credentials".into(),
        settings: json!({ "url": "https://contoso.crm.dynamics.com" }),
        allowed_hosts: vec!["contoso.crm.dynamics.com".into()],
        created_at: datetime!(2026-11-21 08:00 UTC),
        updated_at: datetime!(2026-11-21 08:00 UTC),
    }
}

fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), SecretString::from(value)))
        .collect()
}

fn exposed(secrets: &Secrets) -> Vec<(&str, &str)> {
    secrets
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect()
}

/// Adds the connector `dynamics` and a connection over it with one secret.
async fn add(store: &SqliteStore, tenant: &TenantId, name: &str, secret: &str) -> Connection {
    store
        .put_connector(&connector(tenant, "dynamics"))
        .await
        .unwrap();
    let connection = connection(tenant, name);
    store
        .create_connection(&connection, &secrets(&[("client-secret", secret)]))
        .await
        .unwrap();
    connection
}
