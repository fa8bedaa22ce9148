//! A data folder of one's own, the binary that knows no other, and one organisation for all tests.

use dataverse_sim::seed::Seed;
use dataverse_sim::{RunningSim, Sim};
use serde_json::Value;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

/// The organisation, with the runtime that it lives on.
struct Organisation {
    sim: RunningSim,
    _runtime: tokio::runtime::Runtime,
}

fn organisation() -> &'static RunningSim {
    static ORGANISATION: OnceLock<Organisation> = OnceLock::new();
    let organisation = ORGANISATION.get_or_init(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let sim = Sim::builder().tls(true).seed(Seed::Small);
        let sim = runtime.block_on(sim.start()).unwrap();
        Organisation {
            sim,
            _runtime: runtime,
        }
    });
    &organisation.sim
}

/// A folder with the connector installed and the way to the organisation open.
pub(crate) struct House(tempfile::TempDir);

impl House {
    /// With nothing in it.
    pub(crate) fn empty() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// With the connector. Compiling takes seconds, so that one folder is copied for all.
    pub(crate) fn new() -> Self {
        static MODEL: OnceLock<House> = OnceLock::new();
        let model = MODEL.get_or_init(|| {
            let model = Self::empty();
            std::fs::write(model.file("ca.pem"), organisation().ca_pem().unwrap()).unwrap();
            let component = component().display().to_string();
            done(&model.run(&["connector", "add", &component]));
            model
        });
        let house = Self::empty();
        copy(model.0.path(), house.0.path());
        house.configure(&format!(
            "[egress]\nallow-loopback = true\ntrusted-roots = [{:?}]\n",
            house.file("ca.pem").display().to_string()
        ));
        house
    }

    /// With the connection `contoso`.
    pub(crate) fn connected() -> Self {
        let house = Self::new();
        done(&house.add("contoso"));
        house
    }

    /// Adds a connection to the organisation.
    pub(crate) fn add(&self, name: &str) -> Output {
        let (url, token) = (Self::url(), Self::token_url());
        let (url, token) = (format!("web-api-url={url}"), format!("token-url={token}"));
        let words = [
            "connection",
            "add",
            name,
            "--kind",
            "client-credentials",
            "--secrets-stdin",
        ];
        let settings = ["--setting", &url, "--setting", &token];
        self.fed(&[&words[..], &settings[..]].concat(), &Self::secrets())
    }

    pub(crate) fn url() -> String {
        organisation().base_url()
    }

    pub(crate) fn token_url() -> String {
        organisation().token_url()
    }

    pub(crate) fn client() -> (String, String) {
        let sim = organisation();
        (sim.client_id().to_string(), sim.client_secret().to_owned())
    }

    /// Both secrets as one JSON object.
    pub(crate) fn secrets() -> String {
        let (id, secret) = Self::client();
        serde_json::json!({"client-id": id, "client-secret": secret}).to_string()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.file("data")
    }

    pub(crate) fn configure(&self, text: &str) {
        std::fs::write(self.file("airlock.toml"), text).unwrap();
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_airlock"));
        command.args(words).stdin(Stdio::null());
        self.surround(&mut command);
        command
    }

    /// The environment that holds this house and nothing else.
    pub(crate) fn surround(&self, command: &mut Command) {
        command
            .env_clear()
            .env("AIRLOCK_DATA_DIR", self.data())
            .current_dir(self.0.path());
        if self.file("airlock.toml").exists() {
            command.env("AIRLOCK_CONFIG", self.file("airlock.toml"));
        }
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// With something on standard input.
    pub(crate) fn fed(&self, words: &[&str], input: &str) -> Output {
        let mut child = self
            .command(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let written = child.stdin.take().unwrap().write_all(input.as_bytes());
        // A command that refuses before it reads is no fault of the test.
        let _ = written;
        child.wait_with_output().unwrap()
    }

    /// The error of a command, as programs get it.
    pub(crate) fn error(&self, words: &[&str]) -> Value {
        let words = [&["--error-format", "json"], words].concat();
        let output = self.run(&words);
        let text = err(&output);
        let last = text.lines().last().unwrap_or_default();
        let error: Value =
            serde_json::from_str(last).unwrap_or_else(|_| panic!("{words:?}: {text}"));
        assert_eq!(error["error"]["exit-code"], output.status.code().unwrap());
        error["error"].clone()
    }
}

fn copy(from: &Path, to: &Path) {
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            std::fs::create_dir(&target).unwrap();
            let mode = entry.metadata().unwrap().permissions();
            std::fs::set_permissions(&target, mode).unwrap();
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), &target).unwrap();
        }
    }
}

/// The real connector, built by the same command that a person would use.
pub(crate) fn component() -> PathBuf {
    let exe = std::env::current_exe().unwrap();
    let target = exe.ancestors().nth(3).unwrap().to_owned();
    let status = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .args(["build", "--quiet", "--package", "dynamics"])
        .args(["--target", "wasm32-wasip2", "--profile", "component"])
        .env("CARGO_TARGET_DIR", &target)
        .status()
        .unwrap();
    assert!(status.success(), "the connector does not build");
    target.join("wasm32-wasip2/component/dynamics.wasm")
}

pub(crate) fn code(output: &Output) -> i32 {
    output.status.code().unwrap()
}

pub(crate) fn err(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

pub(crate) fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn json(output: &Output) -> Value {
    serde_json::from_str(&out(output)).unwrap_or_else(|_| panic!("{}{}", out(output), err(output)))
}

pub(crate) fn done(output: &Output) {
    assert_eq!(code(output), 0, "{}{}", out(output), err(output));
}
