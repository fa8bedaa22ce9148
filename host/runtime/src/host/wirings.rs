//! Connections that were used lately, so that a call need not read and unseal them again.

use crate::component::Component;
use crate::connection::Wiring;
use airlock_store::{ConnectionName, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// How long a change made by another process may go unnoticed.
const FRESH: Duration = Duration::from_secs(2);

/// A connection ready for calls, with the component that serves it.
pub(super) struct Ready {
    pub(super) wiring: Wiring,
    pub(super) component: Arc<Component>,
}

type Name = (TenantId, ConnectionName);

/// Connections by tenant and name, each with the time at which it was read.
#[derive(Default)]
pub(super) struct Wirings(Mutex<HashMap<Name, (Instant, Arc<Ready>)>>);

impl Wirings {
    /// A connection that was read a moment ago.
    pub(super) fn fresh(&self, name: &Name) -> Option<Arc<Ready>> {
        self.lock()
            .get(name)
            .filter(|(read, _)| read.elapsed() < FRESH)
            .map(|(_, ready)| Arc::clone(ready))
    }

    /// A connection that was read at some time, to be compared with what is stored now.
    pub(super) fn stale(&self, name: &Name) -> Option<Arc<Ready>> {
        self.lock().get(name).map(|(_, ready)| Arc::clone(ready))
    }

    pub(super) fn keep(&self, name: Name, ready: Arc<Ready>) {
        self.lock().insert(name, (Instant::now(), ready));
    }

    pub(super) fn forget(&self, tenant: &TenantId, name: &ConnectionName) {
        self.lock().remove(&(tenant.clone(), name.clone()));
    }

    pub(super) fn forget_tenant(&self, tenant: &TenantId) {
        self.lock().retain(|(owner, _), _| owner != tenant);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<Name, (Instant, Arc<Ready>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
