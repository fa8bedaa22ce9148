//! Work that hosts share: nothing of it is sealed, so it passes through. Store layer.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::Vault;
use crate::driver::Driver;
use crate::error::StoreError;
use crate::model::{Claim, LeaseTime, Next, Task, TaskKind, Wanted, WorkerId};
use crate::store::Work;

#[async_trait]
impl<D: Driver> Work for Vault<D> {
    async fn lease_time(&self) -> Result<LeaseTime, StoreError> {
        self.driver.lease_time().await
    }

    async fn enlist(&self, worker: WorkerId, until: LeaseTime) -> Result<(), StoreError> {
        self.driver.enlist(worker, until).await
    }

    async fn renew(&self, worker: WorkerId, until: LeaseTime) -> Result<bool, StoreError> {
        self.driver.renew(worker, until).await
    }

    async fn leave(&self, worker: WorkerId) -> Result<(), StoreError> {
        self.driver.leave(worker).await
    }

    async fn add_task(&self, task: &Task) -> Result<(), StoreError> {
        self.driver.add_task(task).await
    }

    async fn claim(&self, worker: WorkerId, wanted: &Wanted) -> Result<Vec<Claim>, StoreError> {
        self.driver.claim(worker, wanted).await
    }

    async fn give_back(&self, claim: &Claim, next: Next) -> Result<bool, StoreError> {
        self.driver.give_back(claim, next).await
    }

    async fn next_due(&self, kind: TaskKind) -> Result<Option<OffsetDateTime>, StoreError> {
        self.driver.next_due(kind).await
    }
}
