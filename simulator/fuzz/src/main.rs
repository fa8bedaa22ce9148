//! `make fuzz`: what no client would send, and whether the simulator answers like the service all the same.
//!
//! An input is bytes; a target ([`target`]) makes an exchange of them, [`verdict`] looks at the answer, and
//! LibAFL, which needs no nightly compiler, mutates what reached new code ([`coverage`]) or drew a new kind of answer.
//! Each target runs in a process of its own ([`supervisor`]), because a stack that overflows takes its process along.

mod campaign;
mod coverage;
mod findings;
mod harness;
mod panics;
mod seeds;
mod subject;
mod supervisor;
mod target;
mod verdict;
mod wire;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use campaign::Budget;
use clap::Parser;

/// Exit code when there were defects; 1 says that fuzzing itself failed.
const DEFECTS: i32 = 2;

/// Feeds the simulator what no client would send.
#[derive(Parser)]
struct Options {
    /// Targets; all unless named.
    targets: Vec<String>,
    /// How long each target is fuzzed, in seconds.
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Stop a target after so many tries, however long that takes.
    #[arg(long)]
    tries: Option<u64>,
    /// Where chance begins: the same number tries the same inputs as long as the code is the same.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where inputs that show a defect are kept.
    #[arg(long, default_value = "target/fuzz")]
    findings: PathBuf,
    /// Send one kept input again and show the answer.
    #[arg(long, value_name = "FILE")]
    replay: Option<PathBuf>,
    /// Fuzz in this process.
    #[arg(long, hide = true)]
    here: bool,
}

fn main() -> anyhow::Result<ExitCode> {
    let options = Options::parse();
    if let Some(file) = &options.replay {
        return supervisor::replay(file, options.targets.first().map(String::as_str));
    }
    let targets = supervisor::chosen(&options.targets)?;
    let budget = Budget {
        time: Duration::from_secs(options.seconds),
        tries: options.tries,
    };
    let mut defects = 0;
    for target in targets {
        let folder = options.findings.join(target.name);
        defects += if options.here {
            campaign::run(target, &folder, budget, options.seed)?
        } else {
            supervisor::run(target, &folder, &options)?
        };
    }
    Ok(if defects > 0 {
        ExitCode::from(u8::try_from(DEFECTS)?)
    } else {
        ExitCode::SUCCESS
    })
}
