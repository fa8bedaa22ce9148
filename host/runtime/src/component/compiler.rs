//! The other side of [`compile`](super::compile): the process that compiles one component and ends.

use crate::engine::compiling;
use std::io::{Read, Write};
use std::process::ExitCode;
use wasmtime::Engine;

/// The component is none, or not one that can be compiled; standard error says why.
pub(super) const REFUSED: i32 = 65;

/// What a compiler takes beside the component's own part, for each processor: a stack, and what its
/// allocator keeps apart for each thread.
#[cfg(unix)]
const FOR_EACH_PROCESSOR: u64 = 8 << 20;
/// What it takes before it has read a byte.
#[cfg(unix)]
const TO_BEGIN: u64 = 64 << 20;

/// Compiles the component on standard input and writes its code to standard output, within
/// `memory_bytes` of memory and `cpu_seconds` of processor time on each processor.
///
/// For programs that a host names as its [`Compiler`](crate::Compiler): it runs them with these two
/// numbers as their last arguments. It expects to be all that its process does.
pub fn compile_for_host(memory_bytes: u64, cpu_seconds: u64) -> ExitCode {
    #[cfg(unix)]
    limit(memory_bytes, cpu_seconds);
    #[cfg(not(unix))]
    let _ = (memory_bytes, cpu_seconds);
    match compile() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error:#}");
            ExitCode::from(u8::try_from(REFUSED).unwrap_or(u8::MAX))
        }
    }
}

fn compile() -> wasmtime::Result<()> {
    let mut wasm = Vec::new();
    std::io::stdin().lock().read_to_end(&mut wasm)?;
    let code = Engine::new(&compiling())?.precompile_component(&wasm)?;
    let mut out = std::io::stdout().lock();
    out.write_all(&code)?;
    out.flush()?;
    Ok(())
}

/// What cannot be limited, the host's own clock still ends.
#[cfg(unix)]
fn limit(memory_bytes: u64, cpu_seconds: u64) {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let processors = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    let memory = processors
        .saturating_mul(FOR_EACH_PROCESSOR)
        .saturating_add(TO_BEGIN)
        .saturating_add(memory_bytes);
    let at = |most: u64| Rlimit {
        current: Some(most),
        maximum: Some(most),
    };
    for (resource, most) in [
        // On Linux this is what can be written to, and address space that is only reserved is not counted.
        (Resource::Data, memory),
        (Resource::Cpu, cpu_seconds.saturating_mul(processors)),
        // A crash leaves no copy of it on disk.
        (Resource::Core, 0),
    ] {
        let _ = setrlimit(resource, at(most));
    }
    // Elsewhere address space is all that can be limited.
    #[cfg(not(target_os = "linux"))]
    let _ = setrlimit(Resource::As, at(memory));
}
