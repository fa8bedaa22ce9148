//! What one tenant uses right now, over all its instances.
//!
//! The per-instance budgets stop one runaway; these stop many small ones from adding up until
//! another tenant is starved.

use super::stop::Stopped;
use crate::config::Budgets;
use crate::error::{Busy, Counted, HostError};
use airlock_store::TenantId;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::yield_now;

/// One tenant's running totals.
pub(crate) struct TenantMeter {
    tenant: TenantId,
    calls: Arc<Semaphore>,
    instances: Arc<Semaphore>,
    processors: usize,
    memory: AtomicUsize,
    budgets: Budgets,
    /// Turns to read a large answer: one for each processor.
    pub(crate) reading: Arc<Semaphore>,
}

impl TenantMeter {
    pub(crate) fn new(tenant: TenantId, budgets: &Budgets) -> Self {
        let processors = std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        Self {
            tenant,
            calls: Arc::new(Semaphore::new(
                budgets.tenant_calls.min(Semaphore::MAX_PERMITS),
            )),
            instances: Arc::new(Semaphore::new(
                budgets.tenant_instances.min(Semaphore::MAX_PERMITS),
            )),
            processors,
            memory: AtomicUsize::new(0),
            budgets: budgets.clone(),
            reading: Arc::new(Semaphore::new(processors)),
        }
    }

    /// Admits one call, waiting for others of the same tenant if need be.
    pub(crate) async fn admit_call(&self) -> Result<OwnedSemaphorePermit, HostError> {
        if let Ok(permit) = Arc::clone(&self.calls).try_acquire_owned() {
            return Ok(permit);
        }
        let wait = Duration::from_millis(self.budgets.tenant_wait_ms);
        let waiting = tokio::time::timeout(wait, Arc::clone(&self.calls).acquire_owned());
        match waiting.await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(self
                .busy(Counted::Calls, self.budgets.tenant_calls, "tenant-calls")
                .into()),
        }
    }

    /// Whose meter it is.
    pub(super) fn tenant(&self) -> &TenantId {
        &self.tenant
    }

    /// What each of the tenant's instances holds one of.
    pub(super) fn instances(&self) -> &Arc<Semaphore> {
        &self.instances
    }

    /// Why the tenant gets no further instance.
    pub(super) fn without_room(&self) -> Stopped {
        self.busy(
            Counted::Instances,
            self.budgets.tenant_instances,
            "tenant-instances",
        )
    }

    /// Lets the tenant's calls that are under way go first, for one turn of the scheduler, when they
    /// are more than the processors can take up. To be called by one of them.
    ///
    /// A call that begins at once begins before the answers that are there are read: in the end all
    /// are begun and none has ended, each with its memory, and they drive each other out of the
    /// processor's own cache. On two processors the turn makes 10 to 20 % more warm calls with 64 or
    /// 256 in flight. While nothing else is to be done, it is a few microseconds.
    pub(crate) async fn take_turn(&self) {
        if self.is_busy() {
            yield_now().await;
        }
    }

    fn is_busy(&self) -> bool {
        let calls = self.budgets.tenant_calls.min(Semaphore::MAX_PERMITS);
        calls.saturating_sub(self.calls.available_permits()) > self.processors
    }

    fn busy(&self, counted: Counted, most: usize, setting: &'static str) -> Stopped {
        Stopped::Busy(Busy {
            tenant: Some(self.tenant.clone()),
            counted,
            most,
            setting,
            section: "budgets",
            waited: Duration::from_millis(self.budgets.tenant_wait_ms),
        })
    }

    /// Takes `bytes` of linear memory; false when the tenant has no more.
    pub(crate) fn take_memory(&self, bytes: usize) -> bool {
        let limit = self.budgets.tenant_memory_bytes;
        self.memory
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| {
                used.checked_add(bytes).filter(|total| *total <= limit)
            })
            .is_ok()
    }

    /// Gives back what an instance had taken.
    pub(crate) fn give_memory(&self, bytes: usize) {
        let _ = self
            .memory
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, |used| {
                Some(used.saturating_sub(bytes))
            });
    }
}

/// The meters of all tenants that have called since the process started.
pub(crate) struct Tenants {
    budgets: Budgets,
    meters: Mutex<HashMap<TenantId, Arc<TenantMeter>>>,
}

impl Tenants {
    pub(crate) fn new(budgets: Budgets) -> Self {
        Self {
            budgets,
            meters: Mutex::default(),
        }
    }

    pub(crate) fn meter(&self, tenant: &TenantId) -> Arc<TenantMeter> {
        let mut meters = self.meters.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(meter) = meters.get(tenant) {
            return Arc::clone(meter);
        }
        let meter = Arc::new(TenantMeter::new(tenant.clone(), &self.budgets));
        meters.insert(tenant.clone(), Arc::clone(&meter));
        meter
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn budgets() -> Budgets {
        Budgets {
            tenant_calls: 1,
            tenant_memory_bytes: 100,
            tenant_wait_ms: 0,
            ..Budgets::default()
        }
    }

    fn meter(processors: usize) -> TenantMeter {
        let budgets = Budgets {
            tenant_calls: 64,
            ..budgets()
        };
        TenantMeter {
            processors,
            ..TenantMeter::new(TenantId::default(), &budgets)
        }
    }

    #[tokio::test]
    async fn one_tenant_at_its_limit_leaves_another_alone() {
        let tenants = Tenants::new(budgets());
        let contoso = tenants.meter(&"contoso".parse().unwrap());
        let fabrikam = tenants.meter(&"fabrikam".parse().unwrap());
        let _held = contoso.admit_call().await.unwrap();
        let refused = contoso.admit_call().await.unwrap_err().to_string();
        assert!(
            refused.contains("contoso") && refused.contains("tenant-calls"),
            "{refused}"
        );
        assert!(fabrikam.admit_call().await.is_ok());
    }

    #[tokio::test]
    async fn a_call_lets_the_others_go_first_when_they_are_more_than_the_processors() {
        let meter = meter(2);
        let answered = Arc::new(AtomicUsize::new(0));
        let mut under_way = Vec::new();
        for (number, seen) in [(1, 0), (2, 0), (3, 1), (4, 2)] {
            under_way.push(meter.admit_call().await.unwrap());
            let before = Arc::clone(&answered);
            let other = tokio::spawn(async move { before.fetch_add(1, Ordering::Relaxed) });
            meter.take_turn().await;
            assert_eq!(answered.load(Ordering::Relaxed), seen, "call {number}");
            if number < 3 {
                other.abort();
            }
        }
    }

    #[test]
    fn memory_is_shared_by_a_tenants_instances_and_comes_back() {
        let meter = TenantMeter::new(TenantId::default(), &budgets());
        assert!(meter.take_memory(60));
        assert!(!meter.take_memory(60));
        meter.give_memory(60);
        assert!(meter.take_memory(100));
    }
}
