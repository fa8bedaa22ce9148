//! Connections that were used lately, so that a call need not read and unseal them again.

use crate::component::Component;
use crate::connection::OpenConnection;
use crate::instance::{Key, TenantMeter};
use airlock_store::{Connection, ConnectionName, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change made by another process may go unnoticed.
const FRESH: Duration = Duration::from_secs(2);

/// A connection ready for calls, with all that a call of it needs and that others have too.
pub(super) struct ResolvedConnection {
    pub(super) open: OpenConnection,
    pub(super) component: Arc<Component>,
    /// What its instances are called in the log.
    pub(super) label: Arc<str>,
    /// Whose warm instances it may use.
    pub(super) key: Key,
    /// What its tenant uses.
    pub(super) meter: Arc<TenantMeter>,
}

impl ResolvedConnection {
    /// Whether it was made from this connection and this component.
    pub(super) fn is_of(&self, connection: &Connection, component: &Component) -> bool {
        self.open.connection == *connection && self.component.digest == component.digest
    }
}

type ByName = HashMap<ConnectionName, (Option<Instant>, Arc<ResolvedConnection>)>;

/// Connections by tenant and name, each with the time at which it was read; without one it has to be
/// read again.
#[derive(Default)]
pub(super) struct ConnectionCache(Mutex<HashMap<TenantId, ByName>>);

impl ConnectionCache {
    /// A connection that was read a moment ago.
    pub(super) fn fresh(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Option<Arc<ResolvedConnection>> {
        self.lock()
            .get(tenant)?
            .get(name)
            .filter(|(read, _)| read.is_some_and(|read| read.elapsed() < FRESH))
            .map(|(_, resolved)| Arc::clone(resolved))
    }

    /// A connection that was read at some time, to be compared with what is stored now.
    pub(super) fn stale(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Option<Arc<ResolvedConnection>> {
        let cache = self.lock();
        let (_, resolved) = cache.get(tenant)?.get(name)?;
        Some(Arc::clone(resolved))
    }

    /// Remembers a connection as it was read just now, and answers it. Of many calls that read it at
    /// once, all get the one that came first; `replaced` is told of what was remembered before, if
    /// that is another, before the new one is given out.
    pub(super) fn keep(
        &self,
        resolved: Arc<ResolvedConnection>,
        replaced: impl FnOnce(&ResolvedConnection),
    ) -> Arc<ResolvedConnection> {
        let mut cache = self.lock();
        let connection = &resolved.open.connection;
        let theirs = cache.entry(connection.tenant.clone()).or_default();
        let now = Some(Instant::now());
        if let Some((read, known)) = theirs.get_mut(&connection.name) {
            *read = now;
            if !known.is_of(connection, &resolved.component) {
                replaced(known);
                *known = resolved;
            }
            return Arc::clone(known);
        }
        theirs.insert(connection.name.clone(), (now, Arc::clone(&resolved)));
        resolved
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
