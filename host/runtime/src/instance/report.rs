//! The contract's `report` import: log lines and progress, bounded.

use crate::call::ProgressFn;
use crate::config::Budgets;
use crate::contract::report;
use crate::text::is_hostile;
use std::sync::Arc;
use std::time::Instant;

/// Where an instance's reports go.
pub(super) struct Reporter {
    /// For people who read the log: `tenant/connection`.
    label: Arc<str>,
    progress: Option<ProgressFn>,
    lines_per_second: u32,
    line_bytes: usize,
    second: Instant,
    lines: u32,
    dropped: u64,
}

impl Reporter {
    pub(super) fn new(label: Arc<str>, progress: Option<ProgressFn>, budgets: &Budgets) -> Self {
        Self {
            label,
            progress,
            lines_per_second: budgets.log_lines_per_second,
            line_bytes: budgets.log_line_bytes,
            second: Instant::now(),
            lines: 0,
            dropped: 0,
        }
    }

    /// Tells the caller how far it has come, if it asked to know.
    pub(super) fn progress(&self, done: u64, total: Option<u64>) {
        if let Some(progress) = &self.progress {
            progress(done, total);
        }
    }

    /// Whether one more line fits into this second.
    fn admit(&mut self, now: Instant) -> bool {
        if now.duration_since(self.second).as_secs() >= 1 {
            if self.dropped > 0 {
                tracing::warn!(target: "airlock::connector", instance = %self.label, dropped = self.dropped, "log lines dropped: the connector writes too many");
            }
            self.second = now;
            self.lines = 0;
            self.dropped = 0;
        }
        let fits = self.lines < self.lines_per_second;
        if fits {
            self.lines = self.lines.saturating_add(1);
        } else {
            self.dropped = self.dropped.saturating_add(1);
        }
        fits
    }

    /// Writes a line to the log, unless there are too many.
    pub(super) fn log(&mut self, level: report::Level, message: &str) {
        if !self.admit(Instant::now()) {
            return;
        }
        let message = one_line(message, self.line_bytes);
        let instance = &self.label;
        match level {
            report::Level::Debug => {
                tracing::debug!(target: "airlock::connector", %instance, "{message}");
            }
            report::Level::Info => {
                tracing::info!(target: "airlock::connector", %instance, "{message}");
            }
            report::Level::Warn => {
                tracing::warn!(target: "airlock::connector", %instance, "{message}");
            }
            report::Level::Error => {
                tracing::error!(target: "airlock::connector", %instance, "{message}");
            }
        }
    }
}

/// A message cut to `limit` bytes, without the characters that forge or hide log lines.
fn one_line(message: &str, limit: usize) -> String {
    let mut line = String::with_capacity(message.len().min(limit));
    for c in message.chars() {
        if line.len() + c.len_utf8() > limit {
            line.push('…');
            break;
        }
        line.push(if is_hostile(c) { ' ' } else { c });
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn a_flood_is_cut_per_second_and_a_new_second_opens_again() {
        let budgets = Budgets {
            log_lines_per_second: 2,
            ..Budgets::default()
        };
        let mut reporter = Reporter::new("t/c".into(), None, &budgets);
        let start = Instant::now();
        let admitted = (0..1_000).filter(|_| reporter.admit(start)).count();
        assert_eq!(admitted, 2);
        assert!(reporter.admit(start + Duration::from_secs(2)));
    }

    #[test]
    fn a_line_cannot_forge_another_and_has_an_end() {
        assert_eq!(one_line("a\nb\x1b[2J", 100), "a b [2J");
        assert_eq!(one_line("ééé", 4), "éé…");
    }
}
