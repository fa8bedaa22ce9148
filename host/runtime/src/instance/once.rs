//! A fresh instance for one call: nothing of it outlives the call, and dropping the future drops
//! the instance.

use super::limits::Limits;
use super::operation::{Answer, Operation};
use super::local_wakes::LocalWakes;
use super::state::{Setup, State, store};
use super::stop::Stopped;
use crate::about::About;
use crate::contract::{self, Blueprint};
use crate::error::HostError;
use std::pin::pin;
use std::time::Duration;
use wasmtime::Engine;

/// A manifest is a table of constants; one that takes longer is not one.
const DESCRIBE_MS: u64 = 2_000;

/// Runs one operation in an instance of its own.
pub(crate) async fn call(
    engine: &Engine,
    blueprint: &Blueprint<State>,
    setup: Setup,
    operation: Operation,
) -> Result<Answer, HostError> {
    let mut store = store(engine, setup);
    let last_words = store.data().last_words.clone();
    // Pinned where it is made: awaiting it elsewhere would move its 2.7 KiB first.
    let run = pin!(async {
        let exports = blueprint.instantiate_async(&mut store).await?;
        store
            .run_concurrent(async |accessor| operation.perform(accessor, &exports).await)
            .await?
    });
    match LocalWakes::new(run).await {
        Ok(answer) => answer,
        Err(error) => Err(Stopped::from_wasmtime(&error, &last_words.text()).into()),
    }
}

/// Reads a component's manifest, without a way out.
pub(crate) async fn describe(
    engine: &Engine,
    blueprint: &Blueprint<State>,
    limits: &Limits,
) -> Result<About, HostError> {
    let mut store = store(
        engine,
        Setup {
            limits: limits.clone(),
            label: "manifest".into(),
            lane: None,
            dry_run: None,
            progress: None,
        },
    );
    let last_words = store.data().last_words.clone();
    let run = async {
        let exports = blueprint.instantiate_async(&mut store).await?;
        store
            .run_concurrent(async |accessor| {
                exports.airlock_connector_manifest().call_describe(accessor).await
            })
            .await?
    };
    match tokio::time::timeout(Duration::from_millis(DESCRIBE_MS), run).await {
        Ok(Ok(about)) => contract::describe(about),
        Ok(Err(error)) => Err(Stopped::from_wasmtime(&error, &last_words.text()).into()),
        Err(_) => Err(HostError::Component(format!(
            "its manifest took longer than {DESCRIBE_MS} ms"
        ))),
    }
}
