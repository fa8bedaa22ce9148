//! Everything that a host writes to its log at the most talkative level, from every thread.

use std::io::Write;
use std::sync::{Arc, Mutex};
use tracing::dispatcher::{self, Dispatch};
use tracing_subscriber::fmt::MakeWriter;

/// A log in memory.
#[derive(Clone, Default)]
pub struct Logs(Arc<Mutex<Vec<u8>>>);

impl Logs {
    /// All that was written so far.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().unwrap()).into_owned()
    }

    /// Lines that hold `mark`.
    pub fn lines_with(&self, mark: &str) -> Vec<String> {
        self.text()
            .lines()
            .filter(|line| line.contains(mark))
            .map(str::to_owned)
            .collect()
    }
}

impl Write for Logs {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Logs {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// Runs `test` on threads of its own whose every log record, down to `TRACE`, is kept.
pub fn captured<T>(test: impl AsyncFnOnce(Logs) -> T) -> T {
    let logs = Logs::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_ansi(false)
        .with_writer(logs.clone())
        .finish();
    told_to(Dispatch::new(subscriber), async || test(logs).await)
}

/// Runs `test` on threads of its own that tell everything to `dispatch`.
pub(crate) fn told_to<T>(dispatch: Dispatch, test: impl AsyncFnOnce() -> T) -> T {
    let on_threads = dispatch.clone();
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .on_thread_start(move || {
            // For as long as the thread lives.
            std::mem::forget(dispatcher::set_default(&on_threads));
        })
        .build()
        .unwrap();
    dispatcher::with_default(&dispatch, || runtime.block_on(test()))
}
