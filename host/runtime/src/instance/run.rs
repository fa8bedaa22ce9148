//! One instance from its opening to its end: a store with every budget set, a component in it, and the
//! work that is done with its exports.
//!
//! Whatever runs a component runs it here, so that every end is read in the same way.

use super::output::LastWords;
use super::state::{Setup, State};
use super::stop::Stopped;
use crate::contract::{Blueprint, Exports};
use std::sync::Arc;
use wasmtime::component::Accessor;
use wasmtime::{Store, UpdateDeadline};

/// An instance that is about to run.
pub(super) struct Instance<'a> {
    blueprint: &'a Blueprint<State>,
    store: Store<State>,
    last_words: LastWords,
}

impl<'a> Instance<'a> {
    /// Opens a store; nothing of the component runs yet.
    pub(super) fn open(blueprint: &'a Blueprint<State>, setup: Setup) -> Self {
        let store = store(blueprint, setup);
        Self {
            blueprint,
            last_words: store.data().last_words.clone(),
            store,
        }
    }

    /// Starts the component, does `work` with what it exports, and ends it. Dropped before that, it ends
    /// at once.
    ///
    /// # Errors
    /// Why it was stopped: by a budget, or by a crash of its own.
    pub(super) async fn run<R>(
        mut self,
        work: impl AsyncFnOnce(&Accessor<State>, &Exports) -> wasmtime::Result<R>,
    ) -> Result<R, Stopped> {
        let run = async {
            let exports = self.blueprint.instantiate_async(&mut self.store).await?;
            self.store
                .run_concurrent(async |accessor| work(accessor, &exports).await)
                .await?
        };
        run.await
            .map_err(|error| Stopped::from_wasmtime(&error, &self.last_words.text()))
    }
}

fn store(blueprint: &Blueprint<State>, setup: Setup) -> Store<State> {
    let config = Arc::clone(&setup.limits.config);
    let budgets = &config.budgets;
    let mut store = Store::new(blueprint.engine(), State::new(setup));
    store.limiter(State::limiter);
    store.set_hostcall_fuel(budgets.host_call_bytes);
    store.set_max_component_handles(budgets.handles);
    if let Some(table) = store.concurrent_resource_table() {
        table.set_max_capacity(budgets.resources);
    }
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        store.data_mut().slice()?;
        // wasmtime's own yield is taken up again at once by tokio:
        // https://github.com/bytecodealliance/wasmtime/issues/10667
        Ok(UpdateDeadline::YieldCustom(
            1,
            Box::pin(tokio::task::yield_now()),
        ))
    });
    store
}
