//! A command is given a message on its standard input.
//!
//! It gets the environment of this process without what is Airlock's own: the master key is none of its
//! business. What is left of it after its deadline is killed, with whatever it has started.

use std::process::Stdio;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::process::{Child, Command};

use super::attempt::{Attempt, Outcome};

/// How much of what a command says is kept as the reason, in bytes.
const SAID: u64 = 500;

pub(super) async fn run(attempt: &Attempt<'_>, words: &[String]) -> Outcome {
    let mut child = match start(attempt, words) {
        Ok(child) => child,
        Err(error) => {
            let program = words.first().map(String::as_str).unwrap_or_default();
            return Outcome::failed(format!("{program} did not start: {error}"));
        }
    };
    let stdin = child.0.stdin.take();
    let stderr = child.0.stderr.take();
    let message = format!("{}\n", attempt.message);
    // A command may end without having read.
    let given = async move {
        if let Some(mut stdin) = stdin {
            let _ = stdin.write_all(message.as_bytes()).await;
        }
    };
    let said = async move {
        let mut said = Vec::new();
        if let Some(mut stderr) = stderr {
            let _ = (&mut stderr).take(SAID).read_to_end(&mut said).await;
            let _ = tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await;
        }
        String::from_utf8_lossy(&said).trim().to_owned()
    };
    let ((), said, ended) = tokio::join!(given, said, child.0.wait());
    match ended {
        Ok(status) if status.success() => Outcome::Delivered,
        Ok(status) if said.is_empty() => Outcome::failed(format!("it ended with {status}")),
        Ok(status) => Outcome::failed(format!("it ended with {status}: {said}")),
        Err(error) => Outcome::failed(format!("it cannot be waited for: {error}")),
    }
}

/// A command that does not outlive the wait for it.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        #[cfg(unix)]
        if let Some(id) = self.0.id().and_then(|id| i32::try_from(id).ok())
            && let Some(group) = rustix::process::Pid::from_raw(id)
        {
            let _ = rustix::process::kill_process_group(group, rustix::process::Signal::KILL);
        }
    }
}

fn start(attempt: &Attempt<'_>, words: &[String]) -> std::io::Result<Running> {
    let Some((program, arguments)) = words.split_first() else {
        return Err(std::io::Error::other("it has no name"));
    };
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AIRLOCK_") {
            command.env_remove(name);
        }
    }
    command
        .env("AIRLOCK_EVENT", attempt.identity)
        .env("AIRLOCK_SUBSCRIPTION", attempt.subscription.name.as_str())
        .env("AIRLOCK_SEQ", attempt.seq.to_string())
        .env("AIRLOCK_ATTEMPT", attempt.number.to_string());
    #[cfg(unix)]
    command.process_group(0);
    command.spawn().map(Running)
}
