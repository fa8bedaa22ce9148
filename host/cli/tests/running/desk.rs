//! The binary at work: connected to a local Dataverse, or to a component that misbehaves.

use dataverse_sim::seed::Seed;
use dataverse_sim::{RunningSim, Sim};
use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, OnceLock, PoisonError};
use tempfile::TempDir;

/// One folder, one organisation and one connector for all tests: compiling it takes seconds.
pub(crate) struct Desk {
    folder: TempDir,
    sim: RunningSim,
}

/// The connection `crm` to the organisation, in the default tenant.
pub(crate) fn desk() -> &'static Desk {
    static DESK: OnceLock<Desk> = OnceLock::new();
    DESK.get_or_init(Desk::open)
}

impl Desk {
    /// A folder, an organisation and a connector of its own.
    pub(crate) fn open() -> Self {
        let sim = simulator();
        let folder = tempfile::tempdir().unwrap();
        let roots = folder.path().join("ca.pem");
        std::fs::write(&roots, sim.ca_pem().unwrap()).unwrap();
        let settings = format!(
            "[egress]\nallow-loopback = true\ntrusted-roots = [{:?}]\n",
            roots.display().to_string()
        );
        std::fs::write(folder.path().join("airlock.toml"), settings).unwrap();
        let desk = Self { folder, sim };
        let component = build(&["dynamics"]).join("dynamics.wasm");
        done(&desk.run(&["connector", "add", &component.display().to_string()]));
        desk.connect("crm");
        desk
    }

    /// One more connection to the organisation.
    pub(crate) fn connect(&self, name: &str) {
        let secrets = format!(
            "{{\"client-id\":\"{}\",\"client-secret\":\"{}\"}}",
            self.sim.client_id(),
            self.sim.client_secret()
        );
        let url = format!("web-api-url={}", self.sim.base_url());
        let token = format!("token-url={}", self.sim.token_url());
        let words = [
            "connection",
            "add",
            name,
            "--connector",
            "dynamics",
            "--kind",
            "client-credentials",
            "--setting",
            &url,
            "--setting",
            &token,
            "--secrets-stdin",
        ];
        done(&self.fed(&words, secrets.as_bytes()));
    }

    /// Has the organisation misbehave, as its documentation says rules are written.
    pub(crate) fn misbehave(&self, rule: serde_json::Value) {
        self.sim.add_fault(serde_json::from_value(rule).unwrap());
    }

    /// A component of `tests/components`, connected as `crm` in a tenant of its own.
    pub(crate) fn guest(&self, name: &str) -> String {
        static THERE: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
        static GUESTS: OnceLock<PathBuf> = OnceLock::new();
        let mut there = THERE.lock().unwrap_or_else(PoisonError::into_inner);
        if !there.insert(name.to_owned()) {
            return name.replace('_', "-");
        }
        let folder = GUESTS.get_or_init(|| build(&["hostile-components", "--examples"]));
        let component = folder.join(format!("examples/{name}.wasm"));
        let tenant = name.replace('_', "-");
        let component = component.display().to_string();
        done(&self.run(&["--tenant", &tenant, "connector", "add", &component]));
        done(&self.run(&[
            "--tenant",
            &tenant,
            "connection",
            "add",
            "crm",
            "--connector",
            "guest",
            "--kind",
            "none",
            "--setting",
            "url=https://127.0.0.1:9",
        ]));
        tenant
    }

    /// The binary, with these words and an environment that holds nothing else.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_airlock"));
        command
            .args(words)
            .env_clear()
            .env("AIRLOCK_DATA_DIR", self.folder.path().join("data"))
            .env("AIRLOCK_CONFIG", self.folder.path().join("airlock.toml"))
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        command
    }

    /// The binary at work, with all its streams in hand.
    pub(crate) fn begin(&self, words: &[&str]) -> Child {
        self.command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// The same with something on standard input.
    pub(crate) fn fed(&self, words: &[&str], input: &[u8]) -> Output {
        let mut child = self.begin(words);
        child.stdin.take().unwrap().write_all(input).unwrap();
        child.wait_with_output().unwrap()
    }

    /// The same on a terminal of this width: both streams as one would see them.
    pub(crate) fn seen(&self, words: &[&str], width: u16) -> String {
        let output = self.at_terminal(words, width).output();
        let output = output.expect("util-linux has script");
        String::from_utf8(output.stdout)
            .unwrap()
            .replace("\r\n", "\n")
    }

    /// The binary on a terminal of this width; what is typed is this command's input.
    pub(crate) fn at_terminal(&self, words: &[&str], width: u16) -> Command {
        let quoted: Vec<String> = std::iter::once(env!("CARGO_BIN_EXE_airlock"))
            .chain(words.iter().copied())
            .map(|word| format!("'{}'", word.replace('\'', "'\\''")))
            .collect();
        self.shell_at_terminal(&format!("exec {}", quoted.join(" ")), width)
    }

    /// A line of a shell on such a terminal.
    pub(crate) fn shell_at_terminal(&self, line: &str, width: u16) -> Command {
        let line = format!("stty cols {width} rows 50; {line}");
        let mut script = Command::new("script");
        script
            .args(["--quiet", "--return", "--command", &line, "/dev/null"])
            .env("AIRLOCK_DATA_DIR", self.folder.path().join("data"))
            .env("AIRLOCK_CONFIG", self.folder.path().join("airlock.toml"))
            .env("TERM", "xterm")
            .env("NO_COLOR", "1")
            .env("SHELL", "/bin/sh")
            .current_dir(self.folder.path())
            .stdin(Stdio::null());
        script
    }

    /// A file that the commands may name.
    pub(crate) fn file(&self, name: &str, content: &[u8]) {
        std::fs::write(self.path().join(name), content).unwrap();
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// On a runtime that lives as long as the tests.
fn simulator() -> RunningSim {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    let runtime = RUNTIME.get_or_init(|| tokio::runtime::Runtime::new().unwrap());
    let many = Seed::Rows {
        count: 12_000,
        table: "contact".to_owned(),
    };
    runtime
        .block_on(
            Sim::builder()
                .tls(true)
                .seed(Seed::Small)
                .seed(many)
                .start(),
        )
        .unwrap()
}

fn build(package: &[&str]) -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    // The folder that this process was built into, whatever it is called.
    let target = std::env::current_exe()
        .unwrap()
        .ancestors()
        .nth(3)
        .unwrap()
        .to_owned();
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(workspace)
        .args(["build", "--quiet", "--locked", "--package"])
        .args(package)
        .args(["--target", "wasm32-wasip2", "--profile", "component"])
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .unwrap();
    assert!(status.success(), "{package:?} does not build");
    target.join("wasm32-wasip2/component")
}

/// The standard output of a command that went well.
pub(crate) fn done(output: &Output) -> String {
    assert_eq!(code(output), Some(0), "{}{}", out(output), err(output));
    out(output)
}

pub(crate) fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}
