//! The command line in a process of its own, as a person at a terminal or a script uses it, against a
//! local Dataverse over TLS.

use crate::browser::Browser;
use crate::guests::{airlock, dynamics};
use dataverse_sim::{RunningSim, Sim, SimBuilder};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::OnceCell;
use url::Url;

/// A data folder with the Dynamics connector in it, and an organisation to connect to.
pub struct Terminal {
    /// The organisation.
    pub sim: RunningSim,
    folder: TempDir,
}

/// A command that has ended.
#[derive(Debug)]
pub struct Ended {
    /// Its exit code; nothing when a signal ended it.
    pub code: Option<i32>,
    /// Its answer.
    pub out: String,
    /// Its notes and errors.
    pub err: String,
}

/// A command that is running.
pub struct Running {
    child: Child,
    /// What is typed.
    pub input: Option<ChildStdin>,
    err: BufReader<tokio::process::ChildStderr>,
    said: String,
}

impl Terminal {
    /// With the simulator as it is.
    pub async fn open() -> Self {
        Self::with(|sim| sim).await
    }

    /// With a simulator of one's own choice.
    pub async fn with(change: impl FnOnce(SimBuilder) -> SimBuilder) -> Self {
        let sim = change(Sim::builder().tls(true)).start().await.unwrap();
        let folder = tempfile::tempdir().unwrap();
        let terminal = Self { sim, folder };
        let root = terminal.path("ca.pem");
        std::fs::write(&root, terminal.sim.ca_pem().unwrap()).unwrap();
        let config = format!("[egress]\nallow-loopback = true\ntrusted-roots = [{root:?}]\n");
        std::fs::write(terminal.path("airlock.toml"), config).unwrap();
        terminal.add_connector().await;
        terminal
    }

    /// Adds the connector; once in this process, and from then on by a copy of what that left: it takes
    /// seconds to compile.
    async fn add_connector(&self) {
        static ADDED: OnceCell<TempDir> = OnceCell::const_new();
        let added = ADDED
            .get_or_init(|| async {
                let wasm = self.path("dynamics.wasm");
                std::fs::write(&wasm, dynamics()).unwrap();
                let added = self
                    .run(&["connector", "add", wasm.to_str().unwrap()])
                    .await;
                assert_eq!(added.code, Some(0), "{}", added.err);
                let kept = tempfile::tempdir().unwrap();
                copy(&self.data(), &kept.path().join("data"));
                kept
            })
            .await;
        if !self.data().exists() {
            copy(&added.path().join("data"), &self.data());
        }
    }

    /// A file of this terminal's.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the host keeps everything.
    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    /// A browser that trusts the organisation.
    pub fn browser(&self) -> Browser {
        Browser::trusting(self.sim.ca_pem().unwrap())
    }

    /// An endpoint of the organisation's authority, such as `authorize`.
    pub fn endpoint(&self, name: &str) -> String {
        let token = self.sim.token_url();
        format!("{}{name}", token.strip_suffix("token").unwrap())
    }

    /// Adds a connection through which a person speaks.
    pub async fn connect(&self, name: &str, kind: &str, secrets: &str) -> Ended {
        let setting =
            |name: &str, value: String| ["--setting".to_owned(), format!("{name}={value}")];
        let settings = [
            setting("web-api-url", self.sim.base_url()),
            setting("token-url", self.sim.token_url()),
            match kind {
                "device-code" => setting("device-url", self.endpoint("devicecode")),
                _ => setting("authorize-url", self.endpoint("authorize")),
            },
        ];
        let mut words = vec![
            "connection",
            "add",
            name,
            "--connector",
            "dynamics",
            "--kind",
            kind,
        ];
        words.push("--secrets-stdin");
        words.extend(settings.iter().flatten().map(String::as_str));
        self.type_in(&words, secrets).await
    }

    /// Adds a connection of the application that proves itself by a secret.
    pub async fn connect_by_secret(&self, name: &str) {
        let settings = [
            format!("web-api-url={}", self.sim.base_url()),
            format!("token-url={}", self.sim.token_url()),
        ];
        let secrets = format!(
            r#"{{"client-id":"{}","client-secret":"{}"}}"#,
            self.sim.client_id(),
            self.sim.client_secret()
        );
        let [url, token] = &settings;
        let words = [
            "connection",
            "add",
            name,
            "--connector",
            "dynamics",
            "--kind",
            "client-credentials",
            "--secrets-stdin",
            "--setting",
            url,
            "--setting",
            token,
        ];
        let added = self.type_in(&words, &secrets).await;
        assert_eq!(added.code, Some(0), "{}", added.err);
    }

    /// Runs a command to its end.
    pub async fn run(&self, words: &[&str]) -> Ended {
        self.type_in(words, "").await
    }

    /// The same with `text` as its input.
    pub async fn type_in(&self, words: &[&str], text: &str) -> Ended {
        let mut running = self.begin(words);
        running.type_in(text).await;
        running.input = None;
        running.end().await
    }

    /// Starts a command.
    pub fn begin(&self, words: &[&str]) -> Running {
        self.begin_with(words, &[])
    }

    /// The same with more in its environment.
    pub fn begin_with(&self, words: &[&str], variables: &[(&str, &str)]) -> Running {
        let mut child = Command::new(airlock())
            .args(words)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("AIRLOCK_DATA_DIR", self.data())
            .env("AIRLOCK_CONFIG", self.path("airlock.toml"))
            .envs(variables.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        Running {
            input: child.stdin.take(),
            err: BufReader::new(child.stderr.take().unwrap()),
            child,
            said: String::new(),
        }
    }
}

fn copy(from: &Path, to: &Path) {
    let copied = std::process::Command::new("cp")
        .args(["-a".as_ref(), from.as_os_str(), to.as_os_str()])
        .status();
    assert!(copied.unwrap().success());
}

impl Running {
    /// Types.
    pub async fn type_in(&mut self, text: &str) {
        if let Some(input) = &mut self.input {
            // It may have ended already, which its exit code says better.
            let _ = input.write_all(text.as_bytes()).await;
            let _ = input.flush().await;
        }
    }

    /// Waits until it has printed a line with `mark` in it.
    pub async fn line_with(&mut self, mark: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.err.read_line(&mut line).await.unwrap();
            assert!(read > 0, "it ended without {mark:?}: {}", self.said);
            self.said.push_str(&line);
            if line.contains(mark) {
                return line.trim_end().to_owned();
            }
        }
    }

    /// Waits until it has printed an address; the address.
    pub async fn address(&mut self) -> Url {
        let line = self.line_with("https://").await;
        let (_, rest) = line.split_once("https://").unwrap();
        let address = rest.split_whitespace().next().unwrap();
        Url::parse(&format!("https://{address}")).unwrap()
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id().unwrap()
    }

    /// Whether it has not ended yet.
    pub fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills it (SIGKILL): it can say nothing and put nothing in order.
    pub async fn kill(mut self) {
        self.child.kill().await.unwrap();
    }

    /// Waits for its end.
    pub async fn end(mut self) -> Ended {
        let mut out = String::new();
        let mut stdout = self.child.stdout.take().unwrap();
        let (read, rest) = tokio::join!(
            stdout.read_to_string(&mut out),
            self.err.read_to_string(&mut self.said)
        );
        read.unwrap();
        rest.unwrap();
        let status = self.child.wait().await.unwrap();
        Ended {
            code: status.code(),
            out,
            err: self.said,
        }
    }
}
