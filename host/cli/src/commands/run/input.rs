//! `--input`: the action's input as a JSON document.

use crate::problem::Problem;
use serde_json::{Map, Value};
use std::io::Read as _;

/// Reads the document from a file, or from standard input where `from` is `-`.
pub(super) fn document(from: &str) -> Result<Map<String, Value>, Problem> {
    let (place, text) = if from == "-" {
        let mut text = String::new();
        let read = std::io::stdin().lock().read_to_string(&mut text);
        ("standard input", read.map(|_| text))
    } else {
        (from, std::fs::read_to_string(from))
    };
    let text =
        text.map_err(|error| Problem::input(format!("--input: {place} cannot be read: {error}")))?;
    parse(place, &text)
}

fn parse(place: &str, text: &str) -> Result<Map<String, Value>, Problem> {
    if text.trim().is_empty() {
        return Err(Problem::input(format!("--input: {place} is empty")));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(_) => Err(
            Problem::input(format!("--input: {place} holds JSON, but no object"))
                .advise("an input is an object of the action's properties: {\"name\": value, …}"),
        ),
        Err(fault) => Err(Problem::input(format!(
            "--input: {place} is not JSON: {fault}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_an_object_and_anything_else_is_explained() {
        assert_eq!(parse("x", "{\"a\": 1}").unwrap().len(), 1);
        for (text, part) in [
            ("", "is empty"),
            ("[1]", "no object"),
            ("{\"a\": }", "line 1 column 7"),
        ] {
            let problem = parse("in.json", text).unwrap_err();
            assert!(problem.message.contains(part), "{problem:?}");
            assert!(problem.message.contains("in.json"), "{problem:?}");
        }
    }

    #[test]
    fn a_file_that_is_not_there_is_named() {
        let problem = document("no-such-file.json").unwrap_err();
        assert!(problem.message.contains("no-such-file.json"), "{problem:?}");
    }
}
