//! The way out as a whole: gives every connection its lane, and keeps lanes apart.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use airlock_auth::CredentialSource;
use airlock_store::TenantId;

use crate::config::EgressConfig;
#[cfg(feature = "lowered-defences")]
use crate::defences::Defences;
use crate::error::EgressError;
use crate::gate::Gate;
use crate::lane::Lane;
use crate::lane_core::{LaneCore, Shared};
use crate::policy::{LaneId, LanePolicy, Purpose};
use crate::resolve::Resolve;
use crate::share::Share;
use crate::sinks::AuditSink;
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
        let trust = Trust::new(&config)?;
        Ok(Self::build(Shared {
            config,
            resolver,
            audit,
            trust,
            #[cfg(feature = "lowered-defences")]
            defences: Defences::UP,
        }))
    }

    /// Builds a way out with some defences down. For behaviour tests only.
    ///
    /// # Errors
    /// As [`Egress::new`].
    #[cfg(feature = "lowered-defences")]
    pub fn with_defences(
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        audit: Arc<dyn AuditSink>,
        defences: Defences,
    ) -> Result<Arc<Self>, EgressError> {
        tracing::debug!("{}", crate::defences::MARK);
        let trust = Trust::new(&config)?;
        Ok(Self::build(Shared {
            config,
            resolver,
            audit,
            trust,
            defences,
        }))
    }

    fn build(shared: Shared) -> Arc<Self> {
        Arc::new(Self {
            shared: Arc::new(shared),
            lanes: Mutex::default(),
        })
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
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        #[cfg(feature = "lowered-defences")]
        if !self.shared.defences.lane_isolation
            && let Some(any) = lanes
                .cores
                .values()
                .find(|core| core.policy.hosts == policy.hosts)
        {
            return Arc::clone(any);
        }
        let known = lanes.cores.get(&id);
        if let Some(core) = known
            && core.policy == policy
        {
            return Arc::clone(core);
        }
        // Another policy does not earn a connection another quota, nor sight of what was sent before.
        let (gate, confidential) = match known {
            Some(core) => (Arc::clone(&core.gate), Arc::clone(&core.confidential)),
            None => {
                let share = lanes.share(&id.tenant, &self.shared.config);
                let gate = Gate::new(&self.shared.config, id.purpose, share);
                (Arc::new(gate), Arc::default())
            }
        };
        let core = Arc::new(LaneCore::new(
            id.clone(),
            policy,
            Arc::clone(&self.shared),
            gate,
            confidential,
        ));
        lanes.cores.insert(id, Arc::clone(&core));
        lanes.sweep();
        core
    }

    /// Forgets the lane of `id`, as when its connection is removed: its idle sockets close as soon
    /// as no handle is left.
    pub fn close(&self, id: &LaneId) {
        let mut lanes = self.lanes.lock().unwrap_or_else(PoisonError::into_inner);
        lanes.cores.remove(id);
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
