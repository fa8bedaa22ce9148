//! What the host holds for a component outside its memory: bodies on their way, answers, header
//! fields.
//!
//! None of it shows in the component's linear memory, and one instance can have thousands of requests
//! under way. So it is counted against the same budget, its tenant's memory, for as long as it is
//! kept, and is taken before it is kept.

use super::limits::Limits;
use super::meter::TenantMeter;
use super::stop::Stopped;
use airlock_egress::EgressError;
use std::sync::Arc;
use std::time::Duration;

/// When to come back after there was no room: long enough not to be a busy loop.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Bytes taken from a tenant's memory until they are dropped.
pub(crate) struct Held {
    tenant: Arc<TenantMeter>,
    limit: usize,
    bytes: usize,
}

/// The tenant has no more memory.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoRoom {
    limit: usize,
}

impl Held {
    /// Nothing yet.
    pub(crate) fn nothing(limits: &Limits) -> Self {
        Self {
            tenant: Arc::clone(&limits.tenant),
            limit: limits.budgets().tenant_memory_bytes,
            bytes: 0,
        }
    }

    /// `bytes`, if the tenant has so many left.
    pub(crate) fn take(limits: &Limits, bytes: usize) -> Result<Self, NoRoom> {
        let mut held = Self::nothing(limits);
        held.resize(bytes)?;
        Ok(held)
    }

    /// Holds `bytes` from now on, more or fewer than before. What does not fit changes nothing.
    pub(crate) fn resize(&mut self, bytes: usize) -> Result<(), NoRoom> {
        match bytes.checked_sub(self.bytes) {
            Some(more) => {
                if !self.tenant.take_memory(more) {
                    return Err(NoRoom { limit: self.limit });
                }
            }
            None => self.tenant.give_memory(self.bytes - bytes),
        }
        self.bytes = bytes;
        Ok(())
    }

    /// Holds so many more.
    pub(crate) fn grow(&mut self, more: usize) -> Result<(), NoRoom> {
        self.resize(self.bytes.saturating_add(more))
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.tenant.give_memory(self.bytes);
    }
}

impl std::fmt::Display for NoRoom {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "requests and answers under way, with the memory of the instances, have all that this tenant may have \
             ({} MiB); send fewer or smaller ones at once, or raise tenant-memory-bytes under [budgets]",
            self.limit >> 20
        )
    }
}

/// A request for which there is no room is one too many, like any other beyond a quota.
impl From<NoRoom> for EgressError {
    fn from(no_room: NoRoom) -> Self {
        Self::Quota {
            message: no_room.to_string(),
            retry_after: RETRY_AFTER,
        }
    }
}

impl From<NoRoom> for Stopped {
    fn from(no_room: NoRoom) -> Self {
        Self::tenant_memory(no_room.limit)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn limits(tenant_memory_bytes: usize) -> Limits {
        let mut config = Config::default();
        config.budgets.tenant_memory_bytes = tenant_memory_bytes;
        Limits::alone(&Arc::new(config))
    }

    #[test]
    fn what_is_held_counts_until_it_is_dropped() {
        let limits = limits(100);
        let mut first = Held::take(&limits, 60).unwrap();
        assert!(Held::take(&limits, 60).is_err());
        first.resize(40).unwrap();
        let second = Held::take(&limits, 60).unwrap();
        assert!(first.grow(1).is_err());
        drop(second);
        first.grow(60).unwrap();
        drop(first);
        assert!(Held::take(&limits, 100).is_ok());
    }

    #[test]
    fn the_refusal_names_the_setting() {
        let no_room = Held::take(&limits(1 << 20), usize::MAX)
            .map(drop)
            .unwrap_err();
        assert!(no_room.to_string().contains("tenant-memory-bytes"));
    }
}
