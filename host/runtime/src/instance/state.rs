//! What the host keeps beside an instance, and what the component reaches of it.

use super::cpu::CpuMeter;
use super::door::{Door, Hooks};
use super::held::Held;
use super::limits::Limits;
use super::memory::MemoryLimiter;
use super::output::LastWords;
use super::report::Reporter;
use super::stop::Stopped;
use crate::call::ProgressFn;
use crate::contract::{self, report, types};
use crate::error::ConnectorError;
use airlock_egress::{DryRun, Lane};
use std::sync::Arc;
use wasmtime::ResourceLimiter;
use wasmtime::component::ResourceTable;
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
    reporter: Reporter,
    pub(super) last_words: LastWords,
}

impl State {
    pub(super) fn new(setup: Setup) -> Self {
        let config = Arc::clone(&setup.limits.config);
        let budgets = &config.budgets;
        let cpu = CpuMeter::new(&setup.limits);
        let mut http = WasiHttpCtx::new();
        http.set_field_size_limit(budgets.header_bytes);
        let mut table = ResourceTable::new();
        table.set_max_capacity(budgets.resources);
        Self {
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
        }
    }

    /// What judges each growth of its memory and tables.
    pub(super) fn limiter(&mut self) -> &mut dyn ResourceLimiter {
        &mut self.limiter
    }

    /// One more scheduling slice has been computed through.
    ///
    /// # Errors
    /// The budget that is used up with it.
    pub(super) fn slice(&mut self) -> Result<(), Stopped> {
        self.cpu.slice()?;
        self.limiter.count(&mut self.table)
    }

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

impl report::Host for State {
    fn log(&mut self, level: report::Level, message: String) -> wasmtime::Result<()> {
        self.reporter.log(level, &message);
        Ok(())
    }

    fn printed(&mut self, text: Vec<u8>) -> wasmtime::Result<()> {
        self.last_words.push(&text);
        Ok(())
    }

    fn progress(&mut self, done: u64, total: Option<u64>) -> wasmtime::Result<()> {
        self.reporter.progress(done, total);
        Ok(())
    }
}

impl types::Host for State {}
