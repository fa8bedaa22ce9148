//! Memory, tables and header fields of one store, counted against the instance's budget and its tenant's.

use super::held::{Held, NoRoom};
use super::limits::{Limits, fields_weight};
use super::stop::Stopped;
use wasmtime::ResourceLimiter;
use wasmtime::component::ResourceTable;
use wasmtime_wasi_http::FieldMap;
use wasmtime_wasi_http::p3::{Request, Response};

/// What the component's HTTP resources take in the host's memory.
fn resources_weight(table: &mut ResourceTable) -> usize {
    table.iter_mut().fold(0, |sum: usize, entry| {
        let fields = if let Some(fields) = entry.downcast_ref::<FieldMap>() {
            fields
        } else if let Some(request) = entry.downcast_ref::<Request>() {
            &request.headers
        } else if let Some(response) = entry.downcast_ref::<Response>() {
            &response.headers
        } else {
            return sum;
        };
        sum.saturating_add(fields_weight(fields))
    })
}

/// wasmtime's limiter over [`Limits`]. Whatever it took from the tenant it gives back when dropped.
pub(crate) struct MemoryLimiter {
    limits: Limits,
    taken: usize,
    tables: usize,
    /// The header fields that it keeps in the host.
    fields: Held,
}

impl MemoryLimiter {
    pub(crate) fn new(limits: Limits) -> Self {
        Self {
            fields: Held::nothing(&limits),
            limits,
            taken: 0,
            tables: 0,
        }
    }

    /// Room for `bytes` of an answer, until it has been read.
    pub(super) fn answer(&self, bytes: usize) -> Result<Held, NoRoom> {
        Held::take(&self.limits, bytes)
    }

    /// Counts what lies in the component's resource table. Nothing says when a set of fields grows, so
    /// it is looked at in each scheduling slice: between two, a component fills a few megabytes. Goes
    /// when a host may refuse one more field: <https://github.com/WebAssembly/WASI/issues/889>.
    pub(super) fn count(&mut self, table: &mut ResourceTable) -> Result<(), Stopped> {
        Ok(self.fields.resize(resources_weight(table))?)
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
