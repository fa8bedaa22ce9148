//! The journey of one call: connection and tenant, admission, instance, answer.

use super::Host;
use super::keyed::Begin;
use super::output::Output;
use super::records::Record;
use super::wirings::Ready;
use crate::about::{Action, Choice};
use crate::call::{ByteStream, Call, Performed, Piped, ProgressFn};
use crate::config::Isolation;
use crate::contract::{self, exports, types};
use crate::error::HostError;
use crate::idempotency::{Way, key_to_keep};
use crate::instance::{self, Answer, Limits, Operation, Setup, Text, once};
use crate::json;
use crate::names::unknown;
use crate::under_way::CallUnderWay;
use airlock_egress::{DryRequest, DryRun};
use airlock_store::{ConnectionName, TenantId};
use futures::FutureExt;
use serde_json::Value;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

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
        let _under_way = self.under_way.begin_call()?;
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Check {
            connection: contract_connection(&ready),
        };
        let answer = self.run(&ready, operation, Manner::default()).await?;
        let text = document("the answer to a check", answer)?;
        json::read("the answer to a check", text, &self.limits(&ready)).await
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
        let _under_way = self.under_way.begin_call()?;
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Choices {
            connection: contract_connection(&ready),
            source: source.to_owned(),
            form: json::text(form)?,
        };
        match self.run(&ready, operation, Manner::default()).await? {
            Answer::Choices(choices) => {
                let values = choices
                    .iter()
                    .map(|(value, _)| json::values(&value.text))
                    .sum();
                json::few_enough("the choices", values, self.config.budgets.answer_values)?;
                choices
                    .into_iter()
                    .map(|(value, label)| {
                        Ok(Choice {
                            value: json::parse("a choice", &value.text)?,
                            label,
                        })
                    })
                    .collect()
            }
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
        let _under_way = self.under_way.begin_call()?;
        let ready = self.ready(tenant, name).await?;
        let operation = Operation::Refine {
            connection: contract_connection(&ready),
            operation: action(&ready, operation)?.name.clone(),
            form: json::text(form)?,
        };
        let answer = self.run(&ready, operation, Manner::default()).await?;
        let text = document("the refined schema", answer)?;
        json::read("the refined schema", text, &self.limits(&ready)).await
    }

    /// Runs an action and answers its whole output.
    ///
    /// # Errors
    /// As [`Host::perform`].
    pub async fn invoke(&self, call: &Call) -> Result<Value, HostError> {
        Ok(self.perform(call).await?.output)
    }

    /// Runs an action and answers its whole output, and whether that is an earlier call's answer
    /// under the same idempotency key.
    ///
    /// # Errors
    /// [`HostError::Connector`] with the service's own words; budget, deadline and quota errors
    /// name the setting behind them. [`HostError::Idempotency`] when the key cannot be used for
    /// this call.
    pub async fn perform(&self, call: &Call) -> Result<Performed, HostError> {
        self.performed(call).await
    }

    /// The same with the JSON text that the connector wrote, for a caller that passes it on: a value
    /// in memory takes many times as much.
    ///
    /// # Errors
    /// As [`Host::perform`].
    pub async fn perform_text(&self, call: &Call) -> Result<Performed<String>, HostError> {
        self.performed(call).await
    }

    async fn performed<T: Output>(&self, call: &Call) -> Result<Performed<T>, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        let held = match key_to_keep(call.idempotency_key.as_deref(), action, Way::Once)? {
            None => None,
            Some(key) => match Box::pin(self.hold(&ready, action, key, &call.input)).await? {
                Begin::Run(held) => Some(held),
                Begin::Replay { json, at } => {
                    return Ok(Performed {
                        output: T::kept(json)?,
                        replayed: Some(at),
                    });
                }
            },
        };
        let operation = Operation::Invoke(contract::request(
            contract_connection(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            held.as_ref().is_some_and(|held| held.may_be_done),
            self.longest(call.deadline),
        ));
        let manner = Manner {
            deadline: call.deadline,
            progress: call.progress.clone(),
            dry_run: None,
        };
        // Pinned where it is made: awaiting it elsewhere would move its 1.8 KiB first.
        let work = pin!(async {
            let answer = self.run(&ready, operation, manner).await?;
            T::read(document("the output", answer)?, &self.limits(&ready)).await
        });
        let result = if action.traits.read_only {
            work.await
        } else {
            Box::pin(self.recorded(call, &action.name, work)).await
        };
        if let Some(held) = held {
            Box::pin(self.settle(held, &result)).await;
        }
        Ok(Performed {
            output: result?,
            replayed: None,
        })
    }

    /// Runs an action flagged `pipes`: what it makes comes piece by piece.
    ///
    /// # Errors
    /// As [`Host::invoke`], before the first byte; after it, [`Piped::done`] tells.
    pub async fn pipe(&self, call: &Call, body: Option<ByteStream>) -> Result<Piped, HostError> {
        let under_way = self.under_way.begin_call()?;
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        if !action.traits.pipes {
            return Err(HostError::Input(format!(
                "the action \"{}\" answers once and does not stream; run it without streaming",
                action.name
            )));
        }
        key_to_keep(call.idempotency_key.as_deref(), action, Way::Streaming)?;
        let request = contract::request(
            contract_connection(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            false,
            self.longest_stream(call.deadline),
        );
        let work = self.stream(&ready, call, request, body, under_way);
        if action.traits.read_only {
            return work.await;
        }
        let record = self.begin_record(call, &action.name).await?;
        match work.await {
            Ok(piped) => Ok(recorded_to_its_end(piped, record)),
            Err(error) => {
                record.end(Some(&error)).await;
                Err(error)
            }
        }
    }

    async fn stream(
        &self,
        ready: &Ready,
        call: &Call,
        request: exports::actions::Request,
        body: Option<ByteStream>,
        under_way: CallUnderWay,
    ) -> Result<Piped, HostError> {
        let held = (
            under_way,
            ready.meter.admit_call().await?,
            self.pool.room(&ready.meter).await?,
        );
        instance::pipe(
            &ready.component.blueprint,
            self.setup(ready, call.progress.clone(), None),
            request,
            body,
            self.longest_stream(call.deadline),
            held,
            &self.under_way,
        )
        .await
    }

    /// The request that a call would send. Requests that only prepare it, such as reading
    /// metadata, are sent; it itself is not, and no credential is asked for on its behalf.
    ///
    /// # Errors
    /// As [`Host::invoke`]; [`HostError::Connector`] when the input never becomes a request.
    pub async fn dry_run(&self, call: &Call) -> Result<DryRequest, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let ready = self.ready(&call.tenant, &call.connection).await?;
        let action = action(&ready, &call.action)?;
        key_to_keep(call.idempotency_key.as_deref(), action, Way::Once)?;
        let operation = Operation::Invoke(contract::request(
            contract_connection(&ready),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            false,
            self.longest(call.deadline),
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

    /// How long a call that answers once may last.
    fn longest(&self, deadline: Option<Duration>) -> Duration {
        let longest = Duration::from_millis(self.config.budgets.call_ms);
        deadline.map_or(longest, |deadline| deadline.min(longest))
    }

    /// How long a call that streams may last.
    fn longest_stream(&self, deadline: Option<Duration>) -> Duration {
        let longest = Duration::from_millis(self.config.budgets.pipe_ms);
        deadline.map_or(longest, |deadline| deadline.min(longest))
    }

    async fn run(
        &self,
        ready: &Ready,
        operation: Operation,
        manner: Manner,
    ) -> Result<Answer, HostError> {
        let deadline = self.longest(manner.deadline);
        let by_caller = deadline < self.longest(None);
        tokio::time::timeout(deadline, self.run_admitted(ready, operation, manner))
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

    async fn run_admitted(
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
        ready.meter.take_turn().await;
        if own {
            let _room = self.pool.room(&ready.meter).await?;
            let setup = self.setup(ready, manner.progress, manner.dry_run);
            let call = once::call(&ready.component.blueprint, setup, operation);
            return Box::pin(call).await;
        }
        self.pool
            .call(
                &ready.key,
                &ready.component.blueprint,
                &ready.meter,
                || self.setup(ready, None, None),
                operation,
            )
            .await
    }

    fn limits(&self, ready: &Ready) -> Limits {
        Limits {
            config: Arc::clone(&self.config),
            tenant: Arc::clone(&ready.meter),
        }
    }

    fn setup(
        &self,
        ready: &Ready,
        progress: Option<ProgressFn>,
        dry_run: Option<Arc<DryRun>>,
    ) -> Setup {
        Setup {
            limits: self.limits(ready),
            label: Arc::clone(&ready.label),
            lane: Some(Arc::clone(&ready.wiring.lane)),
            dry_run,
            progress,
        }
    }
}

/// How a call is to be run.
#[derive(Default)]
struct Manner {
    deadline: Option<Duration>,
    progress: Option<ProgressFn>,
    dry_run: Option<Arc<DryRun>>,
}

/// A stream whose end is written down when it is known.
fn recorded_to_its_end(piped: Piped, record: Record) -> Piped {
    let Piped {
        content_type,
        data,
        done,
    } = piped;
    let done = async move {
        let result = done.await;
        record.end(result.as_ref().err()).await;
        result
    };
    Piped {
        content_type,
        data,
        done: done.boxed(),
    }
}

/// A connection as the component sees it.
fn contract_connection(ready: &Ready) -> types::Connection {
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

fn document(what: &str, answer: Answer) -> Result<Text, HostError> {
    match answer {
        Answer::Json(text) => Ok(text),
        Answer::Choices(_) => Err(HostError::Defect(format!("{what} came as choices"))),
    }
}
