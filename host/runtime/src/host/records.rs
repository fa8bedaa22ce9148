//! The history of runs: what the host remembers of each call that may have changed something.
//!
//! Reads and dry runs leave no record; they can be asked again.

use super::Host;
use crate::call::Call;
use crate::error::HostError;
use crate::under_way::UnderWay;
use airlock_store::{Run, RunFailure, RunOutcome, Store, TenantId};
use std::sync::Arc;
use time::OffsetDateTime;
use tokio::runtime::Handle;
use uuid::Uuid;

/// A record that has been begun. Dropped without an end, it says so.
pub(super) struct Record {
    store: Arc<dyn Store>,
    id: Uuid,
    tenant: TenantId,
    ended: bool,
    under_way: UnderWay,
}

impl Host {
    /// Begins the record of a call.
    pub(super) async fn begin_record(
        &self,
        call: &Call,
        action: &str,
    ) -> Result<Record, HostError> {
        let run = Run {
            id: Uuid::new_v4(),
            tenant: call.tenant.clone(),
            connection: call.connection.clone(),
            action: action.to_owned(),
            started_at: OffsetDateTime::now_utc(),
            finished_at: None,
            outcome: RunOutcome::Running,
            idempotency_key: call.idempotency_key.clone(),
        };
        self.store.begin_run(&run).await?;
        Ok(Record {
            store: Arc::clone(&self.store),
            id: run.id,
            tenant: run.tenant,
            ended: false,
            under_way: self.under_way.clone(),
        })
    }

    /// Runs `work` and keeps a record of it.
    pub(super) async fn recorded<T>(
        &self,
        call: &Call,
        action: &str,
        work: impl Future<Output = Result<T, HostError>>,
    ) -> Result<T, HostError> {
        let record = self.begin_record(call, action).await?;
        let result = work.await;
        record.end(result.as_ref().err()).await;
        result
    }
}

impl Record {
    /// Ends the record, with an error if there was one. That it could not be written is no error:
    /// the call's own result matters more.
    pub(super) async fn end(mut self, error: Option<&HostError>) {
        self.ended = true;
        let outcome = error.map_or(RunOutcome::Succeeded, |error| {
            RunOutcome::Failed(failure(error))
        });
        finish(
            Arc::clone(&self.store),
            self.id,
            self.tenant.clone(),
            outcome,
        )
        .await;
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        if self.ended {
            return;
        }
        let outcome = RunOutcome::Failed(RunFailure {
            error: "its caller went away before it ended: what it did is not known".to_owned(),
            ..RunFailure::default()
        });
        // Without a runtime the process ends, and the record stays as it was begun.
        if Handle::try_current().is_ok() {
            let (store, tenant) = (Arc::clone(&self.store), self.tenant.clone());
            self.under_way
                .spawn(finish(store, self.id, tenant, outcome));
        }
    }
}

async fn finish(store: Arc<dyn Store>, id: Uuid, tenant: TenantId, outcome: RunOutcome) {
    let now = OffsetDateTime::now_utc();
    if let Err(error) = store.finish_run(&id, &tenant, outcome, now).await {
        tracing::warn!(run = %id, %error, "the record of a run could not be finished");
    }
}

fn failure(error: &HostError) -> RunFailure {
    let said = match error {
        HostError::Connector(error) => error.failure(),
        _ => None,
    };
    RunFailure {
        error: error.to_string(),
        http_status: said.and_then(|said| said.status),
        code: said.and_then(|said| said.code.clone()),
        request_id: said.and_then(|said| said.request_id.clone()),
    }
}
