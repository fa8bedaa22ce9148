//! How a value is typed where people fill in a form, and what it then means as JSON.

use super::enum_value::EnumValue;
use super::facts::Facts;
use serde_json::{Number, Value};

/// How a value is typed.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// Free text.
    Text,
    /// Bytes, in base64 where they are not in a file.
    Bytes,
    /// A whole number within bounds.
    Integer {
        /// Smallest legal value.
        min: Option<f64>,
        /// Largest legal value.
        max: Option<f64>,
    },
    /// Any number.
    Number,
    /// Yes or no.
    Boolean,
    /// One of these.
    Enum(Vec<EnumValue>),
    /// Several of the same shape, between commas.
    List(Box<Shape>),
    /// An object, or anything else that only JSON can say.
    Json,
    /// Several forms are legal: what looks like JSON is JSON, the rest is text.
    Mixed {
        /// Whether plain text is among the legal forms.
        text: bool,
    },
}

impl Shape {
    pub(super) fn of(facts: &Facts<'_>) -> Self {
        if !facts.open && !facts.list && !facts.object {
            return Self::Enum(facts.choices.clone());
        }
        let numeric = facts.integer || facts.number;
        match (facts.text, numeric, facts.boolean, facts.list, facts.object) {
            (true, false, false, false, false) if facts.bytes => Self::Bytes,
            (true, false, false, false, false) => Self::Text,
            (false, true, false, false, false) if facts.number => Self::Number,
            (false, true, false, false, false) => Self::Integer {
                min: facts.minimum,
                max: facts.maximum,
            },
            (false, false, true, false, false) => Self::Boolean,
            // A text where a list is legal too is a list of one.
            (_, false, false, true, false) => Self::List(Box::new(match facts.items {
                Some(items) => Self::of(&super::facts::of(items)),
                None => Self::Mixed { text: true },
            })),
            (false, false, false, false, true) => Self::Json,
            (false, false, false, false, false) => Self::Mixed { text: true },
            (text, ..) => Self::Mixed { text },
        }
    }

    /// Reads what was typed.
    ///
    /// # Errors
    /// What would be right, in words.
    pub fn parse(&self, typed: &str) -> Result<Value, String> {
        match self {
            Self::Text | Self::Bytes => Ok(Value::String(typed.to_owned())),
            Self::Integer { min, max } => integer(typed, *min, *max),
            Self::Number => number(typed),
            Self::Boolean => boolean(typed),
            Self::Enum(choices) => choice(typed, choices),
            Self::List(item) => list(typed, item),
            Self::Json => serde_json::from_str(typed)
                .map_err(|fault| format!("expects JSON, and this is not: {fault}")),
            Self::Mixed { text } => mixed(typed, *text),
        }
    }
}

fn integer(typed: &str, min: Option<f64>, max: Option<f64>) -> Result<Value, String> {
    let bounds = match (min, max) {
        (Some(min), Some(max)) => format!(" from {min} to {max}"),
        (Some(min), None) => format!(" of at least {min}"),
        (None, Some(max)) => format!(" of at most {max}"),
        (None, None) => String::new(),
    };
    let wrong = || format!("expects a whole number{bounds}, not '{typed}'");
    let number = match typed.parse::<i64>() {
        Ok(number) => Number::from(number),
        Err(_) => Number::from(typed.parse::<u64>().map_err(|_| wrong())?),
    };
    let size = number.as_f64().unwrap_or(f64::NAN);
    if min.is_some_and(|min| size < min) || max.is_some_and(|max| size > max) {
        return Err(wrong());
    }
    Ok(Value::Number(number))
}

fn number(typed: &str) -> Result<Value, String> {
    serde_json::from_str::<Number>(typed)
        .map(Value::Number)
        .map_err(|_| format!("expects a number, not '{typed}'"))
}

fn boolean(typed: &str) -> Result<Value, String> {
    match typed.to_ascii_lowercase().as_str() {
        "true" | "yes" | "on" | "1" => Ok(Value::Bool(true)),
        "false" | "no" | "off" | "0" => Ok(Value::Bool(false)),
        _ => Err(format!("expects true or false, not '{typed}'")),
    }
}

fn choice(typed: &str, choices: &[EnumValue]) -> Result<Value, String> {
    let exact = choices.iter().find(|choice| choice.typed() == typed);
    let alike = |choice: &&EnumValue| choice.typed().to_lowercase() == typed.to_lowercase();
    if let Some(choice) = exact.or_else(|| choices.iter().find(alike)) {
        return Ok(choice.value.clone());
    }
    let names: Vec<String> = choices.iter().map(EnumValue::typed).collect();
    let hint = crate::nearest(typed, names.iter().map(String::as_str))
        .map(|name| format!("; did you mean '{name}'?"))
        .unwrap_or_default();
    Err(format!(
        "expects one of {}, not '{typed}'{hint}",
        names.join(", ")
    ))
}

fn list(typed: &str, item: &Shape) -> Result<Value, String> {
    if typed.trim_start().starts_with('[')
        && let Ok(array @ Value::Array(_)) = serde_json::from_str(typed)
    {
        return Ok(array);
    }
    let parts = match item {
        // Commas inside JSON belong to the JSON.
        Shape::Json | Shape::List(_) => vec![typed],
        _ => split(typed),
    };
    let items: Result<Vec<Value>, String> =
        parts.into_iter().map(|part| item.parse(part)).collect();
    items.map(Value::Array)
}

/// Splits at commas that stand outside brackets and quotes, so that
/// `primarycontactid($select=fullname,emailaddress1)` stays one item.
fn split(typed: &str) -> Vec<&str> {
    let (mut depth, mut quote, mut start) = (0_u32, None, 0);
    let mut parts = Vec::new();
    for (at, character) in typed.char_indices() {
        match (quote, character) {
            (Some(open), close) if open == close => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(character),
            (None, '(' | '[' | '{') => depth += 1,
            (None, ')' | ']' | '}') => depth = depth.saturating_sub(1),
            (None, ',') if depth == 0 => {
                parts.push(typed.get(start..at).unwrap_or_default());
                start = at + 1;
            }
            (None, _) => {}
        }
    }
    parts.push(typed.get(start..).unwrap_or_default());
    parts
        .into_iter()
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .collect()
}

fn mixed(typed: &str, text: bool) -> Result<Value, String> {
    if text {
        return Ok(match serde_json::from_str(typed) {
            // The contract's word: text that reads as JSON is that JSON.
            Ok(Value::String(text)) => Value::String(text),
            _ => guess(typed),
        });
    }
    serde_json::from_str(typed).map_err(|fault| format!("expects JSON, and this is not: {fault}"))
}

/// What an untyped word most likely means: what reads as JSON is JSON, any other is text. A number
/// is only taken for one when every reader of JSON would print it back as it was typed, so `1e5`,
/// `1.50` and numbers with more digits than fit stay text, and a service that wanted text after all
/// loses nothing. Quotes are part of a text: whoever means JSON has another way to say so.
#[must_use]
pub fn guess(typed: &str) -> Value {
    match serde_json::from_str(typed) {
        Ok(Value::String(_)) => {}
        Ok(Value::Number(number)) if reprinted(&number).as_deref() != Some(typed) => {}
        Ok(value) => return value,
        Err(_) => {}
    }
    Value::String(typed.to_owned())
}

/// A number as most readers of JSON hold it, printed again.
fn reprinted(number: &Number) -> Option<String> {
    let whole = number.as_i64().map(Number::from);
    let whole = whole.or_else(|| number.as_u64().map(Number::from));
    let any = whole.or_else(|| Number::from_f64(number.as_f64()?));
    any.map(|number| number.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_list_splits_at_commas_outside_brackets_and_quotes() {
        let shape = Shape::List(Box::new(Shape::Text));
        for (typed, items) in [
            ("name,revenue", json!(["name", "revenue"])),
            ("name, revenue ,", json!(["name", "revenue"])),
            (
                "primarycontactid($select=fullname,emailaddress1),owninguser",
                json!([
                    "primarycontactid($select=fullname,emailaddress1)",
                    "owninguser"
                ]),
            ),
            ("'a,b',c", json!(["'a,b'", "c"])),
            (r#"["a","b"]"#, json!(["a", "b"])),
            ("[not json", json!(["[not json"])),
        ] {
            assert_eq!(shape.parse(typed), Ok(items), "{typed}");
        }
    }

    #[test]
    fn a_list_of_objects_keeps_each_object_whole() {
        let shape = Shape::List(Box::new(Shape::Json));
        assert_eq!(
            shape.parse(r#"{"a":1,"b":2}"#),
            Ok(json!([{"a": 1, "b": 2}]))
        );
    }

    #[test]
    fn numbers_are_judged_against_their_bounds() {
        let shape = Shape::Integer {
            min: Some(1.0),
            max: Some(5000.0),
        };
        assert_eq!(shape.parse("50"), Ok(json!(50)));
        for typed in ["0", "5001", "1.5", "fifty", "", " 5"] {
            let fault = shape.parse(typed).unwrap_err();
            assert!(fault.contains("from 1 to 5000"), "{typed}: {fault}");
        }
        assert_eq!(Shape::Number.parse("1.5"), Ok(json!(1.5)));
        assert!(Shape::Number.parse("NaN").is_err());
    }

    #[test]
    fn an_unknown_choice_is_answered_with_the_nearest_one() {
        let shape = Shape::Enum(
            ["json", "text", "binary"]
                .map(|value| EnumValue {
                    value: json!(value),
                    help: None,
                })
                .to_vec(),
        );
        let fault = shape.parse("jsn").unwrap_err();
        assert!(fault.contains("did you mean 'json'"), "{fault}");
    }

    #[test]
    fn a_choice_is_taken_in_any_case_unless_case_tells_two_apart() {
        let shape = Shape::Enum(
            ["GET", "get-all", "Get-All"]
                .map(|value| EnumValue {
                    value: json!(value),
                    help: None,
                })
                .to_vec(),
        );
        for (typed, value) in [
            ("get", "GET"),
            ("Get-All", "Get-All"),
            ("get-all", "get-all"),
        ] {
            assert_eq!(shape.parse(typed), Ok(json!(value)), "{typed}");
        }
    }

    #[test]
    fn a_guess_never_changes_what_a_text_would_have_been() {
        for (typed, value) in [
            ("5", json!(5)),
            ("-1.5", json!(-1.5)),
            ("true", json!(true)),
            ("null", json!(null)),
            ("0123", json!("0123")),
            ("1e5", json!("1e5")),
            ("1.50", json!("1.50")),
            ("True", json!("True")),
            ("12345678901234567890123", json!("12345678901234567890123")),
            ("{\"a\":1}", json!({"a": 1})),
            ("\"5\"", json!("\"5\"")),
            ("\"Urgent\"", json!("\"Urgent\"")),
            ("{a:1}", json!("{a:1}")),
            ("", json!("")),
        ] {
            assert_eq!(guess(typed), value, "{typed}");
        }
    }

    #[test]
    fn several_legal_forms_take_json_where_it_looks_like_json_and_text_otherwise() {
        let shape = Shape::Mixed { text: true };
        assert_eq!(shape.parse("{\"name\":\"A\"}"), Ok(json!({"name": "A"})));
        assert_eq!(shape.parse("{broken"), Ok(json!("{broken")));
        assert_eq!(shape.parse("plain"), Ok(json!("plain")));
        assert_eq!(shape.parse("\"quoted\""), Ok(json!("quoted")));
        assert!(Shape::Mixed { text: false }.parse("plain").is_err());
    }
}
