//! The way out as a whole: gives every connection its lane, and keeps lanes apart.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use airlock_auth::CredentialSource;
use airlock_store::TenantId;

use crate::Judge;
use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::lane::core::{LaneCore, Shared};
use crate::lane::handle::Lane;
use crate::lane::quota::Quota;
use crate::lane::share::Share;
use crate::policy::{LaneId, LanePolicy, Purpose};
use crate::resolve::Resolve;
use crate::sinks::AuditSink;
use crate::wire::tasks::Tasks;
use crate::wire::tls::Trust;

/// Unused lanes are looked for when so many have come since the last time.
const SWEEP_EVERY: usize = 1_024;

/// The only way out of a process.
pub struct Egress {
    shared: Arc<Shared>,
    lanes: Mutex<Lanes>,
}

#[derive(Default)]
struct Lanes {
    cores: HashMap<LaneId, Arc<LaneCore>>,
    shares: HashMap<TenantId, Arc<Share>>,
    sweep_at: usize,
}

impl fmt::Debug for Egress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Egress")
            .field("config", &self.shared.config)
            .finish_non_exhaustive()
    }
}

impl Egress {
    /// Builds the way out. Cheap: sockets and TLS sessions come with the first request.
    ///
    /// # Errors
    /// [`EgressError::Configuration`] when a file of trusted roots cannot be used.
    pub fn new(
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        audit: Arc<dyn AuditSink>,
    ) -> Result<Arc<Self>, EgressError> {
        Self::judged_by(Judge::strict(), config, resolver, audit)
    }

    /// A way out at whose stages `judge` decides.
    pub(crate) fn judged_by(
        judge: Judge,
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        audit: Arc<dyn AuditSink>,
    ) -> Result<Arc<Self>, EgressError> {
        let trust = Trust::new(&config)?;
        Ok(Arc::new(Self {
            shared: Arc::new(Shared {
                config,
                resolver,
                audit,
                trust,
                judge,
                tasks: Tasks::default(),
            }),
            lanes: Mutex::default(),
        }))
    }

    /// A handle to the lane of `id`. Pools and verdicts are kept as long as `policy` stays the same,
    /// quotas as long as the lane is in use; `credential` belongs to the handle. A lane for tokens
    /// takes no credential.
    pub fn lane(
        self: &Arc<Self>,
        id: LaneId,
        policy: LanePolicy,
        credential: Option<Arc<dyn CredentialSource>>,
    ) -> Arc<Lane> {
        let credential = credential.filter(|_| id.purpose != Purpose::Token);
        Arc::new(Lane::new(self.core(id, policy), credential))
    }

    fn core(&self, id: LaneId, policy: LanePolicy) -> Arc<LaneCore> {
        let (id, policy) = self.shared.judge.lane(id, policy);
        let mut lanes = self.lanes();
        let known = lanes.cores.get(&id);
        if let Some(core) = known
            && core.policy == policy
        {
            return Arc::clone(core);
        }
        // Another policy does not earn a connection another quota, nor sight of what was sent before.
        let (quota, confidential) = match known {
            Some(core) => (Arc::clone(&core.quota), Arc::clone(&core.confidential)),
            None => {
                let share = lanes.share(&id.tenant, &self.shared.config);
                let quota = Quota::new(&self.shared.config, id.purpose, share);
                (Arc::new(quota), Arc::default())
            }
        };
        let core = Arc::new(LaneCore::new(
            id.clone(),
            policy,
            Arc::clone(&self.shared),
            quota,
            confidential,
        ));
        lanes.cores.insert(id, Arc::clone(&core));
        lanes.sweep();
        core
    }

    /// Forgets the lane of `id`, as when its connection is removed: its idle sockets close as soon
    /// as no handle is left.
    pub fn forget(&self, id: &LaneId) {
        self.lanes().cores.remove(id);
    }

    /// How many lanes there are: of connections that are worked with, and of some that were lately.
    pub fn lane_count(&self) -> usize {
        self.lanes().cores.len()
    }

    /// Closes the way out: idle sockets at once and in good order, what is still under way a moment later,
    /// and resolves when the last socket is shut. For a host that has ended its calls: whatever is sent
    /// afterwards is cut off as well.
    pub async fn close(&self) {
        for core in self.lanes().cores.values() {
            core.close();
        }
        self.shared.tasks.close().await;
    }

    fn lanes(&self) -> MutexGuard<'_, Lanes> {
        self.lanes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lanes {
    /// What all lanes of a tenant have together.
    fn share(&mut self, tenant: &TenantId, config: &EgressConfig) -> Arc<Share> {
        if let Some(share) = self.shares.get(tenant) {
            return Arc::clone(share);
        }
        let share = Share::new(tenant.to_string(), config);
        self.shares.insert(tenant.clone(), Arc::clone(&share));
        share
    }

    /// Drops lanes to which nobody has a handle, so that a host with many connections keeps only
    /// those that it works with.
    fn sweep(&mut self) {
        if self.cores.len() < self.sweep_at.max(SWEEP_EVERY) {
            return;
        }
        self.cores.retain(|_, core| Arc::strong_count(core) > 1);
        self.shares.retain(|_, share| Arc::strong_count(share) > 1);
        self.sweep_at = self.cores.len() + SWEEP_EVERY;
    }
}
