//! `@file` in the place of a value: what the file's bytes mean there.

use airlock_forms::Shape;
use airlock_runtime::decode_text;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Reads a file's bytes; the error is for people. Injected, so that this module does no I/O.
pub type ReadFile<'a> = &'a dyn Fn(&str) -> Result<Vec<u8>, String>;

/// What was typed in the place of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Given<'a> {
    /// The value. `@@x` is the text `@x`.
    Text(&'a str),
    /// `@path`: a file that holds it.
    File(&'a str),
}

impl<'a> Given<'a> {
    pub(super) fn of(typed: &'a str) -> Self {
        match typed.strip_prefix('@') {
            Some(text) if text.starts_with('@') => Self::Text(text),
            Some(path) => Self::File(path),
            None => Self::Text(typed),
        }
    }
}

/// The value of this shape that a file holds.
pub(super) fn from_file(shape: &Shape, path: &str, content: &[u8]) -> Result<Value, String> {
    if *shape == Shape::Bytes {
        return Ok(encoded(content));
    }
    let text = text_of(path, content)?;
    match shape {
        Shape::Json => serde_json::from_str(&text)
            .map_err(|fault| format!("{path} does not hold JSON: {fault}")),
        // Editors and `echo` end the last line; a condition or a name has no line end.
        Shape::Text => Ok(Value::String(
            text.trim_end_matches(['\r', '\n']).to_owned(),
        )),
        // One name a line is as good as commas; JSON has its own.
        Shape::List(item) if **item == Shape::Text && !text.trim_start().starts_with('[') => {
            shape.parse(&text.lines().collect::<Vec<_>>().join(","))
        }
        _ => shape.parse(&text),
    }
}

/// A file's content as text.
pub(super) fn text_of(path: &str, content: &[u8]) -> Result<String, String> {
    decode_text(content).map_err(|fault| format!("{path} {fault}"))
}

/// Bytes as JSON carries them.
pub(super) fn encoded(content: &[u8]) -> Value {
    Value::String(STANDARD.encode(content))
}

/// Whether a header in `input` says that the body is bytes, even where they could be read as text:
/// a file has to arrive as it is.
pub(super) fn sends_bytes(input: &Map<String, Value>) -> bool {
    input
        .values()
        .filter_map(Value::as_object)
        .flatten()
        .filter(|(name, _)| name.eq_ignore_ascii_case("content-type"))
        .filter_map(|(_, value)| value.as_str())
        .any(|kind| !is_text(&kind.to_ascii_lowercase()))
}

fn is_text(content_type: &str) -> bool {
    let kind = content_type.split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || ["json", "xml", "x-www-form-urlencoded"]
            .iter()
            .any(|end| kind.ends_with(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_content_type_says_what_is_bytes() {
        for (kind, bytes) in [
            ("application/octet-stream", true),
            ("image/png", true),
            ("application/json; charset=utf-8", false),
            ("application/vnd.api+json", false),
            ("Text/Plain", false),
            ("application/xml", false),
        ] {
            let input = json!({"headers": {"Content-Type": kind}, "n": 1});
            assert_eq!(sends_bytes(input.as_object().unwrap()), bytes, "{kind}");
        }
        assert!(!sends_bytes(&Map::new()));
    }
}
