//! `conformance`: runs the golden cases and prints the table of sections.

use std::process::ExitCode;

use clap::Parser;
use conformance::{case, report, run, sections};

/// Asks a fresh simulator for every fact of the golden cases.
#[derive(Debug, Parser)]
struct Arguments {
    /// Run only the files with this in their name.
    #[arg(default_value = "")]
    part: String,

    /// Also print what is left out and why.
    #[arg(long)]
    gaps: bool,
}

fn main() -> ExitCode {
    match all(&Arguments::parse()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("conformance: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn all(arguments: &Arguments) -> anyhow::Result<bool> {
    let files = case::read(&arguments.part)?;
    let sections = sections::read()?;
    let outcomes = run::run(&files);
    let failures = report::failures(&outcomes);
    print!("{failures}");
    if arguments.part.is_empty() {
        println!("{}", report::table(&sections, &outcomes));
    }
    if arguments.gaps {
        print!("{}", report::gaps(&sections, &outcomes));
    }
    let held = outcomes
        .iter()
        .filter(|outcome| outcome.verdict == run::Verdict::Held)
        .count();
    let requests: usize = outcomes.iter().map(|outcome| outcome.requests).sum();
    println!(
        "golden cases: {held} of {} facts hold, {requests} requests",
        outcomes.len()
    );
    for stray in report::strays(&sections, &outcomes) {
        println!("no such section: {stray}");
    }
    Ok(failures.is_empty() && report::strays(&sections, &outcomes).is_empty())
}
