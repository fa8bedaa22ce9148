//! YAML, in which a number keeps its digits: one that a YAML reader would round is a text.

use serde::ser::{Serialize, SerializeMap, SerializeSeq, Serializer};
use serde_json::{Number, Value};
use std::cell::RefCell;
use std::io::{self, Write};

/// Significant digits that every double keeps.
const EXACT_DIGITS: usize = 15;

/// Writes `answer` as one document.
pub(super) fn write(out: &mut dyn Write, answer: &Value) -> io::Result<()> {
    // A long line stays one line, so that it can be searched and copied.
    let mut options = serde_saphyr::SerializerOptions::default();
    options.folded_wrap_chars = usize::MAX;
    let stand_in = StandIn::for_numbers_of(answer)?;
    let node = Node {
        value: answer,
        stand_in: &stand_in,
    };
    let text = serde_saphyr::to_string_with_options(&node, options).map_err(io::Error::other)?;
    let text = stand_in.replaced(&text);
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
        writeln!(out)?;
    }
    Ok(())
}

/// The words that stand for numbers with a fraction until the document is written. The writer knows a
/// fraction as a double alone, which forgets the scale of an amount: `5000.00` is not `5000.0`.
struct StandIn {
    /// Begins each word; occurs nowhere else.
    mark: String,
    numbers: RefCell<Vec<String>>,
}

impl StandIn {
    fn for_numbers_of(answer: &Value) -> io::Result<Self> {
        let whole = serde_json::to_string(answer)?;
        let mut mark = "fraction".to_owned();
        while whole.contains(&mark) {
            mark.push('n');
        }
        Ok(Self {
            mark,
            numbers: RefCell::default(),
        })
    }

    fn word(&self, number: String) -> String {
        let mut numbers = self.numbers.borrow_mut();
        numbers.push(number);
        format!("{}-{}-", self.mark, numbers.len() - 1)
    }

    fn replaced(&self, text: &str) -> String {
        let numbers = self.numbers.borrow();
        let mut pieces = text.split(&self.mark);
        let mut whole = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let word = piece
                .strip_prefix('-')
                .and_then(|rest| rest.split_once('-'));
            if let Some((at, rest)) = word
                && let Some(number) = at.parse().ok().and_then(|at: usize| numbers.get(at))
            {
                whole.push_str(number);
                whole.push_str(rest);
            }
        }
        whole
    }
}

/// JSON as YAML has it. `serde_json` hands a number to other formats as a structure of its own.
struct Node<'a> {
    value: &'a Value,
    stand_in: &'a StandIn,
}

impl<'a> Node<'a> {
    fn child(&self, value: &'a Value) -> Self {
        Self {
            value,
            stand_in: self.stand_in,
        }
    }
}

impl Serialize for Node<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.value {
            Value::Number(number) => scalar(number, self.stand_in, serializer),
            Value::Array(items) => {
                let mut sequence = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    sequence.serialize_element(&self.child(item))?;
                }
                sequence.end()
            }
            Value::Object(fields) => {
                let mut mapping = serializer.serialize_map(Some(fields.len()))?;
                for (name, value) in fields {
                    mapping.serialize_entry(name, &self.child(value))?;
                }
                mapping.end()
            }
            plain => plain.serialize(serializer),
        }
    }
}

fn scalar<S: Serializer>(
    number: &Number,
    stand_in: &StandIn,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if let Some(whole) = number.as_i128() {
        return serializer.serialize_i128(whole);
    }
    let text = number.to_string();
    let mantissa = text.split(['e', 'E']).next().unwrap_or_default();
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    match number.as_f64() {
        Some(double) if digits.trim_matches('0').len() <= EXACT_DIGITS => {
            // Readers of YAML 1.1 take an exponent without a fraction for text.
            if mantissa.len() == text.len() {
                return serializer.serialize_str(&stand_in.word(text));
            }
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
    fn a_text_that_looks_like_a_stand_in_stays_itself() {
        let answer: Value =
            serde_json::from_str(r#"{"a": 2.50, "b": "fraction-0-", "c": "fractionn-0-"}"#)
                .unwrap();
        let text = yaml(&answer);
        assert!(
            text.contains("a: 2.50\n")
                && text.contains("fraction-0-")
                && text.contains("fractionn-0-"),
            "{text}"
        );
    }

    #[test]
    fn numbers_keep_their_digits() {
        let answer: Value = serde_json::from_str(
            r#"{"a": 1, "b": [-2.5], "c": {"d": 922337203685477.5807}, "e": 18446744073709551615, "f": 1.50, "g": 10000000000.0000, "h": 1e5}"#,
        )
        .unwrap();
        let text = yaml(&answer);
        for line in [
            "a: 1\n",
            "- -2.5\n",
            "e: 18446744073709551615\n",
            "f: 1.50\n",
            "g: 10000000000.0000\n",
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
