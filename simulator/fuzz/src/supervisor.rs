//! A process for each target, and what is left of those that end badly.

use std::path::Path;
use std::process::{Command, ExitCode};

use anyhow::{Context, bail};

use crate::findings::{self, Findings, TRYING};
use crate::harness::{Harness, map};
use crate::subject::Subject;
use crate::target::{self, Target};
use crate::{DEFECTS, Options, panics};

/// The targets with these names; all when there are none.
pub(crate) fn chosen(names: &[String]) -> anyhow::Result<Vec<&'static Target>> {
    if names.is_empty() {
        return Ok(target::ALL.iter().collect());
    }
    let known = || {
        target::ALL
            .iter()
            .map(|target| target.name)
            .collect::<Vec<_>>()
            .join(", ")
    };
    names
        .iter()
        .map(|name| {
            target::named(name)
                .with_context(|| format!("no target `{name}`; there are {}", known()))
        })
        .collect()
}

/// Fuzzes a target in a child of this process.
pub(crate) fn run(target: &Target, folder: &Path, options: &Options) -> anyhow::Result<usize> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args([target.name, "--here", "--seed", &options.seed.to_string()])
        .args(["--seconds", &options.seconds.to_string()])
        .arg("--findings")
        .arg(&options.findings);
    if let Some(tries) = options.tries {
        command.args(["--tries", &tries.to_string()]);
    }
    let status = command.status()?;
    match status.code() {
        Some(0) => Ok(0),
        Some(DEFECTS) => Ok(1),
        Some(other) => bail!("fuzzing {} ended with {other}", target.name),
        None => {
            let input = std::fs::read(folder.join(TRYING))?;
            findings::keep(folder, &input, "the process ended", &status.to_string())?;
            Ok(1)
        }
    }
}

/// Sends one kept input, shows the answer, and fails when it is a defect still.
pub(crate) fn replay(file: &Path, name: Option<&str>) -> anyhow::Result<ExitCode> {
    let folder = file.parent().and_then(Path::file_name).unwrap_or_default();
    let name = name.map_or_else(|| folder.to_string_lossy().into_owned(), str::to_owned);
    let Some(target) = target::named(&name) else {
        bail!("`{name}` is no target; name it before --replay");
    };
    panics::watch();
    let mut harness = Harness {
        target,
        subject: Subject::start()?,
        findings: Findings::open(&std::env::temp_dir().join("fuzz-replay"))?,
        observers: (map(), ()),
    };
    let (outcome, verdict) = harness.attempt(&std::fs::read(file)?)?;
    println!("{outcome:?}");
    match verdict {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(complaint) => {
            println!("DEFECT {}", complaint.kind);
            Ok(ExitCode::FAILURE)
        }
    }
}
