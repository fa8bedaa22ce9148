//! The documents as a reader runs them: each ```console block of README and docs goes through a real shell, with the
//! real binary and component, against a local Dataverse. What stands below a command is what it prints, where `…`
//! stands for anything.
//!
//! Contoso's addresses lead to the local Dataverse here. Blocks marked `console not run` are for other machines.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test stops at the first surprise"
)]

use dataverse_sim::{RunningSim, Sim};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

/// Where this build's `airlock` lies.
fn binaries() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_airlock")).parent().unwrap()
}

/// One command with what a reader is told that it prints.
struct Step {
    line: usize,
    command: String,
    expected: Vec<String>,
}

/// The commands of a document, in their order.
fn steps(document: &str) -> Vec<Step> {
    let mut steps: Vec<Step> = Vec::new();
    let (mut inside, mut continues) = (false, false);
    for (number, line) in document.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            inside = !inside && line.trim() == "```console";
            continues = false;
        } else if !inside {
        } else if continues {
            let step = steps.last_mut().unwrap();
            step.command.push('\n');
            step.command.push_str(line);
            continues = line.ends_with('\\');
        } else if let Some(command) = line.trim_start().strip_prefix("$ ") {
            continues = line.ends_with('\\');
            steps.push(Step {
                line: number + 1,
                command: command.to_owned(),
                expected: Vec::new(),
            });
        } else if !line.trim().is_empty()
            && let Some(step) = steps.last_mut()
        {
            step.expected.push(line.trim_end().to_owned());
        }
    }
    steps
}

/// Whether a line fits a pattern in which `…` stands for anything.
fn fits(pattern: &str, line: &str) -> bool {
    let mut rest = line;
    let mut parts = pattern.split('…');
    let first = parts.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else {
        return false;
    };
    rest = after;
    let mut open = false;
    for part in parts {
        open = true;
        match rest.find(part) {
            Some(at) => rest = rest.get(at + part.len()..).unwrap_or_default(),
            None => return false,
        }
    }
    rest.trim().is_empty() || (open && pattern.ends_with('…'))
}

/// The lines told are printed, in that order; a lone `…` skips some.
fn printed(expected: &[String], output: &str) -> Result<(), String> {
    let mut lines = output.lines();
    for pattern in expected.iter().filter(|pattern| pattern.trim() != "…") {
        if !lines.any(|line| fits(pattern.trim(), line.trim())) {
            return Err(format!("was not printed: {pattern}"));
        }
    }
    Ok(())
}

/// A shell in a folder of its own where `airlock` is the one built here.
struct Reader {
    folder: tempfile::TempDir,
    sim: RunningSim,
}

impl Reader {
    fn new() -> Self {
        let sim = Sim::builder()
            .tls(true)
            .seed("small".parse().unwrap())
            .start_blocking()
            .unwrap();
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("target")).unwrap();
        let component = binaries().ancestors().nth(1).unwrap().join("dynamics.wasm");
        std::fs::copy(&component, folder.path().join("target/dynamics.wasm")).unwrap_or_else(
            |error| {
                panic!(
                    "{}: {error}; `make components` builds it",
                    component.display()
                )
            },
        );
        std::fs::write(folder.path().join("ca.pem"), sim.ca_pem().unwrap()).unwrap();
        std::fs::write(
            folder.path().join("airlock.toml"),
            format!(
                "[egress]\nallow-loopback = true\ntrusted-roots = [\"{}\"]\n",
                folder.path().join("ca.pem").display()
            ),
        )
        .unwrap();
        Self { folder, sim }
    }

    /// Runs one command of a document and says what is wrong with it.
    fn run(&self, step: &Step) -> Result<(), String> {
        let command = step
            .command
            .replace("https://contoso.crm.dynamics.com", &self.sim.base_url())
            .replace(
                "https://login.microsoftonline.com/TENANT-ID/oauth2/v2.0/token",
                &self.sim.token_url(),
            );
        let path = format!(
            "{}:{}",
            binaries().display(),
            std::env::var("PATH").unwrap_or_default()
        );
        let output = Command::new("bash")
            .args(["-o", "pipefail", "-c", &format!("{{ {command}\n}} 2>&1")])
            .current_dir(self.folder.path())
            .env_clear()
            .env("PATH", path)
            .env("HOME", self.folder.path())
            .env("AIRLOCK_CONFIG", self.folder.path().join("airlock.toml"))
            .env("CLIENT_ID", self.sim.client_id().to_string())
            .env("CLIENT_SECRET", self.sim.client_secret())
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let told_failure = step
            .expected
            .iter()
            .any(|line| line.starts_with("error") || line.starts_with("{\"error\""));
        if output.status.success() == told_failure {
            return Err(format!("ended with {}:\n{text}", output.status));
        }
        printed(&step.expected, &text).map_err(|fault| format!("{fault}\nprinted was:\n{text}"))
    }
}

/// What these commands need is not what a reader of one page has.
fn is_for_this_test(command: &str) -> bool {
    !["make ", "git ", "source ", "cargo "]
        .iter()
        .any(|first| command.starts_with(first))
}

fn holds(documents: &[&str]) {
    let reader = Reader::new();
    let mut faults = Vec::new();
    let mut ran = 0;
    for name in documents {
        let text = std::fs::read_to_string(workspace().join(name)).unwrap();
        for step in steps(&text)
            .iter()
            .filter(|step| is_for_this_test(&step.command))
        {
            ran += 1;
            if let Err(fault) = reader.run(step) {
                faults.push(format!("{name}:{}: $ {}\n{fault}", step.line, step.command));
            }
        }
    }
    assert!(ran > 0, "{documents:?} have no commands");
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn the_readme_holds() {
    holds(&["README.md"]);
}

#[test]
fn the_tutorial_holds() {
    holds(&["docs/tutorial.md"]);
}

#[test]
fn the_how_to_pages_hold() {
    holds(&["docs/how-to.md"]);
}
