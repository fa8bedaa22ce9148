//! Questions to a person, which Ctrl-C can end at any time.
//!
//! They wait on a thread of their own, because a thread that waits for a key hears no signal, and what is
//! to be said at the end has to be said by somebody.

use super::terminal::Terminal;
use crate::problem::{Exit, Problem};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcsetattr};
use std::io::{Write as _, stderr, stdin};
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Whether a person is being asked at this moment: then Ctrl-C is an answer.
static ASKING: AtomicBool = AtomicBool::new(false);

/// Whoever hides what is typed ends by the same key, and shows it again first. If nothing comes of it the
/// key was pressed a moment before it was listened for.
const PATIENCE: Duration = Duration::from_millis(500);

/// Asks `questions` at this terminal. Ctrl-C ends them with a line that says so.
pub async fn interview<T: Send + 'static>(
    mut terminal: Terminal,
    questions: impl FnOnce(&mut Terminal) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    if !terminal.asks {
        return questions(&mut terminal);
    }
    let blind = terminal.blind.clone();
    let shown = tcgetattr(stdin()).ok();
    ASKING.store(true, Ordering::SeqCst);
    let mut asking = tokio::task::spawn_blocking(move || questions(&mut terminal));
    let answered = tokio::select! {
        biased;
        answered = &mut asking => answered,
        _ = tokio::signal::ctrl_c() => {
            let hidden = blind.load(Ordering::SeqCst);
            if !hidden || tokio::time::timeout(PATIENCE, &mut asking).await.is_err() {
                show_again(shown);
            }
            return Err(Problem::cancelled());
        }
    };
    let answer =
        answered.unwrap_or_else(|error| Err(Problem::new(Exit::Defect, error.to_string())))?;
    // Whoever was answered works on, and Ctrl-C ends it as it would any other work.
    ASKING.store(false, Ordering::SeqCst);
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| drop(tokio::spawn(end_by_ctrl_c())));
    Ok(answer)
}

/// The terminal as it was, and what comes next on a line of its own.
fn show_again(shown: Option<Termios>) {
    if let Some(shown) = shown {
        let _ = tcsetattr(stdin(), OptionalActions::Now, &shown);
    }
    let _ = writeln!(stderr());
}

/// Listening for Ctrl-C once means that the system no longer ends the process by itself.
async fn end_by_ctrl_c() {
    while tokio::signal::ctrl_c().await.is_ok() {
        if !ASKING.load(Ordering::SeqCst) {
            let _ = writeln!(stderr());
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    }
}
