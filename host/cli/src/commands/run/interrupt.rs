//! Ctrl-C: what has been written and what may have landed is said before the command ends.

use crate::console::Console;
use crate::output::counted;
use crate::problem::{Exit, Problem};
use airlock_runtime::Action;
use std::sync::Arc;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::watch;

/// Ctrl-C, as soon as somebody types it.
pub(in crate::commands) struct Interrupt(watch::Receiver<bool>);

impl Interrupt {
    /// Listens from now on, on a thread of its own: the main one may be busy writing to a pipe that
    /// nobody reads, and a second Ctrl-C has to end even that.
    pub(in crate::commands) fn listen(console: &Arc<Console>) -> Self {
        let (tell, told) = watch::channel(false);
        // Until the listener is there Ctrl-C would end the process without a word.
        let (ready, is_ready) = std::sync::mpsc::channel::<()>();
        let console = Arc::clone(console);
        std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread()
                .enable_io()
                .build()
            else {
                // Ctrl-C ends the process, as it does by default.
                return;
            };
            runtime.block_on(async {
                if let Ok(mut typed) = signal(SignalKind::interrupt()) {
                    drop(ready);
                    typed.recv().await;
                    let _ = tell.send(true);
                    typed.recv().await;
                    console.settle();
                    std::process::exit(Exit::Interrupted.code().into());
                }
            });
        });
        // Nothing is ever sent: the other end is gone as soon as there is somebody who listens, or nobody can.
        let _ = is_ready.recv();
        Self(told)
    }

    /// Resolves when it has been typed.
    pub(in crate::commands) async fn typed(&self) {
        let mut told = self.0.clone();
        if told.wait_for(|typed| *typed).await.is_err() {
            // There is nobody who could tell.
            std::future::pending::<()>().await;
        }
    }
}

/// What was written before Ctrl-C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// An answer is written when it is whole.
    Nothing,
    /// So many rows, each of them whole.
    Rows(u64),
    /// The same, from a link that is kept.
    Page(u64),
    /// The same, and the link of the page that was under way is kept.
    Until(u64),
    /// Rows were waiting for the last one.
    Waiting(u64),
}

/// How a command ends that a person has interrupted.
pub(super) fn interrupted(action: &Action, key: Option<&str>, written: Written) -> Problem {
    let problem =
        |message: String| Problem::new(Exit::Interrupted, format!("interrupted; {message}"));
    if !action.traits.read_only {
        let problem = problem(format!(
            "whether {} was carried out is not known",
            action.name
        ));
        return match (key, action.traits.idempotent) {
            (Some(_), _) => problem
                .advise("the same command with the same --idempotency-key carries it out once"),
            (None, true) => problem
                .advise("look before repeating it; with --idempotency-key a repeat lands once"),
            (None, false) => problem.advise("look before repeating it"),
        };
    }
    match written {
        Written::Nothing | Written::Rows(0) => problem("nothing was printed".to_owned()),
        Written::Page(rows) => problem(whole(rows)).advise(
            "the same command with --next-page last reads from the same link once more",
        ),
        Written::Until(rows) => problem(whole(rows)).advise(
            "the same command with --next-page last goes on from the page that was under way: what was written \
             of that comes once more",
        ),
        Written::Rows(rows) => problem(whole(rows)).advise(
            "there is no link to go on from in the middle of the first page, or while the service is slow to answer; \
             shorter pages have one sooner: --page-size N, then --next-page last",
        ),
        Written::Waiting(rows) => problem(format!(
            "nothing was printed: {} waited until every column was known",
            counted(rows, "row")
        ))
        .advise("with --select rows are written as CSV while they come; -o ndjson always writes them so"),
    }
}

fn whole(rows: u64) -> String {
    match rows {
        0 => "nothing was printed".to_owned(),
        1 => "1 row was written, whole".to_owned(),
        rows => format!("{} were written, each of them whole", counted(rows, "row")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::Traits;

    fn action(read_only: bool, idempotent: bool) -> Action {
        Action {
            name: "create-row".into(),
            aliases: Vec::new(),
            dialect: None,
            title: String::new(),
            description: String::new(),
            group: String::new(),
            input: serde_json::Value::Null,
            output: serde_json::Value::Null,
            traits: Traits {
                read_only,
                idempotent,
                ..Traits::default()
            },
        }
    }

    #[test]
    fn what_was_written_and_what_may_have_landed_is_said() {
        for (read_only, idempotent, key, written, message, advice) in [
            (
                true,
                true,
                None,
                Written::Nothing,
                "nothing was printed",
                "",
            ),
            (
                true,
                true,
                None,
                Written::Rows(1),
                "1 row was written",
                "--next-page last",
            ),
            (
                true,
                true,
                None,
                Written::Rows(45_000),
                "45,000 rows were written",
                "--next-page last",
            ),
            (
                true,
                true,
                None,
                Written::Page(3),
                "3 rows were written",
                "same link once more",
            ),
            (
                true,
                true,
                None,
                Written::Until(3),
                "3 rows were written",
                "--next-page last goes on",
            ),
            (
                true,
                true,
                None,
                Written::Waiting(2),
                "2 rows waited",
                "--select",
            ),
            (
                false,
                true,
                None,
                Written::Nothing,
                "is not known",
                "with --idempotency-key",
            ),
            (
                false,
                true,
                Some("k"),
                Written::Nothing,
                "is not known",
                "the same --idempotency-key",
            ),
            (
                false,
                false,
                None,
                Written::Nothing,
                "is not known",
                "look before",
            ),
        ] {
            let problem = interrupted(&action(read_only, idempotent), key, written);
            assert_eq!(problem.exit.code(), 130);
            assert!(problem.message.contains(message), "{problem:?}");
            assert!(problem.advice.concat().contains(advice), "{problem:?}");
        }
    }
}
