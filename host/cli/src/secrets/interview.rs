//! Questions to a person, which Ctrl-C can end at any time.
//!
//! They wait on a thread of their own, because a thread that waits for a key hears no signal, and what is
//! to be said at the end has to be said by somebody.

use super::terminal::Terminal;
use crate::problem::{Exit, Problem};
use std::io::Write as _;
use std::sync::atomic::Ordering;

/// Asks `questions` at this terminal. Ctrl-C ends them with a line that says so.
pub async fn interview<T: Send + 'static>(
    mut terminal: Terminal,
    questions: impl FnOnce(&mut Terminal) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if !terminal.asks {
        return questions(&mut terminal);
    }
    let blind = terminal.blind.clone();
    let mut asking = tokio::task::spawn_blocking(move || questions(&mut terminal));
    let answered = tokio::select! {
        biased;
        answered = &mut asking => answered,
        _ = tokio::signal::ctrl_c() => {
            if !blind.load(Ordering::SeqCst) {
                let _ = writeln!(std::io::stderr());
                return Err(Problem::cancelled());
            }
            // Whoever hides what is typed has to show it again first, and ends by the same key.
            asking.await
        }
    };
    tokio::spawn(end_by_ctrl_c());
    answered.unwrap_or_else(|error| Err(Problem::new(Exit::Defect, error.to_string())))
}

/// Listening for Ctrl-C once means that the system no longer ends the process by itself.
async fn end_by_ctrl_c() {
    if tokio::signal::ctrl_c().await.is_ok() {
        let _ = writeln!(std::io::stderr());
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}
