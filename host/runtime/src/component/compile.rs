//! Compiling: weighed first, then in a process of its own where the embedder names a program for it,
//! else in this one.
//!
//! A component is hostile until proven otherwise, and a compiler is a large program that does what it is
//! fed. In a process of its own it ends at limits of the operating system, and takes nobody along.

use super::weigh::Weight;
use crate::config::RuntimeConfig;
use crate::error::HostError;
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use wasmtime::Engine;
use wasmtime::component::Component;

/// A program that calls [`compile_for_host`](crate::compile_for_host) when it is run with these
/// arguments and the two that the host adds. An embedder may name its own executable.
#[derive(Clone, Debug)]
pub struct Compiler {
    /// The program.
    pub program: PathBuf,
    /// What comes before the host's own arguments.
    pub arguments: Vec<OsString>,
}

/// What a host tells about compiling, which takes up to seconds and happens once for each component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Compiling {
    /// It begins, with a component of so many bytes.
    Begun {
        /// The component's size.
        bytes: usize,
    },
    /// It ended, well or not.
    Ended {
        /// How long it took.
        took: Duration,
    },
}

/// Told when compiling begins and ends.
pub type CompilingFn = Arc<dyn Fn(Compiling) + Send + Sync>;

/// Longest words of a compiler about a component.
const WORDS: u64 = 4 << 10;

/// How components are compiled.
pub(crate) struct Compile {
    pub(crate) engine: Engine,
    pub(crate) compiler: Option<Compiler>,
    pub(crate) told: Option<CompilingFn>,
}

impl Compile {
    /// Compiles a component, if that stays within the limits.
    ///
    /// # Errors
    /// [`HostError::Component`] when it is none, or one that takes too much.
    pub(crate) async fn run(
        &self,
        wasm: Vec<u8>,
        limits: &RuntimeConfig,
    ) -> Result<(Component, Duration), HostError> {
        let start = Instant::now();
        self.tell(Compiling::Begun { bytes: wasm.len() });
        let compiled = self.compile(wasm, limits).await;
        let took = start.elapsed();
        self.tell(Compiling::Ended { took });
        Ok((compiled?, took))
    }

    fn tell(&self, what: Compiling) {
        if let Some(told) = &self.told {
            told(what);
        }
    }

    async fn compile(&self, wasm: Vec<u8>, limits: &RuntimeConfig) -> Result<Component, HostError> {
        let most = limits.compile_memory_bytes;
        let wasm = blocking(move || {
            let processors = std::thread::available_parallelism().map_or(1, usize::from);
            Weight::of(&wasm, processors)?.within(most)?;
            Ok(wasm)
        })
        .await?;
        let engine = self.engine.clone();
        match &self.compiler {
            None => {
                // `Component::new` also accepts text; the magic number before keeps it to binaries.
                blocking(move || {
                    Component::from_binary(&engine, &wasm)
                        .map_err(|error| HostError::Component(in_words(&error)))
                })
                .await
            }
            Some(compiler) => {
                let code = compiler.compile(wasm, limits).await?;
                blocking(move || {
                    // SAFETY: these bytes come through a pipe from a process that this one started
                    // from the program that its embedder named, and are what `precompile_component`
                    // made there; wasmtime checks that its version and settings are this engine's.
                    #[allow(
                        unsafe_code,
                        reason = "wasmtime loads precompiled code by an unsafe call"
                    )]
                    unsafe { Component::deserialize(&engine, code) }
                        .map_err(|error| HostError::Component(in_words(&error)))
                })
                .await
            }
        }
    }
}

impl Compiler {
    /// Machine code for a component, from a process with limits.
    async fn compile(&self, wasm: Vec<u8>, limits: &RuntimeConfig) -> Result<Vec<u8>, HostError> {
        let longest = Duration::from_millis(limits.compile_ms);
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .arg(limits.compile_memory_bytes.to_string())
            .arg(limits.compile_ms.div_ceil(1_000).max(1).to_string())
            // Nothing of this process's secrets is any of a compiler's business.
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|source| HostError::File {
                what: "starting the compiler",
                path: self.program.display().to_string(),
                source,
            })?;
        let talked = tokio::time::timeout(longest, talk(&mut child, &wasm)).await;
        let Ok(talked) = talked else {
            // Dropping it would do the same, and leave it to be waited for.
            let _ = child.kill().await;
            return Err(too_slow(limits));
        };
        let (status, code, words) = talked.map_err(|source| HostError::File {
            what: "talking to the compiler",
            path: self.program.display().to_string(),
            source,
        })?;
        if status.success() {
            return Ok(code);
        }
        Err(explain(status, &words, limits))
    }
}

/// Gives the component in and takes the code and the words out, all at once: either side may have more
/// to say than a pipe holds.
async fn talk(child: &mut Child, wasm: &[u8]) -> std::io::Result<(ExitStatus, Vec<u8>, String)> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (mut code, mut words) = (Vec::new(), Vec::new());
    let give = async {
        if let Some(mut stdin) = stdin {
            // One that ends before it has read all says why in another way.
            let _ = stdin.write_all(wasm).await;
        }
    };
    let take = async {
        match stdout {
            Some(mut stdout) => stdout.read_to_end(&mut code).await.map(drop),
            None => Ok(()),
        }
    };
    let listen = async {
        let Some(mut stderr) = stderr else {
            return Ok(());
        };
        (&mut stderr).take(WORDS).read_to_end(&mut words).await?;
        tokio::io::copy(&mut stderr, &mut tokio::io::sink())
            .await
            .map(drop)
    };
    let ((), taken, heard) = tokio::join!(give, take, listen);
    taken?;
    heard?;
    let status = child.wait().await?;
    Ok((status, code, String::from_utf8_lossy(&words).into_owned()))
}

/// Why a compiler answered nothing. A process that meets its limits has no words of its own for that.
fn explain(status: ExitStatus, words: &str, limits: &RuntimeConfig) -> HostError {
    if ["memory allocation of", "annot allocate memory"]
        .iter()
        .any(|mark| words.contains(mark))
    {
        return HostError::Component(format!(
            "compiling it takes more memory than compile-memory-bytes under [runtime] allows ({} MiB)",
            limits.compile_memory_bytes >> 20
        ));
    }
    if status.code() == Some(super::compiler::REFUSED) {
        return HostError::Component(words.trim().to_owned());
    }
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        let too_long = [rustix::process::Signal::XCPU, rustix::process::Signal::KILL]
            .iter()
            .any(|limit| limit.as_raw() == signal);
        if too_long {
            return too_slow(limits);
        }
    }
    let last = words.lines().rfind(|line| !line.trim().is_empty());
    HostError::Component(format!(
        "the compiler ended without an answer ({status}): {}",
        last.unwrap_or("it said nothing")
    ))
}

fn too_slow(limits: &RuntimeConfig) -> HostError {
    HostError::Component(format!(
        "compiling it takes longer than compile-ms under [runtime] allows ({} ms)",
        limits.compile_ms
    ))
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, HostError> + Send + 'static,
) -> Result<T, HostError> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| HostError::Defect(format!("the compiler stopped: {error}")))?
}

/// Why a component does not compile; where it asks for more than an instance may have from its start,
/// with the setting behind that. Goes when wasmtime's pool has a type for such an error:
/// <https://github.com/bytecodealliance/wasmtime/issues/6628>.
fn in_words(error: &wasmtime::Error) -> String {
    let text = format!("{error:#}");
    for (mark, setting) in [
        ("minimum element size", "table-elements"),
        ("minimum byte size", "memory-bytes"),
    ] {
        if text.contains(mark) {
            return format!("{text}; raise {setting} under [budgets] if it has good reason to");
        }
    }
    text
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::process::ExitStatusExt;

    /// The wait status of a process that a signal ended, and of one that exited.
    fn ended(signal: i32, code: i32) -> ExitStatus {
        ExitStatus::from_raw(signal | (code << 8))
    }

    #[test]
    fn the_end_of_a_compiler_is_told_by_the_limit_that_it_met() {
        const ABRT: i32 = 6;
        const KILL: i32 = 9;
        const SEGV: i32 = 11;
        let xcpu = rustix::process::Signal::XCPU.as_raw();
        let limits = RuntimeConfig::default();
        for (status, words, says) in [
            (
                ended(ABRT, 0),
                "memory allocation of 5 bytes failed",
                "compile-memory-bytes",
            ),
            (
                ended(0, 65),
                "mmap: Cannot allocate memory (os error 12)",
                "compile-memory-bytes",
            ),
            (ended(xcpu, 0), "", "compile-ms"),
            (ended(KILL, 0), "", "compile-ms"),
            (ended(0, 65), "not a component\n", "not a component"),
            (ended(SEGV, 0), "", "it said nothing"),
            (ended(0, 101), "note\nthe last line\n\n", "the last line"),
        ] {
            let text = explain(status, words, &limits).to_string();
            assert!(text.contains(says), "{status}: {text}");
        }
    }
}
