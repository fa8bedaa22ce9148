//! What does the work: claims what is due, as far as there is room, and does it.
//!
//! One loop for any number of subscriptions: none of them has a task or a connection while nothing is due.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use airlock_runtime::Host;
use airlock_runtime::store::{Claim, Next, Store, TaskKind, TenantId, Wanted};
use airlock_work::{Backoff, LeaseRules, Room, Worker};
use parking_lot::Mutex;
use time::OffsetDateTime;
use tokio::task::JoinSet;

use crate::bell::Bell;
use crate::deliver::deliver;
use crate::error::TriggerError;
use crate::poll::poll;

/// When work that could not be finished is taken up again.
const UNFINISHED: Backoff = Backoff {
    first: Duration::from_secs(5),
    factor: 2,
    most: Duration::from_secs(900),
};

/// How much an engine takes on.
#[derive(Clone, Copy, Debug)]
pub struct EngineRules {
    /// How its lease is kept.
    pub lease: LeaseRules,
    /// Polls under way at once.
    pub polls: Room,
    /// Lanes under way at once.
    pub lanes: Room,
    /// The longest wait before it looks for what others have added.
    pub looks_every: Duration,
    /// How long what is under way may still take when it ends.
    pub ends_within: Duration,
}

impl Default for EngineRules {
    fn default() -> Self {
        Self {
            lease: LeaseRules::default(),
            polls: Room {
                whole: 32,
                each: 16,
            },
            lanes: Room {
                whole: 64,
                each: 32,
            },
            looks_every: Duration::from_millis(250),
            ends_within: Duration::from_secs(30),
        }
    }
}

/// Polls what is due and hands over what was found.
pub struct Engine {
    host: Arc<Host>,
    worker: Worker,
    rules: EngineRules,
    under_way: Mutex<BTreeMap<TaskKind, BTreeMap<TenantId, usize>>>,
}

impl Engine {
    /// An engine over a host's store, among any others there are.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn start(host: Arc<Host>, rules: EngineRules) -> Result<Arc<Self>, TriggerError> {
        let worker = Worker::enlist(Arc::clone(host.store()) as _, rules.lease).await?;
        Ok(Arc::new(Self {
            host,
            worker,
            rules,
            under_way: Mutex::default(),
        }))
    }

    /// Works until the bell rings. What is under way then may end; what takes longer than the rules say is
    /// left as if this host had died, and others go on with it at once.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn run(self: &Arc<Self>, bell: &Bell) -> Result<(), TriggerError> {
        let mut tasks = JoinSet::new();
        let worked = tokio::select! {
            worked = self.work(bell, &mut tasks) => worked,
            () = self.worker.keep() => Ok(()),
        };
        let ended = async { while tasks.join_next().await.is_some() {} };
        let ended = async {
            tokio::select! {
                () = ended => {}
                () = self.worker.keep() => {}
            }
        };
        let _ = tokio::time::timeout(self.rules.ends_within, ended).await;
        tasks.shutdown().await;
        self.worker.leave().await?;
        worked
    }

    async fn work(
        self: &Arc<Self>,
        bell: &Bell,
        tasks: &mut JoinSet<()>,
    ) -> Result<(), TriggerError> {
        while !bell.has_rung() {
            let mut claimed = 0;
            for kind in [TaskKind::Deliver, TaskKind::Poll] {
                for claim in self.claim(kind).await? {
                    claimed += 1;
                    let engine = Arc::clone(self);
                    self.count(&claim, 1);
                    tasks.spawn(async move { engine.perform(claim).await });
                }
            }
            if claimed > 0 {
                continue;
            }
            tokio::select! {
                () = bell.rung() => {}
                Some(_) = tasks.join_next() => {}
                () = tokio::time::sleep(self.rules.looks_every) => {}
            }
        }
        Ok(())
    }

    /// Claims what is due; a look that finds nothing takes no lock.
    async fn claim(&self, kind: TaskKind) -> Result<Vec<Claim>, TriggerError> {
        let room = match kind {
            TaskKind::Poll => self.rules.polls,
            TaskKind::Deliver => self.rules.lanes,
        };
        let (room, busy) = match self.under_way.lock().get(&kind) {
            Some(under_way) => room.left(under_way),
            None => room.left(&BTreeMap::new()),
        };
        let now = OffsetDateTime::now_utc();
        let due = self.host.store().next_due(kind).await?;
        if room == 0 || due.is_none_or(|due| due > now) {
            return Ok(Vec::new());
        }
        let wanted = Wanted {
            kind,
            now,
            room,
            busy,
        };
        Ok(self.worker.claim(&wanted).await?)
    }

    async fn perform(&self, claim: Claim) {
        let store: &dyn Store = &**self.host.store();
        let done = match claim.kind {
            TaskKind::Poll => poll(&self.host, store, &claim).await.map(drop),
            TaskKind::Deliver => deliver(&self.host, store, &self.worker, &claim).await,
        };
        if let Err(error) = done {
            tracing::warn!(task = %claim.id, kind = claim.kind.as_str(), %error, "work was not finished");
            let failures = claim.failures.saturating_add(1);
            let next = Next {
                due: Some(
                    OffsetDateTime::now_utc() + UNFINISHED.after(failures, fastrand::u64(..)),
                ),
                failures,
            };
            // Where the store is away it is anybody's when this host's lease is over.
            let _ = store.give_back(&claim, next).await;
        }
        self.count(&claim, -1);
    }

    fn count(&self, claim: &Claim, more: isize) {
        let mut under_way = self.under_way.lock();
        let tenants = under_way.entry(claim.kind).or_default();
        let count = tenants.entry(claim.tenant.clone()).or_default();
        *count = count.saturating_add_signed(more);
        if *count == 0 {
            tenants.remove(&claim.tenant);
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}
