//! The budgets that an instance is made with, and whose they are.

use super::meter::TenantMeter;
use crate::config::{Budgets, Config};
use airlock_store::TenantId;
use http::HeaderMap;
use std::sync::Arc;

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

/// What a set of header fields takes in the host's memory: its bytes, and what the map keeps of each
/// field (a bucket, a place in the index, a reference count).
pub(super) fn fields_weight(fields: &HeaderMap) -> usize {
    const EACH: usize = 128;
    fields.iter().fold(0, |sum: usize, (name, value)| {
        sum.saturating_add(name.as_str().len())
            .saturating_add(value.len())
            .saturating_add(EACH)
    })
}
