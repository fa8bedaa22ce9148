//! Words in braces: what a case captured, what the simulator is called, rows of the seed, long texts.
//!
//! `{id}` is a capture, `{account:Harbor Tools}` the id of a seeded row, `{x*300}` three hundred times the letter.
//! Braces around anything else stay as they are, because JSON and parameter aliases are full of them.

use std::sync::LazyLock;

use anyhow::anyhow;
use dataverse_sim::RunningSim;
use indexmap::IndexMap;
use regex::{Captures, Regex};
use serde_json::Value;

use crate::simulator::{STRANGER, STRANGER_SECRET};

static WORD: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r"\{(?:([A-Za-z_][A-Za-z0-9_-]*)|([a-z_]+):([^{}'\x22]+)|([^{}'\x22:])\*([0-9]+))\}")
        .ok()
});

/// Names and their values.
#[derive(Clone, Debug, Default)]
pub struct Variables(IndexMap<String, String>);

impl Variables {
    /// What is known before the first request.
    pub fn of(sim: &RunningSim) -> Self {
        let base = sim.base_url();
        let known = [
            ("API", format!("{base}/api/data/v9.2")),
            (
                "HOST",
                base.split("://").nth(1).unwrap_or_default().to_owned(),
            ),
            ("ORG", base),
            ("tenant", sim.tenant_id().to_string()),
            ("client_id", sim.client_id().to_string()),
            ("client_secret", sim.client_secret().to_owned()),
            ("scope", sim.scope()),
            ("stranger_id", STRANGER.to_string()),
            ("stranger_secret", STRANGER_SECRET.to_owned()),
        ];
        Self(known.map(|(name, value)| (name.to_owned(), value)).into())
    }

    /// Keeps a value.
    pub fn set(&mut self, name: &str, value: String) {
        self.0.insert(name.to_owned(), value);
    }

    /// The text with all known words replaced.
    pub fn fill(&self, text: &str) -> anyhow::Result<String> {
        let word = WORD
            .as_ref()
            .ok_or_else(|| anyhow!("the pattern of words does not compile"))?;
        let replaced = word.replace_all(text, |found: &Captures<'_>| {
            let group = |n: usize| found.get(n).map(|part| part.as_str());
            let value = match (group(1), group(2), group(3), group(4), group(5)) {
                (Some(name), ..) => self.0.get(name).cloned(),
                (_, Some(table), Some(row), ..) => {
                    Some(dataverse_sim::seed::row_id(table, row).to_string())
                }
                (.., Some(letter), Some(count)) => {
                    count.parse().ok().map(|count| letter.repeat(count))
                }
                _ => None,
            };
            value.unwrap_or_else(|| group(0).unwrap_or_default().to_owned())
        });
        Ok(replaced.into_owned())
    }

    /// The same inside every text of a JSON value, names of members included.
    pub fn fill_json(&self, value: &Value) -> anyhow::Result<Value> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(items) => Value::Array(
                items
                    .iter()
                    .map(|item| self.fill_json(item))
                    .collect::<anyhow::Result<_>>()?,
            ),
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| Ok((self.fill(name)?, self.fill_json(value)?)))
                    .collect::<anyhow::Result<_>>()?,
            ),
            other => other.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_known_words_are_replaced() {
        let mut variables = Variables::default();
        variables.set("id", "17".to_owned());
        for (text, filled) in [
            ("accounts({id})", "accounts(17)"),
            (
                "{other} {'@odata.id':'accounts({id})'}",
                "{other} {'@odata.id':'accounts(17)'}",
            ),
            ("{x*3}", "xxx"),
            ("{}", "{}"),
        ] {
            assert_eq!(variables.fill(text).unwrap(), filled);
        }
    }

    #[test]
    fn seeded_rows_have_their_ids() {
        let text = Variables::default().fill("{account:Harbor Tools}").unwrap();
        assert_eq!(
            text,
            dataverse_sim::seed::row_id("account", "Harbor Tools").to_string()
        );
    }
}
