//! What a caller may ask of a connection. Each is counted in, told in a span, resolved, run and answered.

use super::Host;
use super::connection_cache::ResolvedConnection;
use super::keyed::Begin;
use super::records::Record;
use super::run::RunOptions;
use crate::about::{Action, Choice};
use crate::answer::{Invoked, JsonText};
use crate::call::{ByteStream, Call, Piped};
use crate::contract::{self, exports, types};
use crate::error::{ActionFault, HostError, Named};
use crate::idempotency::key_to_keep;
use crate::instance::{self, Check, Choices, Invoke, Refine, Text};
use crate::json;
use crate::spans::{self, Asked};
use crate::under_way::CallUnderWay;
use airlock_store::{ConnectionName, TenantId};
use futures::FutureExt;
use serde_json::Value;
use std::pin::pin;

impl Host {
    /// Proves that a connection works; answers whom it speaks as.
    ///
    /// # Errors
    /// What the service, the way there or the connection's settings have against it.
    pub async fn check(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<JsonText, HostError> {
        spans::call(Asked::of("check", tenant, name), self.checked(tenant, name)).await
    }

    async fn checked(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
    ) -> Result<JsonText, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(tenant, name).await?;
        let operation = Check {
            connection: contract_connection(&resolved),
        };
        let answer = self
            .run(&resolved, operation, RunOptions::default())
            .await?;
        self.document("the answer to a check", answer, &resolved)
            .await
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
        let asked = Asked::of("choices", tenant, name);
        spans::call(asked, self.chosen(tenant, name, source, form)).await
    }

    async fn chosen(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        source: &str,
        form: &Value,
    ) -> Result<Vec<Choice>, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(tenant, name).await?;
        let operation = Choices {
            connection: contract_connection(&resolved),
            source: source.to_owned(),
            form: json::text(form)?,
        };
        let choices = self
            .run(&resolved, operation, RunOptions::default())
            .await?;
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

    /// The schema of the input of an action, or of the configuration of a trigger, once part of it is known.
    ///
    /// # Errors
    /// As [`Host::check`].
    pub async fn refine(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        operation: &str,
        form: &Value,
    ) -> Result<JsonText, HostError> {
        let asked = Asked::of("refine", tenant, name).action(operation);
        spans::call(asked, self.refined(tenant, name, operation, form)).await
    }

    async fn refined(
        &self,
        tenant: &TenantId,
        name: &ConnectionName,
        operation: &str,
        form: &Value,
    ) -> Result<JsonText, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(tenant, name).await?;
        let operation = Refine {
            connection: contract_connection(&resolved),
            operation: operation_name(&resolved, operation)?,
            form: json::text(form)?,
        };
        let answer = self
            .run(&resolved, operation, RunOptions::default())
            .await?;
        self.document("the refined schema", answer, &resolved).await
    }

    /// Runs an action and answers its whole output as the connector wrote it, and whether that is an
    /// earlier call's answer under the same idempotency key.
    ///
    /// # Errors
    /// [`HostError::Connector`] with the service's own words; budget, deadline and quota errors
    /// name the setting behind them. [`HostError::Idempotency`] when the key cannot be used for
    /// this call.
    pub async fn invoke(&self, call: &Call) -> Result<Invoked, HostError> {
        spans::call(Asked::by("invoke", call), self.invoked(call)).await
    }

    async fn invoked(&self, call: &Call) -> Result<Invoked, HostError> {
        let _under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(&call.tenant, &call.connection).await?;
        let action = action(&resolved, &call.action)?;
        let held = match key_to_keep(call.idempotency_key.as_deref(), action)? {
            None => None,
            Some(key) => match Box::pin(self.hold(&resolved, action, key, &call.input)).await? {
                Begin::Run(held) => Some(held),
                Begin::Replay { json, at } => {
                    return Ok(Invoked {
                        output: JsonText::kept(json, self.limits(&resolved)),
                        replayed: Some(at),
                    });
                }
            },
        };
        let operation = Invoke(contract::request(
            contract_connection(&resolved),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            held.as_ref().is_some_and(|held| held.may_be_done),
            self.longest(call.deadline).after,
        ));
        let options = RunOptions {
            deadline: call.deadline,
            progress: call.progress.clone(),
            dry_run: None,
        };
        // Pinned where it is made: awaiting it elsewhere would move its 1.8 KiB first.
        let work = pin!(async {
            let answer = self.run(&resolved, operation, options).await?;
            self.document("the output", answer, &resolved).await
        });
        let result = if action.traits.read_only {
            work.await
        } else {
            Box::pin(self.recorded(call, &action.name, work)).await
        };
        if let Some(held) = held {
            Box::pin(self.settle(held, &result)).await;
        }
        Ok(Invoked {
            output: result?,
            replayed: None,
        })
    }

    /// Runs an action flagged `pipes`: what it makes comes piece by piece.
    ///
    /// # Errors
    /// As [`Host::invoke`], before the first byte; after it, [`Piped::done`] tells.
    pub async fn pipe(&self, call: &Call, body: Option<ByteStream>) -> Result<Piped, HostError> {
        spans::call(Asked::by("pipe", call), self.piped(call, body)).await
    }

    async fn piped(&self, call: &Call, body: Option<ByteStream>) -> Result<Piped, HostError> {
        let under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(&call.tenant, &call.connection).await?;
        let action = action(&resolved, &call.action)?;
        if !action.traits.pipes {
            return Err(HostError::Action {
                action: action.name.clone(),
                fault: ActionFault::DoesNotStream,
            });
        }
        let held = match key_to_keep(call.idempotency_key.as_deref(), action)? {
            None => None,
            Some(key) => {
                let held = self.hold_for_stream(&resolved, action, key, &call.input);
                Some(Box::pin(held).await?)
            }
        };
        let request = contract::request(
            contract_connection(&resolved),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            held.as_ref().is_some_and(|held| held.may_be_done),
            self.longest_stream(call.deadline).after,
        );
        let work = self.stream(&resolved, call, request, body, under_way);
        if action.traits.read_only {
            return work.await;
        }
        let record = self.begin_record(call, &action.name).await?;
        match work.await {
            Ok(piped) => {
                let piped = recorded_to_its_end(piped, record);
                Ok(match held {
                    Some(held) => self.settled_at_its_end(piped, held),
                    None => piped,
                })
            }
            Err(error) => {
                record.end(Some(&error)).await;
                if let Some(held) = held {
                    self.settle_stream(&held, &error).await;
                }
                Err(error)
            }
        }
    }

    async fn stream(
        &self,
        resolved: &ResolvedConnection,
        call: &Call,
        request: exports::actions::Request,
        body: Option<ByteStream>,
        under_way: CallUnderWay,
    ) -> Result<Piped, HostError> {
        let held = (
            under_way,
            resolved.meter.admit_call().await?,
            self.pool.room(&resolved.meter).await?,
        );
        instance::pipe(
            &resolved.component.blueprint,
            self.setup(resolved, call.progress.clone(), None),
            request,
            body,
            self.longest_stream(call.deadline),
            held,
            &self.under_way,
        )
        .await
    }

    /// What a component answered, once it is known to be JSON.
    async fn document(
        &self,
        what: &'static str,
        answer: Text,
        resolved: &ResolvedConnection,
    ) -> Result<JsonText, HostError> {
        JsonText::of(what, answer, self.limits(resolved)).await
    }
}

/// A stream whose end is written down when it is known.
fn recorded_to_its_end(piped: Piped, record: Record) -> Piped {
    let Piped {
        content_type,
        data,
        done,
        stop,
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
        stop,
    }
}

/// A connection as the component sees it.
pub(super) fn contract_connection(resolved: &ResolvedConnection) -> types::Connection {
    types::Connection {
        id: resolved.open.connection.id.to_string(),
        settings: resolved.open.settings.clone(),
    }
}

/// The name of an action or of a trigger.
fn operation_name(resolved: &ResolvedConnection, name: &str) -> Result<String, HostError> {
    match resolved.component.about.trigger(name) {
        Some(trigger) => Ok(trigger.name.clone()),
        None => action(resolved, name).map(|action| action.name.clone()),
    }
}

pub(super) fn action<'a>(
    resolved: &'a ResolvedConnection,
    name: &str,
) -> Result<&'a Action, HostError> {
    let about = &resolved.component.about;
    about.action(name).ok_or_else(|| {
        let known: Vec<&str> = about
            .actions_of(None)
            .map(|action| action.name.as_str())
            .collect();
        HostError::unknown(Named::Action, name, &known)
    })
}
