//! `--input`: the action's input as a JSON document.

use crate::commands::form;
use crate::problem::Problem;
use airlock_runtime::decode_text;
use serde_json::{Deserializer, Map, Value};

/// Reads the document from a file, or from standard input where `from` is `-`.
pub(super) fn document(from: &str) -> Result<Map<String, Value>, Problem> {
    let place = if from == "-" { "standard input" } else { from };
    let wrong = |fault: String| Problem::input(format!("--input: {fault}"));
    let bytes = form::file(from).map_err(wrong)?;
    let text = decode_text(&bytes).map_err(|fault| wrong(format!("{place} {fault}")))?;
    parse(place, &text)
}

fn parse(place: &str, text: &str) -> Result<Map<String, Value>, Problem> {
    const OBJECT: &str = "an input is one object of the action's properties: {\"name\": value, …}";
    let wrong = |fault: String| Problem::input(format!("--input: {place} {fault}"));
    if text.trim().is_empty() {
        return Err(wrong("is empty".to_owned()));
    }
    match serde_json::from_str(text) {
        Ok(Value::Object(document)) => Ok(document),
        Ok(Value::Array(items)) => Err(wrong(format!("holds a list of {}", items.len()))
            .advise(OBJECT)
            .advise(ONE_BY_ONE)),
        Ok(_) => Err(wrong("holds JSON, but no object".to_owned()).advise(OBJECT)),
        Err(_) if documents(text) > 1 => Err(wrong(format!(
            "holds more than one document (NDJSON has {} lines)",
            text.lines().count()
        ))
        .advise(OBJECT)
        .advise(ONE_BY_ONE)),
        Err(_) if looks_like_csv(text) => Err(wrong("looks like CSV".to_owned())
            .advise(OBJECT)
            .advise(ONE_BY_ONE)),
        Err(fault) => Err(wrong(format!("is not JSON: {fault}"))),
    }
}

/// What to do with many rows as long as an input is one call.
const ONE_BY_ONE: &str = "many rows are so many calls: run the action once for each, \
     such as: while read -r line; do printf %s \"$line\" | airlock run … --input -; done < FILE";

/// How many JSON documents stand one behind the other, as far as it matters.
fn documents(text: &str) -> usize {
    Deserializer::from_str(text)
        .into_iter::<Value>()
        .take_while(Result::is_ok)
        .take(2)
        .count()
}

/// Whether the first two lines have the same number of cells, and more than one.
fn looks_like_csv(text: &str) -> bool {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let cells = |line: &str| line.split([',', ';', '\t']).count();
    match (lines.next(), lines.next()) {
        (Some(header), Some(row)) => {
            !header.trim_start().starts_with(['{', '[', '"'])
                && cells(header) > 1
                && cells(header) == cells(row)
        }
        _ => false,
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
            ("[1]", "a list of 1"),
            ("5", "no object"),
            (
                "{\"a\": 1}\n{\"a\": 2}\n",
                "more than one document (NDJSON has 2 lines)",
            ),
            ("name,revenue\nA,5\n", "looks like CSV"),
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
