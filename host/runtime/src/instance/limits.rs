//! Memory and tables of one store, counted against the instance's budget and its tenant's.

use super::meter::TenantMeter;
use super::stop::Stopped;
use crate::config::{Budgets, Config};
use airlock_store::TenantId;
use std::sync::Arc;
use wasmtime::ResourceLimiter;

/// The budgets that an instance is made with.
#[derive(Clone)]
pub(crate) struct Limits {
    pub(crate) config: Arc<Config>,
    pub(crate) tenant: Arc<TenantMeter>,
}

impl Limits {
    /// Limits for work that belongs to no tenant, such as reading a manifest.
    pub(crate) fn alone(config: &Arc<Config>) -> Self {
        Self {
            config: Arc::clone(config),
            tenant: Arc::new(TenantMeter::new(TenantId::default(), &config.budgets)),
        }
    }

    pub(crate) fn budgets(&self) -> &Budgets {
        &self.config.budgets
    }
}

/// wasmtime's limiter over [`Limits`]. Whatever it took from the tenant it gives back when dropped.
pub(crate) struct MemoryLimiter {
    limits: Limits,
    taken: usize,
    tables: usize,
}

impl MemoryLimiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            limits,
            taken: 0,
            tables: 0,
        }
    }
}

impl Drop for MemoryLimiter {
    fn drop(&mut self) {
        self.limits.tenant.give_memory(self.taken);
    }
}

impl ResourceLimiter for MemoryLimiter {
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let budgets = self.limits.budgets();
        let grown = desired.saturating_sub(current);
        if self.taken.saturating_add(grown) > budgets.memory_bytes {
            return Err(Stopped::memory(budgets.memory_bytes).into());
        }
        if !self.limits.tenant.take_memory(grown) {
            return Err(Stopped::tenant_memory(budgets.tenant_memory_bytes).into());
        }
        self.taken = self.taken.saturating_add(grown);
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        _maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        let budget = self.limits.budgets().table_elements;
        let total = self.tables.saturating_add(desired.saturating_sub(current));
        if total > budget {
            return Err(Stopped::tables(budget).into());
        }
        self.tables = total;
        Ok(true)
    }
}
