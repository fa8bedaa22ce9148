//! Holds a value against a schema of [`crate::declare::schema`] and says what does not fit, in words for people.
//!
//! Not a general validator: it knows the keywords that are written there.

use serde_json::{Map, Value};

use crate::{
    FieldError,
    nearest::{did_you_mean, nearest},
};

/// Longest piece of a wrong value that a message quotes, in characters.
const QUOTED: usize = 40;

/// Every fault of `value`, the missing and wrong ones in the schema's order, then the unknown.
#[must_use]
pub(super) fn of(value: &Value, schema: &Value) -> Vec<FieldError> {
    let mut found = Vec::new();
    check(value, schema, "", &mut found);
    found
}

/// The JSON Pointer of `name` below `pointer` (RFC 6901 §3).
#[must_use]
pub fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

fn check(value: &Value, schema: &Value, pointer: &str, found: &mut Vec<FieldError>) {
    if let Some(expected) = schema.get("type").and_then(Value::as_str)
        && !is(value, expected)
    {
        found.push(FieldError::new(
            pointer,
            format!("{} is needed here, not {}", a(expected), shown(value)),
        ));
        return;
    }
    let words = words(schema);
    if !words.is_empty() && !words.contains(&value) {
        let words: Vec<&str> = words.into_iter().filter_map(Value::as_str).collect();
        found.push(FieldError::new(
            pointer,
            format!(
                "one of {} is needed here, not {}",
                words.join(", "),
                shown(value)
            ),
        ));
    }
    range(value, schema, pointer, found);
    match value {
        Value::Array(items) => {
            if let Some(inner) = schema.get("items") {
                for (index, item) in items.iter().enumerate() {
                    check(item, inner, &format!("{pointer}/{index}"), found);
                }
            }
        }
        Value::Object(given) => object(given, schema, pointer, found),
        _ => {}
    }
}

fn object(given: &Map<String, Value>, schema: &Value, pointer: &str, found: &mut Vec<FieldError>) {
    let none = Map::new();
    let known = schema
        .get("properties")
        .and_then(Value::as_object)
        .unwrap_or(&none);
    let required = list(schema, "required");
    for name in order(schema, known) {
        let inner = known.get(name).unwrap_or(&Value::Null);
        match given.get(name) {
            Some(Value::Null) | None if required.contains(&name) => {
                let what = inner
                    .get("description")
                    .and_then(Value::as_str)
                    .unwrap_or("");
                found.push(FieldError::new(
                    below(pointer, name),
                    format!("`{name}` is missing. {what}").trim_end().to_owned(),
                ));
            }
            Some(Value::Null) | None => {}
            Some(value) => check(value, inner, &below(pointer, name), found),
        }
    }
    match schema.get("additionalProperties") {
        Some(Value::Bool(false)) => {
            for name in given.keys().filter(|name| !known.contains_key(*name)) {
                found.push(FieldError::new(
                    below(pointer, name),
                    unknown(name, schema, known),
                ));
            }
        }
        Some(inner) => {
            for (name, value) in given.iter().filter(|(name, _)| !known.contains_key(*name)) {
                check(value, inner, &below(pointer, name), found);
            }
        }
        None => {}
    }
}

fn unknown(name: &str, schema: &Value, known: &Map<String, Value>) -> String {
    let near = nearest(name, known.keys().map(String::as_str));
    if near.is_empty() {
        format!(
            "there is no input `{name}`; the inputs are {}",
            order(schema, known).join(", ")
        )
    } else {
        format!("there is no input `{name}`{}", did_you_mean(&near))
    }
}

fn order<'a>(schema: &'a Value, known: &'a Map<String, Value>) -> Vec<&'a str> {
    let order = list(schema, "x-airlock-order");
    if order.is_empty() {
        known.keys().map(String::as_str).collect()
    } else {
        order
    }
}

fn list<'a>(schema: &'a Value, keyword: &str) -> Vec<&'a str> {
    match schema.get(keyword) {
        Some(Value::Array(names)) => names.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

/// The values that the schema names one by one.
fn words(schema: &Value) -> Vec<&Value> {
    let items = |keyword: &str| {
        schema
            .get(keyword)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
    };
    items("enum")
        .chain(items("oneOf").filter_map(|variant| variant.get("const")))
        .collect()
}

fn range(value: &Value, schema: &Value, pointer: &str, found: &mut Vec<FieldError>) {
    let Some(number) = value.as_f64() else {
        return;
    };
    let bound = |keyword: &str| schema.get(keyword).and_then(Value::as_f64);
    let (least, most) = (bound("minimum"), bound("maximum"));
    if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
        let text = match (least, most) {
            (Some(least), Some(most)) => format!("a number from {least} to {most}"),
            (Some(least), None) => format!("a number from {least} upwards"),
            (None, Some(most)) => format!("a number up to {most}"),
            (None, None) => return,
        };
        found.push(FieldError::new(
            pointer,
            format!("{text} is needed here, not {}", shown(value)),
        ));
    }
}

fn is(value: &Value, expected: &str) -> bool {
    match expected {
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => true,
    }
}

fn a(expected: &str) -> &str {
    match expected {
        "string" => "a text",
        "boolean" => "true or false",
        "integer" => "a whole number",
        "number" => "a number",
        "array" => "a list",
        "object" => "an object of names and values",
        other => other,
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        scalar => {
            let text = scalar.to_string();
            match text.char_indices().nth(QUOTED) {
                Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
                None => text,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_fault_says_what_would_be_right() {
        let schema = json!({
            "type": "object",
            "additionalProperties": false,
            "required": ["table"],
            "x-airlock-order": ["table", "top", "kind", "pairs", "any"],
            "properties": {
                "table": {"type": "string", "description": "Table to read."},
                "top": {"type": "integer", "minimum": 1, "maximum": 5000},
                "kind": {"oneOf": [{"const": "json"}, {"const": "text"}]},
                "pairs": {"type": "object", "additionalProperties": {"type": "string"}},
                "any": {},
            },
        });
        let table = [
            (
                json!([]),
                "",
                "an object of names and values is needed here, not a list",
            ),
            (json!({}), "/table", "`table` is missing. Table to read."),
            (
                json!({"table": null}),
                "/table",
                "`table` is missing. Table to read.",
            ),
            (
                json!({"table": 1}),
                "/table",
                "a text is needed here, not 1",
            ),
            (
                json!({"table": "a", "top": 5001}),
                "/top",
                "a number from 1 to 5000 is needed here, not 5001",
            ),
            (
                json!({"table": "a", "top": 1.5}),
                "/top",
                "a whole number is needed here, not 1.5",
            ),
            (
                json!({"table": "a", "kind": "xml"}),
                "/kind",
                "one of json, text is needed here, not \"xml\"",
            ),
            (
                json!({"table": "a", "pairs": {"x/y": 1}}),
                "/pairs/x~1y",
                "a text is needed here, not 1",
            ),
            (
                json!({"table": "a", "zzz": 1}),
                "/zzz",
                "there is no input `zzz`; the inputs are table, top, kind, pairs, any",
            ),
        ];
        for (value, pointer, message) in table {
            assert_eq!(
                of(&value, &schema),
                [FieldError::new(pointer, message)],
                "{value}"
            );
        }
        assert_eq!(
            of(&json!({"table": "a", "top": null, "any": [1]}), &schema),
            []
        );
    }
}
