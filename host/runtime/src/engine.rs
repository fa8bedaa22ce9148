//! One engine for everything: compiling, running, tests and benchmarks share this configuration, so
//! that what one compiled another can load.
//!
//! A prototype on two cores (fresh instance per call, 64 in flight): the pool with the residency
//! settings below made 27–34 k calls/s, wasmtime's default pool 6–8 k. `decommit_batch_size` and
//! copy-on-write off gained nothing on top and are left alone.

use crate::config::Config;
use crate::error::HostError;
use std::time::Duration;
use wasmtime::{
    Enabled, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, WasmBacktraceDetails,
};

/// Linear memory kept mapped between instances: a connector touches 1–3 MiB in a call.
const MEMORY_KEEP_RESIDENT: usize = 4 << 20;
/// Table memory kept mapped between instances.
const TABLE_KEEP_RESIDENT: usize = 1 << 20;
/// Fiber stack kept mapped between instances.
const STACK_KEEP_RESIDENT: usize = 128 << 10;

/// Core instances of one component instance: a connector's code, and what a toolchain adds to tie it to
/// its imports (wit-component makes three). The engine's totals stand on it.
pub(crate) const CORE_INSTANCES: u32 = 4;
/// Tables of one component instance, likewise.
pub(crate) const TABLES: u32 = 4;

/// The engine, with its epoch ticker running for as long as the engine lives.
///
/// # Errors
/// [`HostError::Defect`] when the machine cannot run wasm at all.
pub(crate) fn engine(config: &Config) -> Result<Engine, HostError> {
    let engine = match Engine::new(&engine_config(config, true)) {
        Ok(engine) => engine,
        Err(error) => {
            // A machine with little address space refuses the pool; slower is better than nothing.
            tracing::warn!(%error, "the instance pool cannot be reserved; instances are allocated on demand");
            Engine::new(&engine_config(config, false))
                .map_err(|error| HostError::Defect(format!("wasm cannot run here: {error:#}")))?
        }
    };
    tick(&engine, Duration::from_millis(config.runtime.epoch_tick_ms))?;
    Ok(engine)
}

/// What decides about the code: the same wherever a component is compiled or run.
pub(crate) fn compiling() -> wasmtime::Config {
    let mut engine = wasmtime::Config::new();
    engine.wasm_component_model(true);
    engine.wasm_component_model_async(true);
    engine.epoch_interruption(true);
    // Backtraces cost fresh calls a quarter and show addresses of a stripped component.
    engine.wasm_backtrace_max_frames(None);
    engine.wasm_backtrace_details(WasmBacktraceDetails::Disable);
    engine
}

fn engine_config(config: &Config, pooled: bool) -> wasmtime::Config {
    let mut engine = compiling();
    if pooled {
        let instances = config.runtime.max_instances;
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(instances)
            // What is counted when an instance is admitted is the instance. So no component may be made of
            // more parts than these totals hold for each: one instance would take the places of others.
            .max_core_instances_per_component(CORE_INSTANCES)
            .max_memories_per_component(1)
            .max_tables_per_component(TABLES)
            .total_core_instances(instances.saturating_mul(CORE_INSTANCES))
            .total_memories(instances)
            .total_tables(instances.saturating_mul(TABLES))
            // One for what runs in it, one for a call that waits on the host without being asynchronous:
            // a component instance computes one thing at a time, and there is one (see `weigh`).
            .total_stacks(instances.saturating_mul(2))
            .max_memory_size(config.budgets.memory_bytes)
            .table_elements(config.budgets.table_elements)
            .max_unused_warm_slots(instances)
            .linear_memory_keep_resident(MEMORY_KEEP_RESIDENT)
            .table_keep_resident(TABLE_KEEP_RESIDENT)
            .async_stack_keep_resident(STACK_KEEP_RESIDENT)
            .pagemap_scan(Enabled::Auto);
        engine.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    engine
}

/// One ticker thread per engine. It holds the engine weakly and ends with it.
fn tick(engine: &Engine, every: Duration) -> Result<(), HostError> {
    let engine = engine.weak();
    std::thread::Builder::new()
        .name("airlock-epoch".to_owned())
        .spawn(move || {
            loop {
                std::thread::sleep(every);
                let Some(engine) = engine.upgrade() else {
                    return;
                };
                engine.increment_epoch();
            }
        })
        .map(drop)
        .map_err(|error| HostError::Defect(format!("the epoch ticker cannot start: {error}")))
}
