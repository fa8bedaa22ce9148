//! Standard error, shared by notes, trace lines, log lines and the progress bar, so that none of
//! them is written through another.

use crate::output::clean;
use indicatif::{HumanCount, ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Work that is done before this shows no bar at all: it would only flicker.
const PATIENCE: Duration = Duration::from_millis(400);

/// Standard error.
pub struct Console {
    quiet: bool,
    /// Whether a bar may be drawn.
    draws: bool,
    bar: Mutex<Bar>,
}

struct Bar {
    since: Instant,
    shown: Option<ProgressBar>,
    /// The answer or an error follows: reports that are still on their way draw nothing below it.
    ended: bool,
}

impl Console {
    /// `draws` allows a progress bar: a person must watch, and nothing else may be streaming past.
    pub fn new(quiet: bool, draws: bool) -> Arc<Self> {
        Arc::new(Self {
            quiet,
            draws: draws && !quiet,
            bar: Mutex::new(Bar {
                since: Instant::now(),
                shown: None,
                ended: false,
            }),
        })
    }

    /// A line that was asked for, such as a trace or a log line.
    pub fn line(&self, text: &str) {
        let write = || {
            // Nobody reads it any more: there is nobody left to tell.
            let _ = writeln!(io::stderr(), "{text}");
        };
        let bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        match &bar.shown {
            Some(shown) => shown.suspend(write),
            None => write(),
        }
    }

    /// A line that helps, unless silence was asked for.
    pub fn note(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// Whether anybody would see progress.
    pub fn draws(&self) -> bool {
        self.draws
    }

    /// How far long work has come, in things of this name.
    pub fn progress(&self, done: u64, total: Option<u64>, unit: &str) {
        if !self.draws {
            return;
        }
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        let since = bar.since.elapsed();
        if bar.ended || (bar.shown.is_none() && since < PATIENCE) {
            return;
        }
        let shown = bar.shown.get_or_insert_with(|| {
            let shown = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            shown.set_style(style(total));
            shown.with_elapsed(since)
        });
        match total {
            Some(total) => {
                if shown.length() != Some(total) {
                    shown.set_length(total);
                    shown.set_style(style(Some(total)));
                }
            }
            None => shown.tick(),
        }
        shown.set_position(done);
        // Of the whole time: the bar's own estimate knows only the time since it appeared.
        let seconds = since.as_secs().max(1);
        shown.set_message(pace(done / seconds, unit));
    }

    /// Takes the bar away for good. Called before the answer or an error is printed.
    pub fn settle(&self) {
        let mut bar = self.bar.lock().unwrap_or_else(PoisonError::into_inner);
        bar.ended = true;
        if let Some(shown) = bar.shown.take() {
            shown.finish_and_clear();
        }
    }
}

/// How fast it goes, in things of this name.
fn pace(speed: u64, unit: &str) -> String {
    let speed = HumanCount(speed);
    match unit {
        "" => format!("· {speed}/s"),
        unit => format!("{unit} · {speed} {unit}/s"),
    }
}

fn style(total: Option<u64>) -> ProgressStyle {
    let template = match total {
        Some(_) => "{bar:30} {human_pos} of {human_len} {msg} · {elapsed}",
        None => "{spinner} {human_pos} {msg} · {elapsed}",
    };
    ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner())
}

/// Lets `tracing` write its lines through the console.
#[derive(Clone)]
pub struct LogLines(pub Arc<Console>);

/// One log line being put together.
pub struct LogLine {
    console: Arc<Console>,
    text: Vec<u8>,
}

impl<'a> tracing_subscriber::fmt::MakeWriter<'a> for LogLines {
    type Writer = LogLine;

    fn make_writer(&'a self) -> LogLine {
        LogLine {
            console: Arc::clone(&self.0),
            text: Vec::new(),
        }
    }
}

impl Write for LogLine {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Drop for LogLine {
    fn drop(&mut self) {
        let text = String::from_utf8_lossy(&self.text);
        let text = text.trim_end();
        if !text.is_empty() {
            self.console.line(&clean(text));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_that_comes_late_draws_no_bar_below_the_answer() {
        let console = Console::new(false, true);
        let shown = || console.bar.lock().unwrap().shown.is_some();
        let long_ago = Instant::now().checked_sub(PATIENCE * 2).unwrap();
        console.bar.lock().unwrap().since = long_ago;
        console.progress(1, None, "rows");
        assert!(shown());
        console.settle();
        assert!(!shown());
        console.progress(2, None, "rows");
        assert!(!shown());
    }

    #[test]
    fn progress_says_what_it_counts() {
        assert_eq!(pace(15_000, "rows"), "rows · 15,000 rows/s");
        assert_eq!(pace(7, ""), "· 7/s");
    }
}
