//! Log lines of connectors and of the host, on standard error.

use crate::console::{Console, LogLines};
use std::sync::Arc;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

/// Warnings always show unless silence was asked for; `-v` adds what connectors log, `-vv`
/// everything of our own, `-vvv` that of the libraries as well.
pub(crate) fn start(console: &Arc<Console>, quiet: bool, verbose: u8) {
    let (ours, others) = levels(quiet, verbose);
    // Egress decisions are printed by `--trace` and would otherwise appear twice.
    let filter = Targets::new()
        .with_default(others)
        .with_target("airlock", ours)
        .with_target("airlock_", ours)
        .with_target("airlock::egress", LevelFilter::OFF);
    let lines = fmt::layer()
        .with_writer(LogLines(Arc::clone(console)))
        .without_time()
        .with_target(verbose > 1)
        .with_ansi(false);
    // Only a second subscriber in one process would fail, and tests bring their own.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
}

fn levels(quiet: bool, verbose: u8) -> (LevelFilter, LevelFilter) {
    match (quiet, verbose) {
        (true, _) => (LevelFilter::ERROR, LevelFilter::OFF),
        (false, 0) => (LevelFilter::WARN, LevelFilter::OFF),
        (false, 1) => (LevelFilter::INFO, LevelFilter::WARN),
        (false, 2) => (LevelFilter::DEBUG, LevelFilter::WARN),
        (false, _) => (LevelFilter::TRACE, LevelFilter::DEBUG),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_v_tells_more_and_q_least() {
        assert!(levels(true, 0).0 < levels(false, 0).0);
        for verbose in 0..3 {
            assert!(levels(false, verbose).0 < levels(false, verbose + 1).0);
        }
    }
}
