//! Inputs to begin with: the requests of the golden cases and the files of `corpus`; and words worth trying.

use std::path::{Path, PathBuf};

use anyhow::Context;
pub(crate) use conformance::case::Step;
use conformance::variables::Variables;

/// Longer inputs are slow to mutate and teach nothing.
const LONGEST: usize = 6_000;

/// Collects inputs.
#[derive(Default)]
pub(crate) struct Seeds {
    pub(crate) inputs: Vec<Vec<u8>>,
}

impl Seeds {
    /// What `input` makes of each request of the golden cases.
    pub(crate) fn golden(&mut self, input: impl Fn(&Step) -> Option<String>) -> anyhow::Result<()> {
        let variables = Variables::default();
        for named in conformance::case::read("")? {
            let file = named.file;
            let cases = file.cases.iter().flat_map(|case| {
                let around = case.given.iter().chain(&case.then).cloned();
                around.chain([case.step()]).collect::<Vec<_>>()
            });
            for step in file.setup.iter().cloned().chain(cases) {
                if let Some(text) = input(&step) {
                    self.add(variables.fill(&text)?.into_bytes());
                }
            }
        }
        Ok(())
    }

    /// The files of a folder of the corpus, by name.
    pub(crate) fn folder(&mut self, name: &str) -> anyhow::Result<()> {
        let folder = here("corpus").join(name);
        if !folder.exists() {
            return Ok(());
        }
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        let mut paths: Vec<_> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        paths.sort();
        for path in paths {
            self.add(std::fs::read(path)?);
        }
        Ok(())
    }

    /// The texts in the cases of the language of expressions.
    pub(crate) fn expressions(&mut self) -> anyhow::Result<()> {
        let folder = here("../../host/expressions/tests/cases");
        let entries = std::fs::read_dir(&folder).with_context(|| folder.display().to_string())?;
        let mut paths: Vec<_> = entries
            .map(|entry| Ok(entry?.path()))
            .collect::<std::io::Result<_>>()?;
        paths.sort();
        for path in paths {
            for line in std::fs::read_to_string(path)?.lines() {
                let case: serde_json::Value = serde_json::from_str(line)?;
                let text = case.get("expression").and_then(serde_json::Value::as_str);
                self.add(text.unwrap_or_default().as_bytes().to_vec());
            }
        }
        Ok(())
    }

    fn add(&mut self, input: Vec<u8>) {
        if input.len() <= LONGEST && !self.inputs.contains(&input) {
            self.inputs.push(input);
        }
    }
}

/// The words of a target's dictionary, one a line; `\r\n` and `\0` mean what they look like.
pub(crate) fn words(name: &str) -> anyhow::Result<Vec<Vec<u8>>> {
    let path = here("dictionaries").join(name);
    let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
    let word = |line: &str| {
        line.replace("\\r", "\r")
            .replace("\\n", "\n")
            .replace("\\0", "\0")
            .into_bytes()
    };
    Ok(text
        .lines()
        .filter(|line| !line.is_empty())
        .map(word)
        .collect())
}

fn here(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}
