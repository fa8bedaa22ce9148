//! Log lines of connectors and of the host, on standard error.

use crate::console::{Console, LogLines};
use std::sync::Arc;
use tracing::field::{Field, Visit};
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::{self, FmtContext, FormatEvent, FormatFields};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
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
        .event_format(Plain {
            details: verbose > 1,
        });
    // Only a second subscriber in one process would fail, and tests bring their own.
    let _ = tracing_subscriber::registry()
        .with(filter)
        .with(lines)
        .try_init();
}

/// `warning: message`, with target and fields only for whoever asked for everything: a person who
/// runs one command knows which connection it is about.
struct Plain {
    details: bool,
}

impl<S, N> FormatEvent<S, N> for Plain
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(
        &self,
        context: &FmtContext<'_, S, N>,
        mut writer: Writer<'_>,
        event: &Event<'_>,
    ) -> std::fmt::Result {
        let about = event.metadata();
        let level = match *about.level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            Level::INFO => "info",
            Level::DEBUG => "debug",
            Level::TRACE => "trace",
        };
        write!(writer, "{level}: ")?;
        if self.details {
            write!(writer, "{}: ", about.target())?;
            return context.format_fields(writer, event);
        }
        let mut message = Message(String::new());
        event.record(&mut message);
        writer.write_str(&message.0)
    }
}

/// Picks an event's message out of its fields.
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            self.0 = format!("{value:?}");
        }
    }
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
