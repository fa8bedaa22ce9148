//! What a case file says. `README.md` documents every field for those who write them.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::Value;

/// A file of cases: they run in order against one fresh simulator.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// How the simulator is started.
    #[serde(default)]
    pub sim: Settings,
    /// Requests before the first case. Their captures are known to all cases.
    #[serde(default)]
    pub setup: Vec<Step>,
    /// The facts.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
}

/// How a file's simulator is started.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings {
    /// A seed as `--seed` takes it, `none` for no rows besides users. `small` when absent.
    pub seed: Option<String>,
    /// The time at the start, in RFC 3339. It stands still unless a step turns it.
    pub clock: Option<String>,
    /// A file of operations as `--operations` takes it, its text.
    pub operations: Option<String>,
}

/// One fact.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// Section of the reference, such as `2.1`.
    pub section: String,
    /// The fact in one line.
    pub fact: String,
    /// Why the simulator does not do it yet. Such a case has to fail; when it passes, the mark has to go.
    #[serde(default)]
    pub pending: Option<String>,
    /// Requests that bring about the situation.
    #[serde(default)]
    pub given: Vec<Step>,
    /// Requests that look at the consequences.
    #[serde(default)]
    pub then: Vec<Step>,
    // The request that shows the fact: the members of `Step`, which serde cannot flatten and stay strict about.
    request: String,
    #[serde(default, rename = "as")]
    identity: Who,
    #[serde(default)]
    headers: IndexMap<String, String>,
    #[serde(default)]
    body: Option<Value>,
    #[serde(default)]
    form: Option<IndexMap<String, String>>,
    #[serde(default, rename = "type")]
    content_type: Option<String>,
    #[serde(default)]
    capture: IndexMap<String, String>,
    #[serde(default)]
    expect: Expectation,
}

/// One request and what has to come back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// `METHOD path`: relative to the Web API's root, from `/` relative to the host, or a whole URL.
    pub request: String,
    /// Who asks.
    #[serde(default, rename = "as")]
    pub identity: Who,
    /// Request headers.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// A table or array is sent as JSON, a text as it is.
    #[serde(default)]
    pub body: Option<Value>,
    /// A form, for the token endpoint.
    #[serde(default)]
    pub form: Option<IndexMap<String, String>>,
    /// Content type, when it is not the obvious one.
    #[serde(default, rename = "type")]
    pub content_type: Option<String>,
    /// Seconds by which the clock is turned before the request.
    #[serde(default)]
    pub advance: i64,
    /// How often the request is sent; `{n}` counts from 1. The last answer is the one that is looked at.
    #[serde(default)]
    pub repeat: Option<u32>,
    /// Values to keep for later requests.
    #[serde(default)]
    pub capture: IndexMap<String, String>,
    /// What has to come back; any success when absent.
    #[serde(default)]
    pub expect: Expectation,
}

/// Who asks.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Hash)]
#[serde(rename_all = "kebab-case")]
pub enum Who {
    /// The development application, which may do everything.
    #[default]
    Developer,
    /// An application that the tenant knows and the organisation does not.
    Stranger,
    /// Nobody: no `Authorization` header.
    Nobody,
}

/// What has to come back.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expectation {
    /// Status; any of 200 to 299 when absent.
    #[serde(default)]
    pub status: Option<u16>,
    /// Headers, by the rules of text.
    #[serde(default)]
    pub headers: IndexMap<String, String>,
    /// The body as JSON, of which at least this has to be there. Text is read as JSON first.
    #[serde(default)]
    pub json: Option<Value>,
    /// The whole body, by the rules of text.
    #[serde(default)]
    pub text: Option<String>,
    /// Pieces of text that the body has to contain, as they are.
    #[serde(default)]
    pub contains: Vec<String>,
    /// Pieces of text that the body must not contain.
    #[serde(default)]
    pub lacks: Vec<String>,
    /// The error.
    #[serde(default)]
    pub error: Option<ErrorExpectation>,
    /// The answers inside a batch's answer, in order, change sets flattened.
    #[serde(default)]
    pub parts: Option<Vec<Expectation>>,
}

/// An error as Dataverse shapes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ErrorExpectation {
    /// Its code, by the rules of text.
    #[serde(default)]
    pub code: Option<String>,
    /// Its message, by the rules of text.
    #[serde(default)]
    pub message: Option<String>,
}

impl Case {
    /// The request that shows the fact.
    pub fn step(&self) -> Step {
        Step {
            request: self.request.clone(),
            identity: self.identity,
            headers: self.headers.clone(),
            body: self.body.clone(),
            form: self.form.clone(),
            content_type: self.content_type.clone(),
            advance: 0,
            repeat: None,
            capture: self.capture.clone(),
            expect: self.expect.clone(),
        }
    }
}

/// A case file and where it lies.
#[derive(Debug)]
pub struct Named {
    /// File name without folder and ending.
    pub name: String,
    /// What it says.
    pub file: CaseFile,
}

/// The folder of the cases in the source tree.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

/// Reads all case files whose name contains `part`, by name.
pub fn read(part: &str) -> anyhow::Result<Vec<Named>> {
    let folder = folder();
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.extension().is_some_and(|ending| ending == "toml") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut files = Vec::new();
    for path in paths {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        if name.contains(part) {
            let text = std::fs::read_to_string(&path)?;
            let file = toml::from_str(&text).with_context(|| path.display().to_string())?;
            files.push(Named {
                name: name.into_owned(),
                file,
            });
        }
    }
    if files.is_empty() {
        bail!(
            "no case file in {} has `{part}` in its name",
            folder.display()
        );
    }
    Ok(files)
}
