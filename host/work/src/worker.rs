//! A host's place among those that share a store: its lease, and the claims that hang on it.

use std::sync::Arc;

use airlock_store::{Claim, LeaseTime, StoreError, Wanted, Work, WorkerId};
use parking_lot::Mutex;

use crate::lease::LeaseRules;

/// One host among those that share the work of a store.
///
/// Somebody has to call [`beat`](Self::beat) as often as the rules say, or [`keep`](Self::keep), which does.
pub struct Worker {
    work: Arc<dyn Work>,
    rules: LeaseRules,
    lease: Mutex<Lease>,
}

#[derive(Clone, Copy)]
struct Lease {
    worker: WorkerId,
    renewed: LeaseTime,
}

impl Worker {
    /// Enters this host under a new identity.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn enlist(work: Arc<dyn Work>, rules: LeaseRules) -> Result<Self, StoreError> {
        let lease = entered(&*work, rules).await?;
        Ok(Self {
            work,
            rules,
            lease: Mutex::new(lease),
        })
    }

    /// Renews the lease. One that is over is not renewed: this host enters anew, and what it had claimed
    /// before is somebody else's; that is told by `false`.
    ///
    /// # Errors
    /// The store cannot be written; the lease goes on towards its end.
    pub async fn beat(&self) -> Result<bool, StoreError> {
        let worker = self.lease.lock().worker;
        let now = self.work.lease_time().await?;
        if self.work.renew(worker, self.rules.until(now)).await? {
            self.lease.lock().renewed = now;
            return Ok(true);
        }
        let lease = entered(&*self.work, self.rules).await?;
        *self.lease.lock() = lease;
        Ok(false)
    }

    /// Renews the lease again and again, for as long as it is polled.
    pub async fn keep(&self) {
        loop {
            tokio::time::sleep(self.rules.renewed_every).await;
            match self.beat().await {
                Ok(true) => {}
                Ok(false) => {
                    tracing::warn!("this host's lease ran out; it goes on under a new one")
                }
                Err(error) => tracing::warn!(%error, "this host's lease was not renewed"),
            }
        }
    }

    /// Claims tasks, as [`Work::claim`] does; none while this host may begin nothing.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn claim(&self, wanted: &Wanted) -> Result<Vec<Claim>, StoreError> {
        let lease = *self.lease.lock();
        if !self
            .rules
            .may_begin(lease.renewed, self.work.lease_time().await?)
        {
            return Ok(Vec::new());
        }
        self.work.claim(lease.worker, wanted).await
    }

    /// Whether an effect under this claim may begin now. To be asked right before it: whoever is not sure
    /// to hold the lease drops the claim without a word, as if it had died.
    ///
    /// # Errors
    /// The store cannot be asked.
    pub async fn may_begin(&self, claim: &Claim) -> Result<bool, StoreError> {
        let lease = *self.lease.lock();
        let now = self.work.lease_time().await?;
        Ok(claim.worker == lease.worker && self.rules.may_begin(lease.renewed, now))
    }

    /// Leaves: what this host still has is anybody's at once.
    ///
    /// # Errors
    /// The store cannot be written; the lease ends by itself.
    pub async fn leave(&self) -> Result<(), StoreError> {
        let worker = self.lease.lock().worker;
        self.work.leave(worker).await
    }
}

async fn entered(work: &dyn Work, rules: LeaseRules) -> Result<Lease, StoreError> {
    let worker = WorkerId::random();
    let renewed = work.lease_time().await?;
    work.enlist(worker, rules.until(renewed)).await?;
    Ok(Lease { worker, renewed })
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Worker")
            .field("rules", &self.rules)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use airlock_store::{Next, Task, TaskKind};
    use airlock_store_suite::memory::Memory;
    use time::OffsetDateTime;
    use time::macros::datetime;
    use uuid::Uuid;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
    const WANTED: Wanted = Wanted {
        kind: TaskKind::Deliver,
        now: NOW,
        room: 10,
        busy: Vec::new(),
    };

    async fn one_task() -> Memory {
        let memory = Memory::default();
        let task = Task {
            id: Uuid::new_v4(),
            kind: TaskKind::Deliver,
            tenant: "a".parse().unwrap(),
            due: Some(NOW),
        };
        memory.add_task(&task).await.unwrap();
        memory
    }

    async fn worker(memory: &Memory) -> Worker {
        Worker::enlist(Arc::new(memory.clone()), LeaseRules::default())
            .await
            .unwrap()
    }

    fn pass(memory: &Memory, milliseconds: i64) {
        memory.rows().work.clock += milliseconds;
    }

    #[tokio::test]
    async fn whoever_renews_keeps_what_it_has() {
        let memory = one_task().await;
        let (one, two) = (worker(&memory).await, worker(&memory).await);
        let claim = one.claim(&WANTED).await.unwrap().remove(0);
        for _ in 0..10 {
            pass(&memory, 2_000);
            assert_eq!(one.beat().await, Ok(true));
            assert_eq!(two.beat().await, Ok(true));
            assert_eq!(one.may_begin(&claim).await, Ok(true));
            assert!(two.claim(&WANTED).await.unwrap().is_empty());
        }
    }

    /// As after a machine was suspended: the lease's clock went on, whatever other clocks say.
    #[tokio::test]
    async fn whoever_was_frozen_begins_nothing_and_what_it_had_is_anothers() {
        let memory = one_task().await;
        let (frozen, other) = (worker(&memory).await, worker(&memory).await);
        let claim = frozen.claim(&WANTED).await.unwrap().remove(0);
        pass(&memory, 6_000);
        assert_eq!(frozen.may_begin(&claim).await, Ok(false));
        assert_eq!(other.beat().await, Ok(true));
        assert!(other.claim(&WANTED).await.unwrap().is_empty(), "not yet");
        pass(&memory, 3_600_000);

        assert_eq!(other.beat().await, Ok(false), "it was frozen as well");
        let taken = other.claim(&WANTED).await.unwrap().remove(0);
        assert_eq!(frozen.beat().await, Ok(false));

        assert_eq!(
            frozen.may_begin(&claim).await,
            Ok(false),
            "under another lease"
        );
        let next = Next {
            due: None,
            failures: 0,
        };
        assert_eq!(memory.give_back(&claim, next).await, Ok(false));
        assert_eq!(memory.give_back(&taken, next).await, Ok(true));
    }

    #[tokio::test]
    async fn whoever_leaves_lets_others_go_on_at_once() {
        let memory = one_task().await;
        let (leaving, staying) = (worker(&memory).await, worker(&memory).await);
        assert_eq!(leaving.claim(&WANTED).await.unwrap().len(), 1);
        leaving.leave().await.unwrap();
        assert_eq!(staying.claim(&WANTED).await.unwrap().len(), 1);
    }
}
