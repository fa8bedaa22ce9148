//! How long a component computes without calling the host.

use super::limits::Limits;
use super::stop::Stopped;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Counts the scheduling slices that a component burnt since it last called out or was called.
///
/// Shared with the doors, which cannot reach the store.
#[derive(Clone)]
pub(super) struct CpuMeter {
    slices: Arc<AtomicU64>,
    limit: u64,
    limit_ms: u64,
}

impl CpuMeter {
    pub(super) fn new(limits: &Limits) -> Self {
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
    pub(super) fn reset(&self) {
        self.slices.store(0, Ordering::Relaxed);
    }

    /// Counts one more slice.
    ///
    /// # Errors
    /// It was one too many.
    pub(super) fn slice(&self) -> Result<(), Stopped> {
        if self.slices.fetch_add(1, Ordering::Relaxed) >= self.limit {
            return Err(Stopped::cpu(self.limit_ms));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn so_many_slices_in_a_row_are_too_many_and_a_call_to_the_host_begins_anew() {
        let mut config = Config::default();
        config.budgets.cpu_ms = 50;
        config.runtime.epoch_tick_ms = 10;
        let cpu = CpuMeter::new(&Limits::alone(&Arc::new(config)));
        let burn = |slices: usize| (0..slices).all(|_| cpu.slice().is_ok());
        assert!(burn(5));
        assert!(!burn(1));
        cpu.reset();
        assert!(burn(5));
    }
}
