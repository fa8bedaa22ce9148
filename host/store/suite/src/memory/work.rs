//! Tasks and leases in memory. Test support.

use std::collections::BTreeMap;

use airlock_store::{Claim, LeaseTime, Next, Task, TaskKind, Wanted, Work, WorkerId};
use async_trait::async_trait;
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Memory, Result, Rows};

/// A task as it lies here.
#[derive(Clone, Debug)]
pub struct TaskRow {
    pub task: Task,
    pub owner: Option<WorkerId>,
    pub epoch: i64,
    pub failures: u32,
}

/// Tasks, leases, and the clock by which leases are judged.
#[derive(Default)]
pub struct Shared {
    pub tasks: BTreeMap<(Uuid, TaskKind), TaskRow>,
    pub leases: BTreeMap<WorkerId, LeaseTime>,
    /// Stands still unless a test moves it.
    pub clock: i64,
}

impl Rows {
    fn lives(&self, worker: WorkerId) -> bool {
        let lease = self.work.leases.get(&worker);
        lease.is_some_and(|until| until.0 > self.work.clock)
    }

    /// The task of this claim, if it is still its holder's.
    pub(super) fn held(&mut self, claim: &Claim) -> Option<&mut TaskRow> {
        let row = self.work.tasks.get_mut(&(claim.id, claim.kind))?;
        (row.owner == Some(claim.worker) && row.epoch == claim.epoch).then_some(row)
    }

    fn free(&self, kind: TaskKind) -> Vec<(OffsetDateTime, Uuid)> {
        let rows = self.work.tasks.values();
        let rows = rows.filter(|row| row.task.kind == kind);
        let rows = rows.filter(|row| row.owner.is_none_or(|owner| !self.lives(owner)));
        let mut free: Vec<_> = rows
            .filter_map(|row| Some((row.task.due?, row.task.id)))
            .collect();
        free.sort();
        free
    }
}

#[async_trait]
impl Work for Memory {
    async fn lease_time(&self) -> Result<LeaseTime> {
        Ok(LeaseTime(self.rows().work.clock))
    }

    async fn enlist(&self, worker: WorkerId, until: LeaseTime) -> Result<()> {
        let mut rows = self.rows();
        let now = rows.work.clock;
        rows.work.leases.retain(|_, until| until.0 > now);
        rows.work.leases.insert(worker, until);
        Ok(())
    }

    async fn renew(&self, worker: WorkerId, until: LeaseTime) -> Result<bool> {
        let mut rows = self.rows();
        if !rows.lives(worker) {
            return Ok(false);
        }
        rows.work.leases.insert(worker, until);
        Ok(true)
    }

    async fn leave(&self, worker: WorkerId) -> Result<()> {
        self.rows().work.leases.remove(&worker);
        Ok(())
    }

    async fn add_task(&self, task: &Task) -> Result<()> {
        let row = TaskRow {
            task: task.clone(),
            owner: None,
            epoch: 0,
            failures: 0,
        };
        let mut rows = self.rows();
        rows.work.tasks.entry((task.id, task.kind)).or_insert(row);
        Ok(())
    }

    async fn claim(&self, worker: WorkerId, wanted: &Wanted) -> Result<Vec<Claim>> {
        let mut rows = self.rows();
        if !rows.lives(worker) {
            return Ok(Vec::new());
        }
        let mut claims = Vec::new();
        for (due, id) in rows.free(wanted.kind) {
            let Some(row) = rows.work.tasks.get_mut(&(id, wanted.kind)) else {
                continue;
            };
            let busy = wanted.busy.contains(&row.task.tenant);
            if due > wanted.now || busy || claims.len() >= wanted.room {
                continue;
            }
            row.owner = Some(worker);
            row.epoch += 1;
            claims.push(Claim {
                id,
                kind: wanted.kind,
                tenant: row.task.tenant.clone(),
                worker,
                epoch: row.epoch,
                due,
                failures: row.failures,
            });
        }
        Ok(claims)
    }

    async fn give_back(&self, claim: &Claim, next: Next) -> Result<bool> {
        let mut rows = self.rows();
        let Some(row) = rows.held(claim) else {
            return Ok(false);
        };
        row.owner = None;
        row.task.due = next.due;
        row.failures = next.failures;
        Ok(true)
    }

    async fn next_due(&self, kind: TaskKind) -> Result<Option<OffsetDateTime>> {
        Ok(self.rows().free(kind).first().map(|(due, _)| *due))
    }
}
