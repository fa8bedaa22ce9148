//! YAML, in which a number keeps its digits: one that a YAML reader would round is a text.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value};
use std::io::{self, Write};

/// Significant digits that every double keeps.
const EXACT_DIGITS: usize = 15;

/// Writes `answer` as one document.
pub(super) fn write(out: &mut dyn Write, answer: &Value) -> io::Result<()> {
    // A long line stays one line, so that it can be searched and copied.
    let mut options = serde_saphyr::SerializerOptions::default();
    options.folded_wrap_chars = usize::MAX;
    let text =
        serde_saphyr::to_string_with_options(&Node(answer), options).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        writeln!(out)?;
    }
    Ok(())
}

/// JSON as YAML has it. `serde_json` hands a number to other formats as a structure of its own.
struct Node<'a>(&'a Value);

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Value::Number(number) => scalar(number, serializer),
            Value::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&Node(item))?;
                }
                sequence.end()
            }
            Value::Object(fields) => {
                let mut mapping = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    mapping.serialize_entry(name, &Node(value))?;
                }
                mapping.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

fn scalar<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
    if let Some(whole) = number.as_i128() {
        return serializer.serialize_i128(whole);
    }
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    match number.as_f64() {
        Some(double) if digits.trim_matches('0').len() <= EXACT_DIGITS => {
            serializer.serialize_f64(double)
        }
        _ => serializer.serialize_str(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn yaml(answer: &Value) -> String {
        let mut out = Vec::new();
        write(&mut out, answer).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn texts_that_look_like_something_else_stay_texts() {
        let answer = json!({"a": "no", "b": "1", "c": "2020-01-01", "d": null, "e": true, "f": "x: y", "g": "l1\nl2"});
        let text = yaml(&answer);
        for (quoted, plain) in [("\"no\"", "'no'"), ("\"1\"", "'1'"), ("\"x: y\"", "'x: y'")] {
            assert!(
                text.contains(quoted) || text.contains(plain),
                "{quoted} in\n{text}"
            );
        }
        assert!(
            text.contains("d: null") && text.contains("e: true"),
            "{text}"
        );
        let long = "word ".repeat(100);
        let text = yaml(&json!({ "a": long.trim() }));
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn numbers_keep_their_digits() {
        let answer: Value = serde_json::from_str(
            r#"{"a": 1, "b": [-2.5], "c": {"d": 922337203685477.5807}, "e": 18446744073709551615, "f": 1.50}"#,
        )
        .unwrap();
        let text = yaml(&answer);
        for line in [
            "a: 1\n",
            "- -2.5\n",
            "e: 18446744073709551615\n",
            "f: 1.5\n",
        ] {
            assert!(text.contains(line), "{line} in\n{text}");
        }
        let quoted = |mark: char| format!("d: {mark}922337203685477.5807{mark}\n");
        assert!(
            text.contains(&quoted('"')) || text.contains(&quoted('\'')),
            "{text}"
        );
    }
}
