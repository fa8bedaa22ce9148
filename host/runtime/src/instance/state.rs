//! What the host keeps beside an instance, and the store that holds both, with every budget set.

use super::door::{Door, Hooks};
use super::held::Held;
use super::limits::{Limits, MemoryLimiter};
use super::output::LastWords;
use super::report::Reporter;
use super::stop::Stopped;
use crate::call::ProgressFn;
use crate::contract::{self, types};
use crate::error::ConnectorError;
use airlock_egress::{DryRun, Lane};
use std::sync::Arc;
use wasmtime::component::ResourceTable;
use wasmtime::{Engine, Store, UpdateDeadline};
use wasmtime_wasi::{WasiCtx, WasiCtxView, WasiView};
use wasmtime_wasi_http::{WasiHttpCtx, WasiHttpCtxView, WasiHttpView};

/// Everything an instance is made with.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) limits: Limits,
    /// `tenant/connection`, for people who read the log.
    pub(crate) label: Arc<str>,
    /// The way out; without one, every request is refused.
    pub(crate) lane: Option<Arc<Lane>>,
    pub(crate) dry_run: Option<Arc<DryRun>>,
    pub(crate) progress: Option<ProgressFn>,
}

/// The data of a store.
pub(crate) struct State {
    /// Made when it is first asked for: a page of `list-rows` never asks, and its random generators
    /// are half of what it takes to make a state.
    wasi: Option<Box<WasiCtx>>,
    random_bytes: u64,
    http: WasiHttpCtx,
    hooks: Hooks,
    table: ResourceTable,
    limiter: MemoryLimiter,
    pub(super) cpu: CpuMeter,
    pub(super) reporter: Reporter,
    pub(super) last_words: LastWords,
}

/// Counts the scheduling slices that a component burnt since it last called out or was called.
///
/// Shared with the doors, which cannot reach the store.
#[derive(Clone)]
pub(crate) struct CpuMeter {
    slices: Arc<std::sync::atomic::AtomicU64>,
    limit: u64,
    limit_ms: u64,
}

impl CpuMeter {
    fn new(limits: &Limits) -> Self {
        let limit_ms = limits.budgets().cpu_ms;
        Self {
            slices: Arc::default(),
            limit: limit_ms
                .checked_div(limits.config.runtime.epoch_tick_ms)
                .unwrap_or(limit_ms)
                .max(1),
            limit_ms,
        }
    }

    /// The component did something useful: the count begins anew.
    pub(crate) fn reset(&self) {
        self.slices.store(0, std::sync::atomic::Ordering::Relaxed);
    }

    fn slice(&self) -> Result<(), Stopped> {
        let burnt = self
            .slices
            .fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        if burnt >= self.limit {
            return Err(Stopped::cpu(self.limit_ms));
        }
        Ok(())
    }
}

/// A store for one instance.
pub(crate) fn store(engine: &Engine, setup: Setup) -> Store<State> {
    let config = Arc::clone(&setup.limits.config);
    let budgets = &config.budgets;
    let cpu = CpuMeter::new(&setup.limits);
    let mut http = WasiHttpCtx::new();
    http.set_field_size_limit(budgets.header_bytes);
    let mut table = ResourceTable::new();
    table.set_max_capacity(budgets.resources);
    let state = State {
        wasi: None,
        random_bytes: budgets.random_bytes,
        http,
        hooks: Hooks(Arc::new(Door::new(
            setup.lane,
            setup.dry_run,
            cpu.clone(),
            setup.limits.clone(),
        ))),
        table,
        limiter: MemoryLimiter::new(setup.limits),
        cpu,
        reporter: Reporter::new(setup.label, setup.progress, budgets),
        last_words: LastWords::default(),
    };
    let mut store = Store::new(engine, state);
    store.limiter(|state| &mut state.limiter);
    store.set_hostcall_fuel(budgets.host_call_bytes);
    store.set_max_component_handles(budgets.handles);
    if let Some(table) = store.concurrent_resource_table() {
        table.set_max_capacity(budgets.resources);
    }
    store.set_epoch_deadline(1);
    store.epoch_deadline_callback(|mut store| {
        let state = store.data_mut();
        state.cpu.slice()?;
        state.limiter.count(&mut state.table)?;
        Ok(UpdateDeadline::YieldCustom(
            1,
            Box::pin(tokio::task::yield_now()),
        ))
    });
    store
}

impl State {
    /// The way out.
    pub(super) fn door(&self) -> Arc<Door> {
        Arc::clone(&self.hooks.0)
    }

    /// The number that the next refusal of this instance's requests will have.
    pub(super) fn next_refusal(&self) -> u64 {
        self.hooks.0.refusals.next()
    }

    /// What the component answered instead of a result, in the host's own terms: with whether it was
    /// the host that refused, since refusal `since`.
    pub(super) fn told(&self, since: u64, error: types::Error) -> ConnectorError {
        let mut error = contract::connector_error(error);
        if let Some(failure) = error.failure_mut() {
            failure.refused_by_host = self.hooks.0.refusals.explain(since, failure);
        }
        error
    }

    /// Room for `bytes` of an answer.
    pub(super) fn answer(&self, bytes: usize) -> Result<Held, Stopped> {
        Ok(self.limiter.answer(bytes)?)
    }
}

impl WasiView for State {
    fn ctx(&mut self) -> WasiCtxView<'_> {
        let ctx = self
            .wasi
            .get_or_insert_with(|| Box::new(wasi(&self.last_words, self.random_bytes)));
        WasiCtxView {
            ctx,
            table: &mut self.table,
        }
    }
}

/// Nothing is granted: no files, no environment, no arguments, no sockets, no name look-ups.
fn wasi(last_words: &LastWords, random_bytes: u64) -> WasiCtx {
    WasiCtx::builder()
        .stderr(last_words.clone())
        .allow_tcp(false)
        .allow_udp(false)
        .allow_ip_name_lookup(false)
        .max_random_size(random_bytes)
        .build()
}

impl WasiHttpView for State {
    fn http(&mut self) -> WasiHttpCtxView<'_> {
        WasiHttpCtxView {
            hooks: &mut self.hooks,
            table: &mut self.table,
            ctx: &mut self.http,
        }
    }
}
