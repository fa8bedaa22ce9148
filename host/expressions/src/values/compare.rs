//! When values are equal, and which comes first. Part of [`super`].

use std::cmp::Ordering;
use std::collections::HashSet;

use serde_json::Value;

use crate::numbers::Number;

/// Whether two values are equal: numbers by what they count, text by each character, lists and objects by all in them.
pub(crate) fn equal(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(_), Value::Number(_)) => match (Number::read(one), Number::read(other)) {
            (Some(one), Some(other)) => one.order(&other) == Some(Ordering::Equal),
            _ => one == other,
        },
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| equal(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.len() == other.len()
                && one
                    .iter()
                    .all(|(key, value)| other.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => one == other,
    }
}

/// The order of text: by its UTF-16 units, whatever the language.
pub(crate) fn order(one: &str, other: &str) -> Ordering {
    one.encode_utf16().cmp(other.encode_utf16())
}

/// Tells whether a value has been there before, in a time that does not grow with the number of values.
#[derive(Default)]
pub(crate) struct Unique(HashSet<String>);

impl Unique {
    /// Whether the value is new.
    pub(crate) fn add(&mut self, value: &Value) -> bool {
        self.0.insert(canonical(value))
    }

    pub(crate) fn has(&self, value: &Value) -> bool {
        self.0.contains(&canonical(value))
    }
}

/// Text that is the same for equal values.
fn canonical(value: &Value) -> String {
    match value {
        Value::Number(_) => {
            Number::read(value).map_or_else(|| value.to_string(), |number| number.canonical())
        }
        Value::Array(items) => format!(
            "[{}]",
            items.iter().map(canonical).collect::<Vec<_>>().join(",")
        ),
        Value::Object(members) => {
            let mut all: Vec<String> = members
                .iter()
                .map(|(key, value)| format!("{}:{}", Value::from(key.as_str()), canonical(value)))
                .collect();
            all.sort();
            format!("{{{}}}", all.join(","))
        }
        other => other.to_string(),
    }
}
