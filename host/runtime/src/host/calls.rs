//! The journey of one call: connection and tenant, admission, instance, answer.

use super::connections::kind_of;
use super::wirings::Ready;
use super::{Host, unknown};
use crate::about::{Action, Choice};
use crate::call::{ByteStream, Call, Piped, ProgressFn};
use crate::config::Isolation;
use crate::connection::wire;
use crate::contract::{self, types};
use crate::error::HostError;
use crate::instance::{self, Answer, Key, Limits, Operation, Setup, once};
use crate::json;
use airlock_egress::{DryRequest, DryRun};
use airlock_store::{ConnectionName, Run, RunOutcome, TenantId};
use serde_json::Value;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use uuid::Uuid;

impl Host {
    /// Proves that a connection works; answers whom it speaks as.
    ///
    /// # Errors
    /// What the service, the way there or the connection's settings have against it.
    pub async fn check(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Value, HostError> {
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Check {
            connection: outward(&ready),
        };
        let answer = self.run(&ready, operation, Manner::default()).await?;
        document("the answer to a check", answer)
    }

    /// The entries of the drop-down `source`, given the form so far.
    ///
    /// # Errors
    /// As [`Host::check`].
    pub async fn choices(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        source: &str,
        form: &Value,
    ) -> Result<Vec<Choice>, HostError> {
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Choices {
            connection: outward(&ready),
            source: source.to_owned(),
            form: json::text(form)?,
        };
        match self.run(&ready, operation, Manner::default()).await? {
            Answer::Choices(choices) => choices
                .into_iter()
                .map(|(value, label)| {
                    Ok(Choice {
                        value: json::parse("a choice", &value)?,
                        label,
                    })
                })
                .collect(),
            Answer::Json(_) => Err(HostError::Defect("choices answered a document".to_owned())),
        }
    }

    /// The schema of an action's input once part of it is known.
    ///
    /// # Errors
    /// As [`Host::check`].
    pub async fn refine(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        operation: &str,
        form: &Value,
    ) -> Result<Value, HostError> {
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Refine {
            connection: outward(&ready),
            operation: action(&ready, operation)?.name.clone(),
            form: json::text(form)?,
        };
        let answer = self.run(&ready, operation, Manner::default()).await?;
        document("the refined schema", answer)
    }

    /// Runs an action and answers its whole output.
    ///
    /// # Errors
    /// [`HostError::Connector`] with the service's own words; budget, deadline and quota errors
    /// name the setting behind them.
    pub async fn invoke(&self, call: &Call) -> Result<Value, HostError> {
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        let operation = Operation::Invoke(contract::request(
            outward(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
        ));
        let manner = Manner {
            deadline: call.deadline,
            progress: call.progress.clone(),
            dry_run: None,
        };
        // Pinned where it is made: awaiting it elsewhere would move its 1.8 KiB first.
        let work = pin!(async {
            let answer = self.run(&ready, operation, manner).await?;
            document("the output", answer)
        });
        if action.traits.read_only {
            work.await
        } else {
            Box::pin(self.recorded(call, &action.name, work)).await
        }
    }

    /// Runs an action flagged `pipes`: what it makes comes piece by piece.
    ///
    /// # Errors
    /// As [`Host::invoke`], before the first byte; after it, [`Piped::done`] tells.
    pub async fn pipe(&self, call: &Call, body: Option<ByteStream>) -> Result<Piped, HostError> {
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        if !action.traits.pipes {
            return Err(HostError::Input(format!(
                "the action \"{}\" answers once and does not stream; run it without streaming",
                action.name
            )));
        }
        let held = (
            ready.meter.admit_call().await?,
            ready.meter.admit_instance().await?,
            self.pool.place().await?,
        );
        let request = contract::request(
            outward(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
        );
        let longest = Duration::from_millis(self.config.budgets.pipe_ms);
        instance::pipe(
            &self.engine,
            &ready.component.blueprint,
            self.setup(&ready, call.progress.clone(), None),
            request,
            body,
            call.deadline
                .map_or(longest, |deadline| deadline.min(longest)),
            held,
        )
        .await
    }

    /// The request that a call would send. Requests that only prepare it, such as reading
    /// metadata, are sent; it itself is not, and no credential is asked for on its behalf.
    ///
    /// # Errors
    /// As [`Host::invoke`]; [`HostError::Connector`] when the input never becomes a request.
    pub async fn dry_run(&self, call: &Call) -> Result<DryRequest, HostError> {
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        let operation = Operation::Invoke(contract::request(
            outward(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
        ));
        let dry_run = Arc::new(DryRun::default());
        let manner = Manner {
            deadline: call.deadline,
            progress: None,
            dry_run: Some(Arc::clone(&dry_run)),
        };
        let answer = self.run(&ready, operation, manner).await;
        match (dry_run.take(), answer) {
            (Some(request), _) => Ok(request),
            (None, Err(error)) => Err(error),
            (None, Ok(_)) => Err(HostError::Input(format!(
                "the action \"{}\" sends no request for this input",
                action.name
            ))),
        }
    }

    /// The connection, its lane and its component, from memory if they were used a moment ago.
    async fn ready(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<Ready>, HostError> {
        match self.wirings.fresh(tenant, name) {
            Some(ready) => Ok(ready),
            None => Box::pin(self.read(tenant, name)).await,
        }
    }

    /// The same as they are stored now.
    async fn read(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<Arc<Ready>, HostError> {
        let connection = self.connection(tenant, name).await?;
        let component = self.component(tenant, &connection.connector).await?;
        if let Some(ready) = self.wirings.stale(tenant, name)
            && ready.wiring.connection == connection
            && ready.component.digest == component.digest
        {
            self.wirings.keep(Arc::clone(&ready));
            return Ok(ready);
        }
        let kind = kind_of(&component.about, &connection)?;
        let secrets = self.store.secrets(&connection).await?;
        self.pool.retire(tenant, &connection.id);
        let label = format!("{tenant}/{name}").into();
        let key = Key {
            tenant: tenant.clone(),
            connection: connection.id,
            digest: component.digest,
        };
        let ready = Arc::new(Ready {
            wiring: wire(&self.egress, &self.tokens, kind, connection, secrets)?,
            component,
            label,
            key,
            meter: self.tenants.meter(tenant),
        });
        self.wirings.keep(Arc::clone(&ready));
        Ok(ready)
    }

    async fn run(
        &self,
        ready: &Ready,
        operation: Operation,
        manner: Manner,
    ) -> Result<Answer, HostError> {
        let longest = Duration::from_millis(self.config.budgets.call_ms);
        let deadline = manner
            .deadline
            .map_or(longest, |deadline| deadline.min(longest));
        let by_caller = deadline < longest;
        tokio::time::timeout(deadline, self.run_unhurried(ready, operation, manner))
            .await
            .unwrap_or_else(|_| {
                Err(HostError::Deadline {
                    after_ms: u64::try_from(deadline.as_millis()).unwrap_or(u64::MAX),
                    advice: if by_caller {
                        "give it a longer --deadline, or ask for less".to_owned()
                    } else {
                        "raise call-ms under [budgets], or ask for less".to_owned()
                    },
                })
            })
    }

    async fn run_unhurried(
        &self,
        ready: &Ready,
        operation: Operation,
        manner: Manner,
    ) -> Result<Answer, HostError> {
        let _call = ready.meter.admit_call().await?;
        // Progress and dry runs belong to one call, and so needs its instance.
        let own = self.config.runtime.isolation == Isolation::PerCall
            || manner.progress.is_some()
            || manner.dry_run.is_some();
        if own {
            let _held = (
                ready.meter.queue_for_own().await,
                ready.meter.admit_instance().await?,
                self.pool.place().await?,
            );
            let setup = self.setup(ready, manner.progress, manner.dry_run);
            let call = once::call(&self.engine, &ready.component.blueprint, setup, operation);
            return Box::pin(call).await;
        }
        ready.meter.queue().await;
        self.pool
            .call(
                &ready.key,
                &ready.component,
                &ready.meter,
                || self.setup(ready, None, None),
                operation,
            )
            .await
    }

    fn setup(
        &self,
        ready: &Ready,
        progress: Option<ProgressFn>,
        dry_run: Option<Arc<DryRun>>,
    ) -> Setup {
        Setup {
            limits: Limits {
                config: Arc::clone(&self.config),
                tenant: Arc::clone(&ready.meter),
            },
            label: Arc::clone(&ready.label),
            lane: Some(Arc::clone(&ready.wiring.lane)),
            dry_run,
            progress,
        }
    }

    /// Keeps a record of a call that may change something.
    async fn recorded(
        &self,
        call: &Call,
        action: &str,
        work: impl Future<Output = Result<Value, HostError>>,
    ) -> Result<Value, HostError> {
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
        let result = work.await;
        let outcome = match &result {
            Ok(_) => RunOutcome::Succeeded,
            Err(error) => RunOutcome::Failed {
                error: error.to_string(),
            },
        };
        let finished = self
            .store
            .finish_run(&run.id, &run.tenant, outcome, OffsetDateTime::now_utc())
            .await;
        if let Err(error) = finished {
            // The call's own result matters more than its record.
            tracing::warn!(run = %run.id, %error, "the record of a run could not be finished");
        }
        result
    }
}

/// How a call is to be run.
#[derive(Default)]
struct Manner {
    deadline: Option<Duration>,
    progress: Option<ProgressFn>,
    dry_run: Option<Arc<DryRun>>,
}

/// A connection as the component sees it.
fn outward(ready: &Ready) -> types::Connection {
    types::Connection {
        id: ready.wiring.connection.id.to_string(),
        settings: ready.wiring.settings.clone(),
    }
}

fn action<'a>(ready: &'a Ready, name: &str) -> Result<&'a Action, HostError> {
    let about = &ready.component.about;
    about.action(name).ok_or_else(|| {
        let known: Vec<&str> = about
            .actions
            .iter()
            .map(|action| action.name.as_str())
            .collect();
        unknown("action", name, &known)
    })
}

fn document(what: &str, answer: Answer) -> Result<Value, HostError> {
    match answer {
        Answer::Json(text) => json::parse(what, &text),
        Answer::Choices(_) => Err(HostError::Defect(format!("{what} came as choices"))),
    }
}
