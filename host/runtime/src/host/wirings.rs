//! Connections that were used lately, so that a call need not read and unseal them again.

use crate::component::Component;
use crate::connection::Wiring;
use crate::instance::{Key, TenantMeter};
use airlock_store::{ConnectionName, TenantId};
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

type ByName = HashMap<ConnectionName, (Instant, Arc<Ready>)>;

/// Connections by tenant and name, each with the time at which it was read.
#[derive(Default)]
pub(super) struct Wirings(Mutex<HashMap<TenantId, ByName>>);

impl Wirings {
    /// A connection that was read a moment ago.
    pub(super) fn fresh(&self, tenant: &TenantId, name: &ConnectionName) -> Option<Arc<Ready>> {
        self.lock()
            .get(tenant)?
            .get(name)
            .filter(|(read, _)| read.elapsed() < FRESH)
            .map(|(_, ready)| Arc::clone(ready))
    }

    /// A connection that was read at some time, to be compared with what is stored now.
    pub(super) fn stale(&self, tenant: &TenantId, name: &ConnectionName) -> Option<Arc<Ready>> {
        let wirings = self.lock();
        let (_, ready) = wirings.get(tenant)?.get(name)?;
        Some(Arc::clone(ready))
    }

    /// Remembers a connection as it was read just now.
    pub(super) fn keep(&self, ready: Arc<Ready>) {
        let connection = &ready.wiring.connection;
        self.lock()
            .entry(connection.tenant.clone())
            .or_default()
            .insert(connection.name.clone(), (Instant::now(), ready));
    }

    pub(super) fn forget(&self, tenant: &TenantId, name: &ConnectionName) {
        if let Some(theirs) = self.lock().get_mut(tenant) {
            theirs.remove(name);
        }
    }

    pub(super) fn forget_tenant(&self, tenant: &TenantId) {
        self.lock().remove(tenant);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<TenantId, ByName>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
