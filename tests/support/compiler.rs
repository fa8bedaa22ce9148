//! A compiler for the hosts under test: what an embedder's own executable does when its host runs it.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut numbers = std::env::args()
        .skip(1)
        .filter_map(|word| word.parse().ok());
    match (numbers.next(), numbers.next()) {
        (Some(memory), Some(seconds)) => airlock_runtime::compile_for_host(memory, seconds),
        _ => ExitCode::FAILURE,
    }
}
