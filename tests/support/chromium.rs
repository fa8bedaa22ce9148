//! A real browser without a window, told what to do over a pipe (the DevTools protocol).

use serde_json::{Value, json};
use std::path::Path;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use url::Url;

/// Where Debian's package `chromium` puts it.
const BINARY: &str = "/usr/bin/chromium";

/// The protocol is on the third and the fourth file, which a process is given by its shell only.
const START: &str = "exec \"$0\" --headless --no-sandbox --disable-gpu --disable-dev-shm-usage \
    --no-first-run --ignore-certificate-errors --user-data-dir=\"$1\" --remote-debugging-pipe \
    about:blank 3<&0 4>&1 </dev/null >/dev/null 2>&1";

/// A page in a browser of its own.
pub struct Chromium {
    _child: Child,
    _profile: TempDir,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
    sent: u64,
    session: Option<String>,
}

impl Chromium {
    /// A browser that believes every certificate; `None`, and a word about it, where none is installed.
    pub async fn open() -> Option<Self> {
        if !Path::new(BINARY).exists() {
            eprintln!("NOT TESTED: there is no {BINARY}; install Debian's package chromium");
            return None;
        }
        let profile = tempfile::tempdir().unwrap();
        let mut child = Command::new("sh")
            .args(["-c", START, BINARY])
            .arg(profile.path())
            .env("HOME", profile.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let mut browser = Self {
            to: child.stdin.take().unwrap(),
            from: BufReader::new(child.stdout.take().unwrap()),
            _child: child,
            _profile: profile,
            sent: 0,
            session: None,
        };
        let page = loop {
            let known = browser.call("Target.getTargets", json!({})).await.unwrap();
            let targets = known["targetInfos"].as_array().unwrap().clone();
            if let Some(page) = targets.into_iter().find(|one| one["type"] == "page") {
                break page["targetId"].clone();
            }
        };
        let attach = json!({ "targetId": page, "flatten": true });
        let attached = browser.call("Target.attachToTarget", attach).await.unwrap();
        browser.session = attached["sessionId"].as_str().map(str::to_owned);
        Some(browser)
    }

    /// Opens an address.
    pub async fn open_page(&mut self, url: &Url) {
        let navigated = self.call("Page.navigate", json!({ "url": url })).await;
        navigated.unwrap();
    }

    /// What an expression is on the page; nothing while the page changes.
    pub async fn eval(&mut self, expression: &str) -> Value {
        let asked = json!({ "expression": expression, "returnByValue": true });
        let answer = self.call("Runtime.evaluate", asked).await;
        answer.map_or(Value::Null, |mut answer| answer["result"]["value"].take())
    }

    /// Waits until an expression is true on the page.
    pub async fn until(&mut self, expression: &str) {
        for _ in 0..100_000 {
            if self.eval(expression).await == true {
                return;
            }
            tokio::task::yield_now().await;
        }
        let text = self.eval("document.documentElement.innerText").await;
        panic!("never {expression}: {text}");
    }

    async fn call(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.sent += 1;
        let mut message = json!({ "id": self.sent, "method": method, "params": params });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let mut bytes = message.to_string().into_bytes();
        bytes.push(0);
        self.to.write_all(&bytes).await.unwrap();
        loop {
            let mut answer = Vec::new();
            let read = self.from.read_until(0, &mut answer).await.unwrap();
            assert!(read > 0, "the browser ended");
            answer.pop();
            let mut answer: Value = serde_json::from_slice(&answer).unwrap();
            if answer["id"] == self.sent {
                return match answer.get("error") {
                    Some(error) => Err(error.to_string()),
                    None => Ok(answer["result"].take()),
                };
            }
        }
    }
}
