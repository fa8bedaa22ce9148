//! Values as URLs spell them, turned into JSON.
//!
//! Layer: operations, pure. Functions and actions then share everything that comes after (reference §6.1).

use serde_json::value::RawValue;
use uuid::Uuid;

use crate::http::SimError;
use crate::query::parse::NAMESPACE;

use super::address::malformed;
use super::declaration::{Parameter, ValueType};

/// The JSON of a literal that a parameter is given.
///
/// # Errors
/// 400 for what cannot be read or is of another type.
pub(super) fn to_json(parameter: &Parameter, text: &str) -> Result<Box<RawValue>, SimError> {
    let text = text.trim();
    if text == "null" {
        return raw("null".to_owned());
    }
    if parameter.is_collection {
        return match text.starts_with('[') {
            true => raw(strict(text)),
            false => Err(mismatch(parameter, text)),
        };
    }
    let json = match &parameter.of {
        ValueType::Complex(_) | ValueType::Entity(_) => text.starts_with('{').then(|| strict(text)),
        ValueType::String => quoted(text).map(|text| string(&text)),
        ValueType::Guid => {
            let bare = quoted(text);
            let id = Uuid::try_parse(bare.as_deref().unwrap_or(text)).ok();
            id.map(|id| string(&id.to_string()))
        }
        ValueType::Boolean => matches!(text, "true" | "false").then(|| text.to_owned()),
        ValueType::Int32 | ValueType::Int64 | ValueType::Decimal | ValueType::Double => {
            number(text)
        }
        ValueType::DateTime => {
            let bare = quoted(text);
            Some(string(bare.as_deref().unwrap_or(text)))
        }
        ValueType::Enum(name) => member(name, text).map(|member| string(&member)),
    };
    raw(json.ok_or_else(|| mismatch(parameter, text))?)
}

fn raw(json: String) -> Result<Box<RawValue>, SimError> {
    RawValue::from_string(json).map_err(|_| malformed())
}

/// The refusal of a value of another type.
fn mismatch(parameter: &Parameter, text: &str) -> SimError {
    SimError::bad_url(format!(
        "Type verification failed. Expected type '{}' but received the value '{text}'.",
        parameter.type_name(NAMESPACE)
    ))
}

fn string(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The text within single quotes.
fn quoted(text: &str) -> Option<String> {
    let inner = text.strip_prefix('\'')?.strip_suffix('\'')?;
    let plain = inner.replace("''", "\u{0}");
    (!plain.contains('\'')).then(|| plain.replace('\u{0}', "'"))
}

fn number(text: &str) -> Option<String> {
    let is_number = text.parse::<f64>().is_ok_and(f64::is_finite)
        && text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
    is_number.then(|| text.to_owned())
}

/// `Microsoft.Dynamics.CRM.TargetFieldType'All'`; clients also send the member alone, quoted or as a number.
fn member(name: &str, text: &str) -> Option<String> {
    if let Some(rest) = text
        .strip_prefix(NAMESPACE)
        .and_then(|rest| rest.strip_prefix(name))
    {
        return quoted(rest);
    }
    quoted(text).or_else(|| text.parse::<i32>().ok().map(|number| number.to_string()))
}

/// JSON as URLs spell it, single quotes allowed, made strict.
fn strict(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' => {
                out.push('"');
                while let Some(inner) = characters.next() {
                    out.push(inner);
                    match inner {
                        '\\' => out.extend(characters.next()),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            '\'' => {
                let mut inner = String::new();
                while let Some(next) = characters.next() {
                    if next != '\'' {
                        inner.push(next);
                    } else if characters.next_if_eq(&'\'').is_some() {
                        inner.push('\'');
                    } else {
                        break;
                    }
                }
                out.push_str(&string(&inner));
            }
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operations::declaration::{ANY, choice};

    #[test]
    fn every_type_has_its_literals() {
        use ValueType as T;
        for (of, text, json) in [
            (T::String, "'it''s'", "\"it's\""),
            (T::String, "null", "null"),
            (T::String, "''", "\"\""),
            (
                T::Guid,
                "11110000-aaaa-4bbb-8ccc-000000000001",
                "\"11110000-aaaa-4bbb-8ccc-000000000001\"",
            ),
            (T::Boolean, "true", "true"),
            (T::Int32, "-5", "-5"),
            (T::Decimal, "12345678901234.5678", "12345678901234.5678"),
            (
                T::DateTime,
                "2026-03-25T17:42:47Z",
                "\"2026-03-25T17:42:47Z\"",
            ),
            (
                choice("TargetFieldType"),
                "Microsoft.Dynamics.CRM.TargetFieldType'ValidForCreate'",
                "\"ValidForCreate\"",
            ),
            (
                ANY,
                "{'@odata.id':'accounts(1)'}",
                "{\"@odata.id\":\"accounts(1)\"}",
            ),
            (
                ANY,
                "{\"name\":\"O'Neil\",'b':'say \"x\"'}",
                "{\"name\":\"O'Neil\",\"b\":\"say \\\"x\\\"\"}",
            ),
        ] {
            let found = to_json(&Parameter::one("P", of), text).unwrap();
            assert_eq!(found.get(), json, "{text}");
        }
        let many = to_json(&Parameter::many("P", T::String), "['a',\"b\"]").unwrap();
        assert_eq!(many.get(), "[\"a\",\"b\"]");
    }

    #[test]
    fn what_is_of_another_type_is_refused_by_name() {
        use ValueType as T;
        for (of, text) in [
            (T::String, "x"),
            (T::String, "'a'b'"),
            (T::Guid, "'x'"),
            (T::Boolean, "1"),
            (T::Int32, "'5'"),
            (T::Int32, "NaN"),
            (
                choice("TargetFieldType"),
                "Microsoft.Dynamics.CRM.Other'All'",
            ),
            (ANY, "'accounts(1)'"),
        ] {
            let refused = to_json(&Parameter::one("P", of), text).unwrap_err();
            assert!(
                refused
                    .message
                    .starts_with("Type verification failed. Expected type '"),
                "{text}"
            );
        }
        assert!(to_json(&Parameter::one("P", ANY), "{'open").is_err());
        assert!(to_json(&Parameter::many("P", T::String), "'a'").is_err());
    }
}
