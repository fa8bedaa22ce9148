//! Values as other systems write them.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::input::below;

/// Whether a value stands for one that was not given: forms send what was left blank as an empty text.
pub(super) fn blank(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// What `given` says for the key `name`, and where: a name with `/` may also be a member of a member.
pub(super) fn written<'a>(
    given: &'a Map<String, Value>,
    name: &str,
) -> Option<(&'a Value, String)> {
    if let Some(value) = given.get(name) {
        return Some((value, below("", name)));
    }
    let (head, rest) = name.split_once('/')?;
    let value = given.get(head)?.as_object()?.get(rest)?;
    Some((value, below(&below("", head), rest)))
}

/// A number that may be written as text; anything else stays as it is.
pub(super) fn number(value: &Value) -> Value {
    let read = |text: &str| {
        let number: Value = serde_json::from_str(text.trim()).ok()?;
        number.is_number().then_some(number)
    };
    value
        .as_str()
        .and_then(read)
        .unwrap_or_else(|| value.clone())
}

/// True or false, which may be written as text; anything else stays as it is.
pub(super) fn switch(value: &Value) -> Value {
    match value.as_str().map(str::trim) {
        Some(text) if text.eq_ignore_ascii_case("true") => Value::Bool(true),
        Some(text) if text.eq_ignore_ascii_case("false") => Value::Bool(false),
        _ => value.clone(),
    }
}

/// The names in a text, or in a list of texts; blank ones do not count.
pub(super) fn names(value: &Value) -> Value {
    let texts = |texts: Vec<&str>| {
        let texts = texts.into_iter().map(str::trim);
        texts
            .filter(|text| !text.is_empty())
            .map(Value::from)
            .collect()
    };
    match value {
        Value::String(text) => texts(parted(text)),
        Value::Array(items) if items.iter().all(Value::is_string) => {
            texts(items.iter().filter_map(Value::as_str).collect())
        }
        other => other.clone(),
    }
}

/// A text parted at its commas, but for those within parentheses and quotes.
fn parted(text: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    let (mut depth, mut quoted) = (0_usize, false);
    for (at, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            ',' if !quoted && depth == 0 => {
                parts.extend(text.get(start..at));
                start = at + 1;
            }
            _ => {}
        }
    }
    parts.extend(text.get(start..));
    parts
}

/// An object that may be written as JSON text; anything else stays as it is.
pub(super) fn structured(value: &Value) -> Value {
    let read = |text: &str| {
        let read: Value = serde_json::from_str(text).ok()?;
        (read.is_object() || read.is_array()).then_some(read)
    };
    value
        .as_str()
        .and_then(read)
        .unwrap_or_else(|| value.clone())
}

/// A text that may be percent-encoded, as it stands when it is not; nothing that is not begins with `%`.
pub(super) fn unescaped(value: &Value) -> Value {
    let read = |text: &str| {
        let text = text.trim().strip_prefix('%').map(|_| text.trim())?;
        let read = percent_decode_str(text).decode_utf8().ok()?;
        Some(Value::from(read.into_owned()))
    };
    value
        .as_str()
        .and_then(read)
        .unwrap_or_else(|| value.clone())
}

/// One name and its value, and where it stands.
pub(super) struct Pair {
    pub(super) name: String,
    pub(super) value: Value,
    pub(super) place: String,
}

/// The pairs of an object, or of a list of `key` and `value`.
///
/// # Errors
/// The place of what is no pair.
pub(super) fn pairs(value: &Value, place: &str) -> Result<Vec<Pair>, Vec<String>> {
    let (mut found, mut wrong) = (Vec::new(), Vec::new());
    match structured(value) {
        Value::Object(members) => {
            found.extend(members.into_iter().map(|(name, value)| Pair {
                place: below(place, &name),
                name,
                value,
            }));
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                let place = format!("{place}/{index}");
                // An empty list is often written as a list of one empty text.
                if blank(item) {
                    continue;
                }
                match (item.get("key").and_then(Value::as_str), item.get("value")) {
                    (Some(name), value) if !name.trim().is_empty() => found.push(Pair {
                        name: name.to_owned(),
                        value: value.cloned().unwrap_or(Value::Null),
                        place: format!("{place}/value"),
                    }),
                    _ => wrong.push(place),
                }
            }
        }
        _ => wrong.push(place.to_owned()),
    }
    if wrong.is_empty() {
        Ok(found)
    } else {
        Err(wrong)
    }
}

/// What of `name` stands behind `head/`.
pub(super) fn below_name<'a>(name: &'a str, head: &str) -> Option<&'a str> {
    name.strip_prefix(head)?
        .strip_prefix('/')
        .filter(|rest| !rest.is_empty())
}
