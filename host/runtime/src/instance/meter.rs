//! What one tenant uses right now, over all its instances.
//!
//! The per-instance budgets stop one runaway; these stop many small ones from adding up until
//! another tenant is starved.

use super::stop::Stopped;
use crate::config::Budgets;
use crate::error::HostError;
use airlock_store::TenantId;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::yield_now;

/// So many calls in instances of their own, for each processor, before others begin one by one. On two
/// processors 4, 6 and 8 made a third more calls than no limit with 256 in flight, and 3 to 11 % with 64;
/// between themselves they differed by less than the runs did. With 16 it makes no difference.
const AT_ONCE: usize = 6;

/// One tenant's running totals.
pub(crate) struct TenantMeter {
    tenant: TenantId,
    calls: Arc<Semaphore>,
    instances: Arc<Semaphore>,
    processors: usize,
    own: AtomicUsize,
    turn: Semaphore,
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
            own: AtomicUsize::new(0),
            turn: Semaphore::new(1),
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
                .busy("calls under way", self.budgets.tenant_calls, "tenant-calls")
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
            "instances alive",
            self.budgets.tenant_instances,
            "tenant-instances",
        )
    }

    /// Lets the tenant's calls that are under way go first, for one turn of the scheduler, when they
    /// are more than the processors can take up. To be called by one of them.
    ///
    /// A call that begins at once begins before the answers that are there are read: in the end all
    /// are begun and none has ended, each with its memory, and they drive each other out of the
    /// processor's own cache. With 16 or 64 calls in flight on two processors that have 1 MiB each,
    /// one that waits a turn takes a sixth less time in an instance of its own, and with 64 a
    /// sixteenth less in a warm one. While nothing else is to be done, a turn is a few microseconds.
    pub(crate) async fn queue(&self) {
        if self.is_busy() {
            yield_now().await;
        }
    }

    /// The same for a call that gets an instance of its own. Once there are [`AT_ONCE`] for each
    /// processor, calls begin one after the other, in the order in which they came, each after one
    /// turn: as many as answers come in. None waits for another to end, however slow its service is.
    pub(crate) async fn queue_for_own(&self) -> OwnCall<'_> {
        if self.turn.available_permits() > 0
            && let Some(begun) = self.begin_at_once()
        {
            self.queue().await;
            return begun;
        }
        let _turn = self.turn.acquire().await;
        if let Some(begun) = self.begin_at_once() {
            return begun;
        }
        self.queue().await;
        self.own.fetch_add(1, Ordering::Relaxed);
        OwnCall(self)
    }

    fn is_busy(&self) -> bool {
        let calls = self.budgets.tenant_calls.min(Semaphore::MAX_PERMITS);
        calls.saturating_sub(self.calls.available_permits()) > self.processors
    }

    fn begin_at_once(&self) -> Option<OwnCall<'_>> {
        let places = self.processors.saturating_mul(AT_ONCE);
        self.own
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |begun| {
                (begun < places).then_some(begun + 1)
            })
            .is_ok()
            .then(|| OwnCall(self))
    }

    fn busy(&self, what: &str, limit: usize, setting: &str) -> Stopped {
        Stopped::Busy {
            tenant: self.tenant.to_string(),
            message: format!(
                "it has {limit} {what}, and none ended within {} ms; try again later, or raise {setting} under [budgets]",
                self.budgets.tenant_wait_ms
            ),
        }
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

/// A call in an instance of its own, until it is dropped.
pub(crate) struct OwnCall<'a>(&'a TenantMeter);

impl Drop for OwnCall<'_> {
    fn drop(&mut self) {
        self.0.own.fetch_sub(1, Ordering::Relaxed);
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
            meter.queue().await;
            assert_eq!(answered.load(Ordering::Relaxed), seen, "call {number}");
            if number < 3 {
                other.abort();
            }
        }
    }

    #[tokio::test]
    async fn beyond_a_number_calls_of_their_own_begin_in_order_and_none_waits_for_another_to_end() {
        let meter = Arc::new(meter(1));
        let (begun, mut beginning) = tokio::sync::mpsc::unbounded_channel();
        let mut calls = tokio::task::JoinSet::new();
        for number in 0..3 * AT_ONCE {
            let (meter, begun) = (Arc::clone(&meter), begun.clone());
            calls.spawn(async move {
                let _call = meter.admit_call().await.unwrap();
                let _own = meter.queue_for_own().await;
                begun.send(number).unwrap();
                std::future::pending::<()>().await;
            });
        }
        // Nothing ends, and yet all begin; each of the late ones lets the scheduler turn once more.
        let (mut order, mut turns) = (Vec::new(), Vec::new());
        while order.len() < 3 * AT_ONCE {
            yield_now().await;
            let before = order.len();
            while let Ok(number) = beginning.try_recv() {
                order.push(number);
            }
            turns.push(order.len() - before);
        }
        turns.retain(|begun| *begun > 0);
        // The first that is late shares the turn of those that are not.
        let (first, late) = order.split_at_mut(AT_ONCE + 1);
        first.sort_unstable();
        assert!(first.iter().copied().eq(0..AT_ONCE + 1), "{first:?}");
        assert!(
            late.iter().copied().eq(AT_ONCE + 1..3 * AT_ONCE),
            "{late:?}"
        );
        assert!(turns.len() > late.len(), "{turns:?}");
        assert_eq!(meter.own.load(Ordering::Relaxed), 3 * AT_ONCE);
        calls.shutdown().await;
        assert_eq!(meter.own.load(Ordering::Relaxed), 0);
    }

    #[tokio::test]
    async fn a_place_that_becomes_free_is_not_taken_past_those_who_wait() {
        let meter = meter(1);
        let mut begun: Vec<_> = std::iter::from_fn(|| meter.begin_at_once()).collect();
        let _waits = meter.turn.acquire().await.unwrap();
        begun.pop();
        let mut newcomer = std::pin::pin!(meter.queue_for_own());
        assert!(futures::poll!(newcomer.as_mut()).is_pending());
        assert_eq!(meter.own.load(Ordering::Relaxed), AT_ONCE - 1);
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
