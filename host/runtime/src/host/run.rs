//! How what is asked of a connection is run: its deadline, its admission, its instance.

use super::Host;
use super::connection_cache::ResolvedConnection;
use crate::call::ProgressFn;
use crate::config::Isolation;
use crate::error::{Deadline, DeadlineBy, HostError};
use crate::instance::{Limits, Operation, Setup, once};
use airlock_egress::DryRun;
use std::sync::Arc;
use std::time::Duration;

impl Host {
    /// How long a call that answers once may last.
    pub(super) fn longest(&self, asked: Option<Duration>) -> Deadline {
        within(asked, self.config.budgets.call_ms, "call-ms")
    }

    /// How long a call that streams may last.
    pub(super) fn longest_stream(&self, asked: Option<Duration>) -> Deadline {
        within(asked, self.config.budgets.pipe_ms, "pipe-ms")
    }

    /// Runs an operation of a resolved connection, within its deadline.
    pub(super) async fn run<O: Operation>(
        &self,
        resolved: &ResolvedConnection,
        operation: O,
        options: RunOptions,
    ) -> Result<O::Kept, HostError> {
        let deadline = self.longest(options.deadline);
        tokio::time::timeout(
            deadline.after,
            self.run_admitted(resolved, operation, options),
        )
        .await
        .unwrap_or_else(|_| Err(deadline.passed()))
    }

    async fn run_admitted<O: Operation>(
        &self,
        resolved: &ResolvedConnection,
        operation: O,
        options: RunOptions,
    ) -> Result<O::Kept, HostError> {
        let _call = resolved.meter.admit_call().await?;
        // Progress and dry runs belong to one call, and so needs its instance.
        let own = self.config.runtime.isolation == Isolation::PerCall
            || options.progress.is_some()
            || options.dry_run.is_some();
        resolved.meter.take_turn().await;
        if own {
            let _room = self.pool.room(&resolved.meter).await?;
            let setup = self.setup(resolved, options.progress, options.dry_run);
            let call = once::call(&resolved.component.blueprint, setup, operation);
            return Box::pin(call).await;
        }
        self.pool
            .call(
                &resolved.key,
                &resolved.component.blueprint,
                &resolved.meter,
                || self.setup(resolved, None, None),
                operation,
            )
            .await
    }

    /// Whose memory it counts as.
    pub(super) fn limits(&self, resolved: &ResolvedConnection) -> Limits {
        Limits {
            config: Arc::clone(&self.config),
            tenant: Arc::clone(&resolved.meter),
        }
    }

    /// What an instance of a resolved connection is made with.
    pub(super) fn setup(
        &self,
        resolved: &ResolvedConnection,
        progress: Option<ProgressFn>,
        dry_run: Option<Arc<DryRun>>,
    ) -> Setup {
        Setup {
            limits: self.limits(resolved),
            label: Arc::clone(&resolved.label),
            lane: Some(Arc::clone(&resolved.open.lane)),
            dry_run,
            progress,
        }
    }
}

/// How a call is run, beside what it asks for.
#[derive(Default)]
pub(super) struct RunOptions {
    pub(super) deadline: Option<Duration>,
    pub(super) progress: Option<ProgressFn>,
    pub(super) dry_run: Option<Arc<DryRun>>,
}

/// The deadline that is met first: the caller's, or this setting's.
fn within(asked: Option<Duration>, setting_ms: u64, setting: &'static str) -> Deadline {
    let longest = Duration::from_millis(setting_ms);
    match asked {
        Some(after) if after < longest => Deadline {
            after,
            by: DeadlineBy::Caller,
        },
        _ => Deadline {
            after: longest,
            by: DeadlineBy::Setting(setting),
        },
    }
}
