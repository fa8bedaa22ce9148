//! The warm instances of this process by what they may be reused for, and the permits that all of its
//! instances need. The pool takes from them, and whoever waits for room takes away.

use super::warm::Warm;
use crate::config::Config;
use airlock_store::{ConnectionId, Digest, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::{Notify, Semaphore};

/// What an instance may be reused for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) tenant: TenantId,
    pub(crate) connection: ConnectionId,
    pub(crate) digest: Digest,
}

type WarmByKey = HashMap<Key, Vec<Arc<Warm>>>;

/// What the pool shares with those that wait for room.
pub(super) struct Kept {
    pub(super) config: Arc<Config>,
    /// Permits for instances in this process, warm and fresh together.
    pub(super) permits: Arc<Semaphore>,
    /// Told whenever an instance has nothing to do any more.
    pub(super) became_idle: Arc<Notify>,
    warm: Mutex<WarmByKey>,
}

impl Kept {
    pub(super) fn new(config: Arc<Config>) -> Self {
        let permits = usize::try_from(config.runtime.max_instances).unwrap_or(usize::MAX);
        Self {
            config,
            permits: Arc::new(Semaphore::new(permits.min(Semaphore::MAX_PERMITS))),
            became_idle: Arc::default(),
            warm: Mutex::default(),
        }
    }

    pub(super) fn warm(&self) -> MutexGuard<'_, WarmByKey> {
        self.warm.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
