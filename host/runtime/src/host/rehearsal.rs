//! Dry runs: the request that a call would send, and nothing sent.

use super::Host;
use super::calls::{action, contract_connection};
use super::run::RunOptions;
use crate::call::{ByteStream, Call};
use crate::contract;
use crate::error::{ActionFault, HostError};
use crate::idempotency::key_to_keep;
use crate::instance::{self, Invoke};
use crate::json;
use crate::spans::{self, Asked};
use airlock_egress::{DryRequest, DryRun};
use futures::StreamExt;
use std::sync::Arc;

impl Host {
    /// The request that a call would send. Requests that only prepare it, such as reading
    /// metadata, are sent; it itself is not, and no credential is asked for on its behalf.
    ///
    /// # Errors
    /// As [`Host::invoke`]; [`HostError::Connector`] when the input never becomes a request.
    pub async fn dry_run(&self, call: &Call) -> Result<DryRequest, HostError> {
        spans::call(Asked::by("dry-run", call), self.rehearsed(call, None)).await
    }

    /// The same for a call that takes `body` in: the first request that it would send.
    ///
    /// # Errors
    /// As [`Host::dry_run`].
    pub async fn dry_run_of_stream(
        &self,
        call: &Call,
        body: ByteStream,
    ) -> Result<DryRequest, HostError> {
        spans::call(Asked::by("dry-run", call), self.rehearsed(call, Some(body))).await
    }

    async fn rehearsed(
        &self,
        call: &Call,
        body: Option<ByteStream>,
    ) -> Result<DryRequest, HostError> {
        let under_way = self.under_way.begin_call()?;
        let resolved = self.resolve(&call.tenant, &call.connection).await?;
        let action = action(&resolved, &call.action)?;
        key_to_keep(call.idempotency_key.as_deref(), action)?;
        let request = contract::request(
            contract_connection(&resolved),
            action.name.clone(),
            json::text(&call.input)?,
            call.idempotency_key.clone(),
            false,
            self.longest(call.deadline).after,
        );
        let dry_run = Arc::new(DryRun::default());
        let answer = match body {
            None => {
                let options = RunOptions {
                    deadline: call.deadline,
                    progress: None,
                    dry_run: Some(Arc::clone(&dry_run)),
                };
                self.run(&resolved, Invoke(request), options)
                    .await
                    .map(drop)
            }
            Some(body) => {
                let piped = instance::pipe(
                    &resolved.component.blueprint,
                    self.setup(&resolved, None, Some(Arc::clone(&dry_run))),
                    request,
                    Some(body),
                    self.longest(call.deadline),
                    (under_way, self.pool.room(&resolved.meter).await?),
                    &self.under_way,
                );
                match piped.await {
                    Ok(piped) => {
                        piped.data.for_each(|_| std::future::ready(())).await;
                        piped.done.await.map(drop)
                    }
                    Err(error) => Err(error),
                }
            }
        };
        match (dry_run.take(), answer) {
            (Some(request), _) => Ok(request),
            (None, Err(error)) => Err(error),
            (None, Ok(())) => Err(HostError::Action {
                action: action.name.clone(),
                fault: ActionFault::SendsNothing,
            }),
        }
    }
}
