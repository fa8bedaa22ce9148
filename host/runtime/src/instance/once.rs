//! A fresh instance for one call: nothing of it outlives the call, and dropping the future drops
//! the instance.

use super::limits::Limits;
use super::local_wakes::LocalWakes;
use super::operation::{Operation, perform};
use super::run::Instance;
use super::state::{Setup, State};
use crate::about::About;
use crate::contract::{self, Blueprint};
use crate::error::HostError;
use crate::spans;
use std::time::Duration;
use tracing::Instrument;

/// A manifest is a table of constants; one that takes longer is not one.
const DESCRIBE_MS: u64 = 2_000;

/// Runs one operation in an instance of its own.
pub(crate) async fn call<O: Operation>(
    blueprint: &Blueprint<State>,
    setup: Setup,
    operation: O,
) -> Result<O::Kept, HostError> {
    let run = Instance::open(blueprint, setup)
        .run(async |accessor, exports| perform(operation, accessor, exports).await);
    LocalWakes::new(run.instrument(spans::instance("fresh"))).await?
}

/// Reads a component's manifest, without a way out.
pub(crate) async fn describe(
    blueprint: &Blueprint<State>,
    limits: &Limits,
) -> Result<About, HostError> {
    let setup = Setup {
        limits: limits.clone(),
        label: "manifest".into(),
        lane: None,
        dry_run: None,
        progress: None,
    };
    let run = Instance::open(blueprint, setup).run(async |accessor, exports| {
        let manifest = exports.airlock_connector_manifest();
        manifest.call_describe(accessor).await
    });
    match tokio::time::timeout(Duration::from_millis(DESCRIBE_MS), run).await {
        Ok(about) => contract::describe(about?),
        Err(_) => Err(HostError::Component(format!(
            "its manifest took longer than {DESCRIBE_MS} ms"
        ))),
    }
}
