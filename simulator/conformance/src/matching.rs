//! When a text or JSON value is as expected.
//!
//! A text is compared as it is, unless it is one of the marks below or begins with `~`, which makes the rest a regular
//! expression. An object has to have the expected members and may have more. An array has to have exactly the expected
//! items unless the last one is `...`.

use regex::Regex;
use serde_json::Value;

/// Must not be there.
pub const ABSENT: &str = "<absent>";
/// Anything but null.
pub const ANY: &str = "<any>";
/// A GUID as Dataverse writes one.
const GUID: &str = "<guid>";
/// The end of an array that may go on.
const MORE: &str = "...";
const GUID_PATTERN: &str = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}";

/// Compares a text. The error says what is wrong.
pub fn text(expected: &str, actual: &str) -> Result<(), String> {
    let pattern = match expected {
        ANY => return Ok(()),
        GUID => format!("^{GUID_PATTERN}$"),
        _ => match expected.strip_prefix('~') {
            Some(pattern) => pattern.replace(GUID, GUID_PATTERN),
            None if expected == actual => return Ok(()),
            None => return Err(format!("expected `{expected}`, got `{}`", short(actual))),
        },
    };
    match Regex::new(&pattern) {
        Ok(regex) if regex.is_match(actual) => Ok(()),
        Ok(_) => Err(format!("`{}` does not match `{pattern}`", short(actual))),
        Err(error) => Err(format!("`{pattern}` is no regular expression: {error}")),
    }
}

/// Compares JSON; differences are added with their place.
pub fn json(place: &str, expected: &Value, actual: &Value, differences: &mut Vec<String>) {
    match (expected, actual) {
        (Value::Object(members), Value::Object(found)) => {
            for (name, value) in members {
                let place = format!("{place}/{name}");
                match found.get(name) {
                    Some(_) if value == ABSENT => {
                        differences.push(format!("{place}: must not be there"))
                    }
                    Some(actual) => json(&place, value, actual, differences),
                    None if value == ABSENT => {}
                    None => differences.push(format!("{place}: is missing")),
                }
            }
        }
        (Value::Array(items), Value::Array(found)) => {
            let open = items.last().is_some_and(|last| last == MORE);
            let items = if open {
                items.get(..items.len() - 1).unwrap_or_default()
            } else {
                items
            };
            if found.len() < items.len() || (!open && found.len() > items.len()) {
                let or_more = if open { " or more" } else { "" };
                differences.push(format!(
                    "{place}: expected {} items{or_more}, got {}",
                    items.len(),
                    found.len()
                ));
            }
            for (number, (item, actual)) in items.iter().zip(found).enumerate() {
                json(&format!("{place}/{number}"), item, actual, differences);
            }
        }
        (Value::String(mark), actual) if mark == ANY && !actual.is_null() => {}
        (Value::String(expected), Value::String(actual)) => {
            if let Err(difference) = text(expected, actual) {
                differences.push(format!("{place}: {difference}"));
            }
        }
        (Value::Number(expected), Value::Number(actual))
            if expected.as_f64() == actual.as_f64() => {}
        (expected, actual) if expected == actual => {}
        (expected, actual) => differences.push(format!(
            "{place}: expected {expected}, got {}",
            short(&actual.to_string())
        )),
    }
}

/// The first part of a text, enough to recognise it.
pub fn short(text: &str) -> String {
    const ENOUGH: usize = 600;
    if text.chars().count() <= ENOUGH {
        return text.to_owned();
    }
    let start: String = text.chars().take(ENOUGH).collect();
    format!("{start}… ({} bytes)", text.len())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json as value;

    fn differences(expected: Value, actual: Value) -> Vec<String> {
        let mut differences = Vec::new();
        json("", &expected, &actual, &mut differences);
        differences
    }

    #[test]
    fn what_is_expected_may_be_less_than_what_there_is() {
        for (expected, actual) in [
            (value!({"a": 1}), value!({"a": 1, "b": 2})),
            (value!({"a": 1.0}), value!({"a": 1})),
            (value!([1, "..."]), value!([1, 2, 3])),
            (value!(["..."]), value!([])),
            (value!("~^a.c$"), value!("abc")),
            (
                value!("<guid>"),
                value!("5a7e1f00-0000-4000-8000-0000000000d1"),
            ),
            (value!({"a": "<absent>"}), value!({"b": 1})),
            (value!("<any>"), value!(1)),
            (value!(null), value!(null)),
        ] {
            assert_eq!(differences(expected, actual), Vec::<String>::new());
        }
    }

    #[test]
    fn differences_say_where() {
        for (expected, actual, place) in [
            (
                value!({"a": {"b": 1}}),
                value!({"a": {"b": 2}}),
                "/a/b: expected 1",
            ),
            (value!({"a": null}), value!({}), "/a: is missing"),
            (
                value!({"a": "<absent>"}),
                value!({"a": null}),
                "/a: must not",
            ),
            (value!([1]), value!([1, 2]), ": expected 1 items, got 2"),
            (
                value!([1, 2, "..."]),
                value!([1]),
                ": expected 2 items or more",
            ),
            (value!("<any>"), value!(null), ": expected"),
            (value!("~^x"), value!("abc"), ": `abc` does not match"),
            (value!("<guid>"), value!("{5A}"), ": `{5A}` does not match"),
        ] {
            let found = differences(expected, actual).join("; ");
            assert!(found.starts_with(place), "{found}");
        }
    }
}
