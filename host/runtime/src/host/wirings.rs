//! Connections that were used lately, so that a call need not read and unseal them again.

use crate::component::Component;
use crate::connection::Wiring;
use crate::instance::{Key, TenantMeter};
use airlock_store::{Connection, ConnectionName, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change made by another process may go unnoticed.
const FRESH: Duration = Duration::from_secs(2);

/// A connection ready for calls, with all that a call of it needs and that others have too.
pub(super) struct Ready {
    pub(super) wiring: Wiring,
    pub(super) component: Arc<Component>,
    /// What its instances are called in the log.
    pub(super) label: Arc<str>,
    /// Whose warm instances it may use.
    pub(super) key: Key,
    /// What its tenant uses.
    pub(super) meter: Arc<TenantMeter>,
}

impl Ready {
    /// Whether it was made from this connection and this component.
    pub(super) fn is_of(&self, connection: &Connection, component: &Component) -> bool {
        self.wiring.connection == *connection && self.component.digest == component.digest
    }
}

type ByName = HashMap<ConnectionName, (Option<Instant>, Arc<Ready>)>;

/// Connections by tenant and name, each with the time at which it was read; without one it has to be
/// read again.
#[derive(Default)]
pub(super) struct Wirings(Mutex<HashMap<TenantId, ByName>>);

impl Wirings {
    /// A connection that was read a moment ago.
    pub(super) fn fresh(&self, tenant: &TenantId, name: &ConnectionName) -> Option<Arc<Ready>> {
        self.lock()
            .get(tenant)?
            .get(name)
            .filter(|(read, _)| read.is_some_and(|read| read.elapsed() < FRESH))
            .map(|(_, ready)| Arc::clone(ready))
    }

    /// A connection that was read at some time, to be compared with what is stored now.
    pub(super) fn stale(&self, tenant: &TenantId, name: &ConnectionName) -> Option<Arc<Ready>> {
        let wirings = self.lock();
        let (_, ready) = wirings.get(tenant)?.get(name)?;
        Some(Arc::clone(ready))
    }

    /// Remembers a connection as it was read just now, and answers it. Of many calls that read it at
    /// once, all get the one that came first; `replaced` is told of what was remembered before, if
    /// that is another, before the new one is given out.
    pub(super) fn keep(&self, ready: Arc<Ready>, replaced: impl FnOnce(&Ready)) -> Arc<Ready> {
        let mut wirings = self.lock();
        let connection = &ready.wiring.connection;
        let theirs = wirings.entry(connection.tenant.clone()).or_default();
        let now = Some(Instant::now());
        if let Some((read, known)) = theirs.get_mut(&connection.name) {
            *read = now;
            if !known.is_of(connection, &ready.component) {
                replaced(known);
                *known = ready;
            }
            return Arc::clone(known);
        }
        theirs.insert(connection.name.clone(), (now, Arc::clone(&ready)));
        ready
    }

    pub(super) fn forget(&self, tenant: &TenantId, name: &ConnectionName) {
        if let Some(theirs) = self.lock().get_mut(tenant) {
            theirs.remove(name);
        }
    }

    /// Has all connections of a tenant read again, to be compared with what is remembered.
    pub(super) fn doubt_tenant(&self, tenant: &TenantId) {
        for (read, _) in self
            .lock()
            .get_mut(tenant)
            .into_iter()
            .flat_map(HashMap::values_mut)
        {
            *read = None;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, ByName>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
