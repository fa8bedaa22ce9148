//! Room for one more instance: a permit of its tenant's and one of the process's.
//!
//! To grow is only tried. Who has no instance at all waits for room, and meanwhile instances that
//! can be spared make some.

use super::evict::{self, Candidate, Limit};
use super::kept::{Kept, Key};
use super::meter::TenantMeter;
use super::stop::Stopped;
use super::warm::Warm;
use crate::error::{Busy, Counted};
use airlock_store::TenantId;
use std::collections::HashMap;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::sleep;

/// How long an instance with nothing to do takes to end at most, unless it does something after all.
const ENDING: Duration = Duration::from_millis(250);

/// What an instance holds while it lives.
pub(crate) struct Room {
    _tenant: OwnedSemaphorePermit,
    _process: OwnedSemaphorePermit,
}

impl Kept {
    /// Room, if there is some right now.
    pub(super) fn try_room(&self, meter: &TenantMeter) -> Option<Room> {
        let tenant = Arc::clone(meter.instances()).try_acquire_owned().ok()?;
        let process = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(Room {
            _tenant: tenant,
            _process: process,
        })
    }

    /// Room, made by instances that can be spared, or given back by those that end.
    ///
    /// # Errors
    /// The limit that is met, after the wait that the configuration allows.
    pub(super) async fn room(&self, meter: &TenantMeter) -> Result<Room, Stopped> {
        let tenant = self
            .permit(meter.instances(), meter.tenant(), Limit::Tenant)
            .await
            .ok_or_else(|| meter.without_room())?;
        let process = self
            .permit(&self.permits, meter.tenant(), Limit::Process)
            .await
            .ok_or_else(|| self.full())?;
        Ok(Room {
            _tenant: tenant,
            _process: process,
        })
    }

    async fn permit(
        &self,
        permits: &Arc<Semaphore>,
        asker: &TenantId,
        limit: Limit,
    ) -> Option<OwnedSemaphorePermit> {
        if let Ok(permit) = Arc::clone(permits).try_acquire_owned() {
            return Some(permit);
        }
        let mut permit = pin!(Arc::clone(permits).acquire_owned());
        let patience = Duration::from_millis(self.config.budgets.tenant_wait_ms);
        let mut patience = pin!(sleep(patience));
        let mut may_drain = true;
        loop {
            // Listened to before the look at who is idle, so that none is missed in between.
            let mut became_idle = pin!(self.became_idle.notified());
            became_idle.as_mut().enable();
            let evicted = self.evict(asker, limit, may_drain);
            may_drain &= evicted != Some(Evicted::Draining);
            let ends_soon = evicted == Some(Evicted::Idle);
            tokio::select! {
                biased;
                permit = &mut permit => return permit.ok(),
                () = became_idle => {}
                // One that does not end is no reason to keep waiting for it alone.
                () = sleep(ENDING), if ends_soon => {}
                () = &mut patience, if !ends_soon => return None,
            }
        }
    }

    /// Lets go of the instance that can be spared best. It ends as soon as it has no calls.
    fn evict(&self, asker: &TenantId, limit: Limit, may_drain: bool) -> Option<Evicted> {
        let mut by_key = self.warm();
        let mut of_tenant: HashMap<&TenantId, usize> = HashMap::new();
        let mut known: Vec<(&Key, &Arc<Warm>, usize)> = Vec::new();
        for (key, instances) in by_key.iter() {
            let alive = |warm: &&Arc<Warm>| warm.has_room() && !warm.retiring();
            let settled = || instances.iter().filter(alive);
            let of_connection = settled().count();
            *of_tenant.entry(&key.tenant).or_default() += of_connection;
            known.extend(settled().map(|warm| (key, warm, of_connection)));
        }
        let candidates: Vec<Candidate> = known
            .iter()
            .map(|(key, warm, of_connection)| Candidate {
                own: key.tenant == *asker,
                of_tenant: of_tenant.get(&key.tenant).copied().unwrap_or_default(),
                of_connection: *of_connection,
                calls: warm.in_flight(),
                idle: warm.idle(),
            })
            .collect();
        let chosen = evict::victim(&candidates, limit, may_drain)?;
        let (key, warm, _) = known.get(chosen)?;
        let (key, warm) = ((*key).clone(), Arc::clone(warm));
        if let Some(instances) = by_key.get_mut(&key) {
            instances.retain(|other| !Arc::ptr_eq(other, &warm));
        }
        Some(match warm.in_flight() {
            0 => Evicted::Idle,
            _ => Evicted::Draining,
        })
    }

    fn full(&self) -> Stopped {
        let most = self.config.runtime.max_instances;
        Stopped::Busy(Busy {
            tenant: None,
            counted: Counted::Instances,
            most: usize::try_from(most).unwrap_or(usize::MAX),
            setting: "max-instances",
            section: "runtime",
            waited: Duration::from_millis(self.config.budgets.tenant_wait_ms),
        })
    }
}

#[derive(PartialEq, Eq)]
enum Evicted {
    /// It had nothing to do.
    Idle,
    /// It ends with the calls that it has.
    Draining,
}
