//! A driver without a disk.
//!
//! Test support. It shows what a driver has to do with nothing in the way, and holds still for tests
//! of the vault: what lies in it can be looked at, and [`between`](Memory::between) lets another
//! come in between a look and the change that follows from it.

mod connections;
mod connectors;
mod keyed_calls;
mod runs;
mod slots;
mod subscriptions;
mod work;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};

use airlock_store::driver::{ConnectionRow, ConnectorRow, Driver, KeyName, KeyRow, RunRow};
use airlock_store::{
    ConnectionId, ConnectionName, ConnectorName, StoreError, SubscriptionId, TenantId,
};
use async_trait::async_trait;

pub use subscriptions::Kept;
pub use work::{Shared, TaskRow};

type Result<T> = std::result::Result<T, StoreError>;
type Interloper = Box<dyn FnOnce(&mut Rows) + Send>;

/// What lies in a [`Memory`].
#[derive(Default)]
pub struct Rows {
    pub connectors: BTreeMap<(TenantId, ConnectorName), ConnectorRow>,
    /// Connections, each with its secrets.
    pub connections: BTreeMap<(TenantId, ConnectionName), (ConnectionRow, Vec<u8>)>,
    pub slots: BTreeMap<(ConnectionId, String), Vec<u8>>,
    pub runs: Vec<RunRow>,
    pub keys: HashMap<KeyName, KeyRow>,
    pub work: Shared,
    pub subscriptions: BTreeMap<SubscriptionId, Kept>,
}

impl Rows {
    fn owns(&self, tenant: &TenantId, id: &ConnectionId) -> bool {
        self.of(tenant).any(|(row, _)| row.id == *id)
    }

    fn of(&self, tenant: &TenantId) -> impl Iterator<Item = &(ConnectionRow, Vec<u8>)> {
        self.connections
            .values()
            .filter(move |(row, _)| row.tenant == *tenant)
    }

    /// Everything that is not in the clear.
    pub fn sealed(&self) -> impl Iterator<Item = &Vec<u8>> {
        let connectors = self.connectors.values().map(|row| &row.details);
        let connections = self.connections.values();
        connectors
            .chain(connections.flat_map(|(row, secrets)| [&row.details, secrets]))
            .chain(self.slots.values())
            .chain(self.runs.iter().map(|row| &row.details))
            .chain(self.keys.values().map(|row| &row.details))
            .chain(self.subscriptions.values().flat_map(Kept::sealed))
    }
}

/// Rows in memory; clones share them.
#[derive(Clone, Default)]
pub struct Memory {
    rows: Arc<Mutex<Rows>>,
    interloper: Arc<Mutex<Option<Interloper>>>,
    turns: Arc<Mutex<HashMap<ConnectionId, Arc<tokio::sync::Mutex<()>>>>>,
}

impl Memory {
    /// What lies here.
    pub fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap()
    }

    /// Lets `other` come in before the next change that depends on what a row was.
    pub fn between(&self, other: impl FnOnce(&mut Rows) + Send + 'static) {
        *self.interloper.lock().unwrap() = Some(Box::new(other));
    }

    /// The rows, but not at once: like a database it lets others go on meanwhile.
    async fn later(&self) -> MutexGuard<'_, Rows> {
        tokio::task::yield_now().await;
        let mut rows = self.rows();
        if let Some(other) = self.interloper.lock().unwrap().take() {
            other(&mut rows);
        }
        rows
    }
}

#[async_trait]
impl Driver for Memory {
    fn place(&self) -> String {
        "in memory".into()
    }

    async fn tenants(&self) -> Result<Vec<TenantId>> {
        let rows = self.rows();
        let connectors = rows.connectors.values().map(|row| &row.tenant);
        let connections = rows.connections.values().map(|(row, _)| &row.tenant);
        let runs = rows.runs.iter().map(|row| &row.tenant);
        let mut tenants: Vec<_> = connectors.chain(connections).chain(runs).cloned().collect();
        tenants.sort();
        tenants.dedup();
        Ok(tenants)
    }
}
