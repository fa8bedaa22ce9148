//! This program as the compiler of its own host: run once more, hidden from people, in a process that
//! compiles one component within limits and ends.

use airlock_runtime::{Compiler, compile_for_host};
use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

/// The first word by which the host asks for it. No command that a person can type.
const WORD: &str = "__compile";

/// On Linux the program that runs, even after another version was put in its place: a host may run for
/// months, and only the same version makes code that it can load.
const ITSELF: &str = "/proc/self/exe";

/// How the host runs this program as its compiler; nothing where the system does not say what runs.
pub(crate) fn compiler() -> Option<Compiler> {
    let itself = PathBuf::from(ITSELF);
    let program = if itself.exists() {
        Some(itself)
    } else {
        std::env::current_exe().ok()
    };
    program.map(|program| Compiler {
        program,
        arguments: vec![WORD.into()],
    })
}

/// Compiles, if that is what this process was started for.
pub(crate) fn serve(words: &[OsString]) -> Option<ExitCode> {
    let [_, word, memory, seconds] = words else {
        return None;
    };
    if word != WORD {
        return None;
    }
    let number = |word: &OsString| word.to_str()?.parse().ok();
    Some(compile_for_host(number(memory)?, number(seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_types_is_never_taken_for_it() {
        for line in [
            "airlock",
            "airlock connector add x.wasm",
            "airlock __compile",
            "airlock __compile a b",
            "airlock run __compile 1 2",
        ] {
            let words: Vec<OsString> = line.split(' ').map(OsString::from).collect();
            assert!(serve(&words).is_none(), "{line}");
        }
    }
}
