//! An engine as the host has it, but for one thing: no component has a maximum of its own in what all share.

use wasmtime::component::{Component, Instance, Linker};
use wasmtime::{Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Store};

/// Core instances that the host counts for each component.
const CORE_INSTANCES: u32 = 4;

/// Places for components of all tenants.
pub struct Pool {
    engine: Engine,
}

/// A component that has its place, until it is dropped.
pub struct Placed {
    _instance: Instance,
    _store: Store<()>,
}

impl Pool {
    /// Places for `instances` components.
    ///
    /// # Panics
    /// When the machine has no room for them.
    pub fn of(instances: u32) -> Self {
        let mut pool = PoolingAllocationConfig::default();
        pool.total_component_instances(instances)
            .total_core_instances(instances * CORE_INSTANCES)
            .total_memories(instances)
            .total_tables(instances * CORE_INSTANCES);
        let mut config = Config::new();
        config.wasm_component_model_async(true);
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
        Self {
            engine: Engine::new(&config).unwrap(),
        }
    }

    /// Makes an instance of `component`, whose imports nobody has to answer.
    ///
    /// # Errors
    /// What the engine says when there is no place.
    ///
    /// # Panics
    /// When it is no component.
    pub async fn place(&self, component: &[u8]) -> Result<Placed, String> {
        let component = Component::from_binary(&self.engine, component).unwrap();
        let mut linker = Linker::new(&self.engine);
        linker.define_unknown_imports_as_traps(&component).unwrap();
        let mut store = Store::new(&self.engine, ());
        let instance = linker
            .instantiate_async(&mut store, &component)
            .await
            .map_err(|error| format!("{error:#}"))?;
        Ok(Placed {
            _instance: instance,
            _store: store,
        })
    }
}
