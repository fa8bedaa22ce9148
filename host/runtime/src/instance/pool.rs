//! Warm instances, apart by (tenant, connection, component): nothing is ever shared across a key,
//! so the worst that one caller's data can reach is the same caller's next call.

use super::Retry;
use super::kept::{Kept, Key};
use super::meter::TenantMeter;
use super::operation::Operation;
use super::room::Room;
use super::state::{Setup, State};
use super::stop::Stopped;
use super::warm::{Reply, Seat, Warm};
use crate::config::{Config, RuntimeConfig};
use crate::contract::Blueprint;
use crate::error::HostError;
use crate::under_way::UnderWay;
use airlock_store::{ConnectionId, TenantId};
use futures::FutureExt;
use futures::future::{BoxFuture, ready};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often instances that have done nothing are looked for.
const SWEEP: Duration = Duration::from_secs(5);

/// All warm instances of this process.
pub(crate) struct Pool {
    /// Warm instances of one key at most.
    per_key: usize,
    kept: Arc<Kept>,
    under_way: UnderWay,
    retry: Retry,
    sweeper: std::sync::Once,
}

impl Pool {
    pub(crate) fn new(config: Arc<Config>, under_way: UnderWay, retry: Retry) -> Self {
        let per_key = match config.runtime.instances_per_connection {
            0 => one_per(std::thread::available_parallelism().map_or(1, usize::from)),
            given => usize::try_from(given).unwrap_or(usize::MAX),
        };
        Self {
            per_key,
            kept: Arc::new(Kept::new(config)),
            under_way,
            retry,
            sweeper: std::sync::Once::new(),
        }
    }

    /// Room for an instance that is not kept.
    ///
    /// # Errors
    /// [`HostError::Busy`] when there is none within the configured wait.
    pub(crate) async fn room(&self, meter: &TenantMeter) -> Result<Room, HostError> {
        Ok(self.kept.room(meter).await?)
    }

    /// Runs one operation in a warm instance of `key`.
    pub(crate) async fn call<O: Operation>(
        &self,
        key: &Key,
        blueprint: &Blueprint<State>,
        meter: &Arc<TenantMeter>,
        setup: impl Fn() -> Setup,
        mut operation: O,
    ) -> Result<O::Kept, HostError> {
        self.sweep_while_alive();
        for _ in 0..self.retry.tries() {
            let seat = self.seat(key, blueprint, meter, &setup);
            match seat.call(operation).await {
                Reply::Answered(answer) => return answer,
                Reply::NotStarted(back) => operation = back,
            }
        }
        Err(Stopped::Crashed(
            "one instance after the other ended before it came to this call".to_owned(),
        )
        .into())
    }

    /// A seat in an instance of `key`: in the least busy, or in one more if that is worth its while
    /// and there is room, or in the first, which may have to wait for room.
    fn seat(
        &self,
        key: &Key,
        blueprint: &Blueprint<State>,
        meter: &Arc<TenantMeter>,
        setup: &impl Fn() -> Setup,
    ) -> Seat {
        let runtime = &self.kept.config.runtime;
        let mut warm = self.kept.warm();
        let room = match warm.get_mut(key) {
            None => None,
            Some(instances) => {
                let now = Instant::now();
                instances.retain(|warm| !worn_out(warm, now, runtime));
                match instances.iter().min_by_key(|warm| warm.in_flight()) {
                    None => None,
                    Some(least) => {
                        let calls =
                            usize::try_from(runtime.calls_per_instance).unwrap_or(usize::MAX);
                        let count = instances.len();
                        let grows = wants_another(least.in_flight(), calls, count, self.per_key);
                        match grows.then(|| self.kept.try_room(meter)).flatten() {
                            None => return least.reserve(),
                            Some(room) => Some(room),
                        }
                    }
                }
            }
        };
        let room: BoxFuture<'static, Result<Room, Stopped>> =
            match room.or_else(|| self.kept.try_room(meter)) {
                Some(room) => ready(Ok(room)).boxed(),
                None => {
                    let (kept, meter) = (Arc::clone(&self.kept), Arc::clone(meter));
                    async move { kept.room(&meter).await }.boxed()
                }
            };
        let instance = Arc::new(Warm::start(
            blueprint.clone(),
            setup(),
            room,
            Arc::clone(&self.kept.became_idle),
            self.under_way.clone(),
            self.retry,
        ));
        let seat = instance.reserve();
        warm.entry(key.clone()).or_default().push(instance);
        seat
    }

    /// Drops every warm instance of a connection; calls under way end first.
    pub(crate) fn retire(&self, tenant: &TenantId, connection: &ConnectionId) {
        self.kept
            .warm()
            .retain(|key, _| !(key.tenant == *tenant && key.connection == *connection));
    }

    /// Drops every warm instance; calls under way end first.
    pub(crate) fn clear(&self) {
        self.kept.warm().clear();
    }

    fn sweep_while_alive(&self) {
        self.sweeper.call_once(|| {
            let kept = Arc::downgrade(&self.kept);
            let idle = Duration::from_secs(self.kept.config.runtime.idle_seconds);
            let under_way = self.under_way.clone();
            self.under_way.spawn(async move {
                loop {
                    tokio::select! {
                        () = tokio::time::sleep(SWEEP) => {}
                        () = under_way.closing() => return,
                    }
                    let Some(kept) = kept.upgrade() else {
                        return;
                    };
                    kept.warm().retain(|_, instances| {
                        instances.retain(|warm| {
                            !warm.retiring() && (warm.in_flight() > 0 || warm.idle() < idle)
                        });
                        !instances.is_empty()
                    });
                }
            });
        });
    }
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
