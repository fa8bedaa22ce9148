//! Warm instances, apart by (tenant, connection, component): nothing is ever shared across a key,
//! so the worst that one caller's data can reach is the same caller's next call.

use super::meter::TenantMeter;
use super::operation::{Answer, Operation};
use super::state::Setup;
use super::warm::{Place, Reply, Warm};
use crate::component::Component;
use crate::config::{Config, RuntimeConfig};
use crate::error::HostError;
use airlock_store::{ConnectionId, Digest, TenantId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use wasmtime::Engine;

/// How often instances that have done nothing are looked for.
const SWEEP: Duration = Duration::from_secs(5);

/// What an instance may be reused for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub(crate) tenant: TenantId,
    pub(crate) connection: ConnectionId,
    pub(crate) digest: Digest,
}

#[derive(Default)]
struct Slot {
    instances: Vec<Arc<Warm>>,
}

type Slots = HashMap<Key, Slot>;

/// All warm instances of this process.
pub(crate) struct Pool {
    engine: Engine,
    config: Arc<Config>,
    /// Warm instances of one key at most.
    per_key: usize,
    /// Places for instances in this process, warm and fresh together.
    places: Arc<Semaphore>,
    slots: Arc<Mutex<Slots>>,
    sweeper: std::sync::Once,
}

impl Pool {
    pub(crate) fn new(engine: Engine, config: Arc<Config>) -> Self {
        let places = usize::try_from(config.runtime.max_instances).unwrap_or(usize::MAX);
        let per_key = match config.runtime.instances_per_connection {
            0 => one_per(std::thread::available_parallelism().map_or(1, usize::from)),
            given => usize::try_from(given).unwrap_or(usize::MAX),
        };
        Self {
            engine,
            config,
            per_key,
            places: Arc::new(Semaphore::new(places.min(Semaphore::MAX_PERMITS))),
            slots: Arc::default(),
            sweeper: std::sync::Once::new(),
        }
    }

    /// A place for one instance, taken from an idle warm one if all are in use.
    pub(crate) async fn place(&self) -> Result<OwnedSemaphorePermit, HostError> {
        if let Ok(permit) = Arc::clone(&self.places).try_acquire_owned() {
            return Ok(permit);
        }
        self.evict_idlest();
        let wait = Duration::from_millis(self.config.budgets.tenant_wait_ms);
        match tokio::time::timeout(wait, Arc::clone(&self.places).acquire_owned()).await {
            Ok(Ok(permit)) => Ok(permit),
            _ => Err(HostError::Busy {
                tenant: "*".to_owned(),
                message: format!(
                    "all {} instances of this host are busy; try again later, or raise max-instances under [runtime]",
                    self.config.runtime.max_instances
                ),
            }),
        }
    }

    /// Runs one operation in a warm instance of `key`.
    pub(crate) async fn call(
        &self,
        key: &Key,
        component: &Component,
        meter: &Arc<TenantMeter>,
        setup: impl Fn() -> Setup,
        mut operation: Operation,
    ) -> Result<Answer, HostError> {
        self.sweep_while_alive();
        loop {
            let place = match self.choose(key) {
                Choice::Use(place) => place,
                Choice::Start => self.start(key, component, meter, &setup).await?,
            };
            match place.call(operation).await {
                Reply::Answered(answer) => return answer,
                Reply::NotStarted(back) => operation = back,
            }
        }
    }

    fn choose(&self, key: &Key) -> Choice {
        let runtime = &self.config.runtime;
        let mut slots = lock(&self.slots);
        let Some(slot) = slots.get_mut(key) else {
            return Choice::Start;
        };
        let now = Instant::now();
        slot.instances.retain(|warm| !worn_out(warm, now, runtime));
        let Some(least) = slot.instances.iter().min_by_key(|warm| warm.in_flight()) else {
            return Choice::Start;
        };
        let calls = usize::try_from(runtime.calls_per_instance).unwrap_or(usize::MAX);
        if wants_another(least.in_flight(), calls, slot.instances.len(), self.per_key) {
            return Choice::Start;
        }
        Choice::Use(least.reserve())
    }

    async fn start(
        &self,
        key: &Key,
        component: &Component,
        meter: &Arc<TenantMeter>,
        setup: &impl Fn() -> Setup,
    ) -> Result<Place, HostError> {
        let held = (meter.admit_instance().await?, self.place().await?);
        let warm = Arc::new(Warm::start(
            &self.engine,
            component.blueprint.clone(),
            setup(),
            held,
        ));
        let place = warm.reserve();
        lock(&self.slots)
            .entry(key.clone())
            .or_default()
            .instances
            .push(warm);
        Ok(place)
    }

    /// Drops every warm instance of a connection; calls under way end first.
    pub(crate) fn retire(&self, tenant: &TenantId, connection: &ConnectionId) {
        lock(&self.slots)
            .retain(|key, _| !(key.tenant == *tenant && key.connection == *connection));
    }

    fn evict_idlest(&self) {
        let mut slots = lock(&self.slots);
        let idlest = slots
            .iter()
            .flat_map(|(key, slot)| slot.instances.iter().map(move |warm| (key, warm)))
            .filter(|(_, warm)| warm.in_flight() == 0)
            .max_by_key(|(_, warm)| warm.idle())
            .map(|(key, warm)| (key.clone(), Arc::clone(warm)));
        if let Some((key, idlest)) = idlest
            && let Some(slot) = slots.get_mut(&key)
        {
            slot.instances.retain(|warm| !Arc::ptr_eq(warm, &idlest));
        }
    }

    fn sweep_while_alive(&self) {
        self.sweeper.call_once(|| {
            let slots: Weak<Mutex<Slots>> = Arc::downgrade(&self.slots);
            let idle = Duration::from_secs(self.config.runtime.idle_seconds);
            tokio::spawn(async move {
                loop {
                    tokio::time::sleep(SWEEP).await;
                    let Some(slots) = slots.upgrade() else {
                        return;
                    };
                    lock(&slots).retain(|_, slot| {
                        slot.instances.retain(|warm| {
                            !warm.retiring() && (warm.in_flight() > 0 || warm.idle() < idle)
                        });
                        !slot.instances.is_empty()
                    });
                }
            });
        });
    }
}

enum Choice {
    Use(Place),
    Start,
}

fn lock(slots: &Mutex<Slots>) -> std::sync::MutexGuard<'_, Slots> {
    slots.lock().unwrap_or_else(PoisonError::into_inner)
}

fn worn_out(warm: &Warm, now: Instant, runtime: &RuntimeConfig) -> bool {
    warm.retiring()
        || warm.calls() >= runtime.retire_after_calls
        || warm.age(now).as_secs() >= runtime.retire_after_seconds
}

/// An instance computes on one processor at a time, and what is more than that only waits: with 32
/// calls in flight on two processors, two instances make a tenth more calls than four. The second is
/// for those that wait while a call computes; more than four would let one connection have a large
/// part of the instances that its tenant may have.
fn one_per(processors: usize) -> usize {
    processors.clamp(2, 4)
}

/// Another instance pays as soon as every one has a quarter of its calls. Past the last one, calls
/// overlap as deep as they must.
fn wants_another(least_in_flight: usize, calls: usize, instances: usize, most: usize) -> bool {
    instances < most && least_in_flight >= (calls / 4).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instances_are_added_under_load_and_only_up_to_the_limit() {
        assert!(!wants_another(0, 16, 1, 4));
        assert!(!wants_another(3, 16, 1, 4));
        assert!(wants_another(4, 16, 1, 4));
        assert!(!wants_another(400, 16, 4, 4));
        assert!(!wants_another(0, 1, 1, 4));
    }

    #[test]
    fn there_is_an_instance_for_each_processor_from_two_to_four() {
        assert_eq!([1, 2, 3, 64].map(one_per), [2, 2, 3, 4]);
    }
}
