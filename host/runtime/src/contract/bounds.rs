//! How much a manifest may say, and what of it may be shown. Pure.
//!
//! Every tenant, command and form reads the manifest again and again: names are compared with what
//! people type, texts are printed, schemas become flags. So it is bounded once, where it crosses the
//! border, and everything above may take it for what a person could read.

use crate::error::HostError;
use crate::names::shortened;
use crate::text::{clean_lines, is_hostile};
use serde_json::Value;

/// The whole manifest, in bytes: thirty times that of the Dataverse connector.
const WHOLE: usize = 1 << 20;
/// A name: of the connector, an action, a connection kind, and their aliases.
const NAME: usize = 64;
/// A title, version, heading or host.
const LINE: usize = 1 << 10;
/// A description.
const TEXT: usize = 16 << 10;
/// The name of a property, or any other key in a schema.
const KEY: usize = 256;
/// Actions, and triggers.
pub(super) const OPERATIONS: usize = 1_000;
/// Ways to connect; and hosts, scopes or aliases of one thing.
pub(super) const FEW: usize = 100;

/// Reads a manifest and counts what it has said so far.
pub(super) struct Bounds {
    left: usize,
}

impl Bounds {
    pub(super) fn new() -> Self {
        Self { left: WHOLE }
    }

    /// A name that people type. One that cannot be shown as it is is refused: cleaned, it would be
    /// another name.
    pub(super) fn name(&mut self, what: &str, name: String) -> Result<String, HostError> {
        self.take(what, &name, NAME)?;
        if name.contains(is_hostile) {
            let shown = clean_lines(name);
            return Err(refused(format!(
                "{what} \"{}\" has characters that cannot be shown",
                shown.trim()
            )));
        }
        Ok(name)
    }

    pub(super) fn names(
        &mut self,
        what: &str,
        names: Vec<String>,
    ) -> Result<Vec<String>, HostError> {
        Self::count(what, names.len(), FEW)?;
        names
            .into_iter()
            .map(|name| self.name(what, name))
            .collect()
    }

    /// One line, such as a title.
    pub(super) fn line(&mut self, what: &str, text: String) -> Result<String, HostError> {
        self.take(what, &text, LINE)?;
        Ok(clean_lines(text))
    }

    pub(super) fn lines(
        &mut self,
        what: &str,
        texts: Vec<String>,
    ) -> Result<Vec<String>, HostError> {
        Self::count(what, texts.len(), FEW)?;
        texts
            .into_iter()
            .map(|text| self.line(what, text))
            .collect()
    }

    /// A description.
    pub(super) fn text(&mut self, what: &str, text: String) -> Result<String, HostError> {
        self.take(what, &text, TEXT)?;
        Ok(clean_lines(text))
    }

    /// A JSON Schema.
    pub(super) fn schema(&mut self, of: &str, text: &str) -> Result<Value, HostError> {
        self.take(of, text, WHOLE)?;
        let mut schema: Value = serde_json::from_str(text)
            .map_err(|error| refused(format!("the schema of {of} is not valid JSON: {error}")))?;
        if !(schema.is_object() || schema.is_boolean()) {
            return Err(refused(format!(
                "the schema of {of} is neither an object nor a boolean"
            )));
        }
        clean_schema(of, &mut schema)?;
        Ok(schema)
    }

    /// So many of a thing, and no more.
    pub(super) fn count(what: &str, count: usize, most: usize) -> Result<(), HostError> {
        if count > most {
            return Err(refused(format!(
                "its manifest has {count} times {what}; at most {most} are read"
            )));
        }
        Ok(())
    }

    fn take(&mut self, what: &str, text: &str, most: usize) -> Result<(), HostError> {
        if text.len() > most {
            return Err(refused(format!(
                "{what} has {} bytes in its manifest (\"{}\"); at most {most} are read",
                text.len(),
                shortened(&clean_lines(text.chars().take(NAME).collect()))
            )));
        }
        self.left = self.left.checked_sub(text.len()).ok_or_else(|| {
            refused(format!(
                "its manifest has more than {WHOLE} bytes in all; shorten its texts and schemas"
            ))
        })?;
        Ok(())
    }
}

/// Texts in a schema are shown to people, its keys are names; numbers and structure stay as they are.
/// Parsing has bounded the depth.
fn clean_schema(of: &str, schema: &mut Value) -> Result<(), HostError> {
    match schema {
        Value::String(text) => *text = clean_lines(std::mem::take(text)),
        Value::Array(items) => {
            for item in items {
                clean_schema(of, item)?;
            }
        }
        Value::Object(members) => {
            for (key, value) in members {
                if key.len() > KEY || key.contains(is_hostile) {
                    return Err(refused(format!(
                        "the schema of {of} has a name that is too long or cannot be shown (\"{}\")",
                        shortened(&clean_lines(key.chars().take(NAME).collect()))
                    )));
                }
                clean_schema(of, value)?;
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
    Ok(())
}

fn refused(message: String) -> HostError {
    HostError::Component(message)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_could_read_passes_unchanged() {
        let mut bounds = Bounds::new();
        assert_eq!(
            bounds.name("action", "list-rows".into()).unwrap(),
            "list-rows"
        );
        let text = "Two lines,\nwith an umlaut: ü.";
        assert_eq!(bounds.text("description", text.into()).unwrap(), text);
        let schema = r#"{"type":"object","properties":{"a":{"const":1.50}}}"#;
        let read = bounds.schema("x", schema).unwrap();
        assert_eq!(read.to_string(), schema);
    }

    #[test]
    fn names_texts_and_counts_have_an_end_and_the_refusal_is_short() {
        let endless = || "n".repeat(20 << 20);
        let mut bounds = Bounds::new();
        for refusal in [
            bounds.name("its action", endless()).unwrap_err(),
            bounds.line("its title", endless()).unwrap_err(),
            bounds.text("its description", endless()).unwrap_err(),
            bounds.schema("its input", &endless()).unwrap_err(),
            Bounds::count("actions", 1_001, OPERATIONS).unwrap_err(),
            bounds
                .names("aliases", vec![String::new(); FEW + 1])
                .unwrap_err(),
        ] {
            let text = refusal.to_string();
            assert!(text.contains("at most") && text.len() < 300, "{text}");
        }
    }

    #[test]
    fn many_texts_of_allowed_length_end_at_the_whole() {
        let mut bounds = Bounds::new();
        let piece = "x".repeat(TEXT);
        let read = (0..)
            .take_while(|_| bounds.text("a description", piece.clone()).is_ok())
            .count();
        assert_eq!(read, WHOLE / TEXT);
        let text = bounds.text("one more", piece).unwrap_err().to_string();
        assert!(text.contains("in all"), "{text}");
    }

    #[test]
    fn what_a_terminal_obeys_is_taken_out_of_texts_and_refused_in_names() {
        let mut bounds = Bounds::new();
        let painted = "red\u{1b}[31m\u{202e}";
        assert_eq!(bounds.line("title", painted.into()).unwrap(), "red [31m ");
        let schema = r#"{"description":"red\u001b[31m","default":"a\nb"}"#;
        let read = bounds.schema("x", schema).unwrap();
        assert_eq!(read["description"], "red [31m");
        assert_eq!(read["default"], "a\nb");
        for refusal in [
            bounds.name("its action", painted.into()).unwrap_err(),
            bounds
                .schema("x", r#"{"properties":{"a\u001b[2J":true}}"#)
                .unwrap_err(),
        ] {
            let text = refusal.to_string();
            assert!(
                text.contains("cannot be shown") && !text.contains('\u{1b}'),
                "{text:?}"
            );
        }
    }
}
