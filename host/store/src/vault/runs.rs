//! The history of runs.
//!
//! Store layer. Error texts may quote a service's data and idempotency keys are business keys, so
//! all of a run but its identity and its tenant lies sealed.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::{Vault, bounds};
use crate::driver::{Driver, Keep, RunRow};
use crate::error::StoreError;
use crate::ids::{ConnectionName, TenantId};
use crate::model::{Run, RunFilter, RunOutcome};
use crate::seal::{Place, Purpose};
use crate::store::Runs;

/// Runs that are opened at once while runs are looked for; most filters admit many.
const AT_ONCE: usize = 256;

/// What of a run lies sealed.
#[derive(Serialize, Deserialize)]
struct Details {
    connection: ConnectionName,
    action: String,
    #[serde(with = "time::serde::rfc3339")]
    started_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    finished_at: Option<OffsetDateTime>,
    outcome: RunOutcome,
    idempotency_key: Option<String>,
}

impl Details {
    fn of(run: &Run) -> Self {
        Self {
            connection: run.connection.clone(),
            action: bounds::name(&run.action),
            started_at: run.started_at,
            finished_at: run.finished_at,
            outcome: bounds::outcome(run.outcome.clone()),
            idempotency_key: run.idempotency_key.as_deref().map(bounds::name),
        }
    }

    fn into_run(self, tenant: &TenantId, id: Uuid) -> Run {
        Run {
            id,
            tenant: tenant.clone(),
            connection: self.connection,
            action: self.action,
            started_at: self.started_at,
            finished_at: self.finished_at,
            outcome: self.outcome,
            idempotency_key: self.idempotency_key,
        }
    }
}

impl<D: Driver> Vault<D> {
    fn seal_run(
        &self,
        tenant: &TenantId,
        id: &Uuid,
        details: &Details,
    ) -> Result<Vec<u8>, StoreError> {
        in_place(tenant, id, |place| self.seal(place, details))
    }

    fn open_run(&self, tenant: &TenantId, id: &Uuid, sealed: &[u8]) -> Result<Details, StoreError> {
        in_place(tenant, id, |place| self.unseal(place, sealed))
    }

    async fn end_run(
        &self,
        id: &Uuid,
        tenant: &TenantId,
        outcome: RunOutcome,
        finished_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let outcome = bounds::outcome(outcome);
        while let Some(was) = self.driver.run(tenant, id).await? {
            let details = Details {
                outcome: outcome.clone(),
                finished_at: Some(finished_at),
                ..self.open_run(tenant, id, &was)?
            };
            let is = self.seal_run(tenant, id, &details)?;
            if self
                .driver
                .replace_run(Keep::Written, tenant, id, was, is)
                .await?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

fn in_place<T>(tenant: &TenantId, id: &Uuid, work: impl FnOnce(Place<'_>) -> T) -> T {
    work(Place {
        purpose: Purpose::Run,
        tenant,
        row: &[id.as_bytes()],
    })
}

#[async_trait]
impl<D: Driver> Runs for Vault<D> {
    async fn begin_run(&self, run: &Run) -> Result<(), StoreError> {
        let row = RunRow {
            id: run.id,
            tenant: run.tenant.clone(),
            details: self.seal_run(&run.tenant, &run.id, &Details::of(run))?,
        };
        self.driver.add_run(Keep::Written, row).await
    }

    async fn finish_run(
        &self,
        id: &Uuid,
        tenant: &TenantId,
        outcome: RunOutcome,
        finished_at: OffsetDateTime,
    ) -> Result<bool, StoreError> {
        let (id, tenant) = (*id, tenant.clone());
        self.to_the_end(
            |vault| async move { vault.end_run(&id, &tenant, outcome, finished_at).await },
        )
        .await
    }

    async fn run(&self, tenant: &TenantId, id: &Uuid) -> Result<Option<Run>, StoreError> {
        let Some(sealed) = self.driver.run(tenant, id).await? else {
            return Ok(None);
        };
        let details = self.open_run(tenant, id, &sealed)?;
        Ok(Some(details.into_run(tenant, *id)))
    }

    /// Sealed rows tell nothing, so they are opened one after the other until enough are found.
    async fn runs(
        &self,
        tenant: &TenantId,
        filter: &RunFilter,
        limit: usize,
    ) -> Result<Vec<Run>, StoreError> {
        let mut found = Vec::new();
        let mut before = filter.before;
        while found.len() < limit {
            let rows = self.driver.runs(tenant, before.as_ref(), AT_ONCE).await?;
            let Some(oldest) = rows.last() else {
                break;
            };
            before = Some(oldest.id);
            for row in rows {
                let details = self.open_run(tenant, &row.id, &row.details)?;
                let run = details.into_run(tenant, row.id);
                if found.len() < limit && filter.admits(&run) {
                    found.push(run);
                }
            }
        }
        Ok(found)
    }
}
