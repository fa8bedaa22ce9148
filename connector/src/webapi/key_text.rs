//! The forms in which people name a row: its id, columns with their values, or the text that stands
//! between the parentheses of a Web API URL.

use airlock_connector::{Error, input::below};
use serde_json::Value;

use super::{
    key::{AlternateKey, KeyValue, RowKey, is_lookup_value},
    row_id::RowId,
};

impl RowKey {
    /// Reads a row id in any spelling, an alternate key as an object, or one as the text that
    /// stands in Web API URLs (`accountnumber='A1',region=3`).
    ///
    /// # Errors
    /// [`Error::InvalidInput`] at `pointer` with the accepted forms.
    pub fn from_json(value: &Value, pointer: &str) -> Result<Self, Error> {
        match value {
            Value::String(text) => parse(text, pointer),
            Value::Object(columns) => {
                let mut parts = Vec::with_capacity(columns.len());
                for (name, value) in columns {
                    let place = below(pointer, name);
                    parts.push((name.clone(), key_value(name, value, &place)?));
                }
                AlternateKey::new(parts, pointer).map(Self::Alternate)
            }
            _ => Err(Error::invalid(
                pointer,
                "a row is named by its id (a GUID) or by an alternate key such as {\"accountnumber\": \"A1\"}",
            )),
        }
    }
}

/// Reads one value; what only metadata can tell (a text that is a date or a number) is settled
/// later by the columns' types.
fn key_value(name: &str, value: &Value, pointer: &str) -> Result<KeyValue, Error> {
    match value {
        Value::String(text) if is_lookup_value(name) => text
            .parse()
            .map(KeyValue::Id)
            .map_err(|error: super::row_id::NotARowId| Error::invalid(pointer, error.to_string())),
        Value::String(text) => Ok(KeyValue::Text(text.clone())),
        Value::Number(number) => Ok(KeyValue::Bare(number.to_string())),
        Value::Bool(flag) => Ok(KeyValue::Bare(flag.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => Err(Error::invalid(
            pointer,
            "a key value is a text, a number or yes/no",
        )),
    }
}

/// Reads a row id, or `column='text',other=3`.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer`.
fn parse(text: &str, pointer: &str) -> Result<RowKey, Error> {
    let not_an_id = match text.parse::<RowId>() {
        Ok(id) => return Ok(RowKey::Id(id)),
        Err(error) => error,
    };
    if !text.contains('=') {
        return Err(Error::invalid(
            pointer,
            format!(
                "{not_an_id}. A row may also be named by an alternate key, such as accountnumber='A1'"
            ),
        ));
    }
    let mut parts = Vec::new();
    for piece in split_outside_quotes(text) {
        let (name, literal) = piece
            .split_once('=')
            .ok_or_else(|| malformed(piece, pointer))?;
        let (name, literal) = (name.trim(), literal.trim());
        let value = read_literal(name, literal).ok_or_else(|| malformed(piece, pointer))?;
        parts.push((name.to_owned(), value));
    }
    if let [(_, KeyValue::Id(id))] = parts.as_slice()
        && let Some((name, _)) = parts.first()
        && !is_lookup_value(name)
    {
        // `accountid=<guid>` is the primary key by name, which users and teams do not take.
        return Ok(RowKey::Id(*id));
    }
    AlternateKey::new(parts, pointer).map(RowKey::Alternate)
}

fn malformed(piece: &str, pointer: &str) -> Error {
    Error::invalid(
        pointer,
        format!(
            "`{}` is not a key part: expected column='text' (a quote inside is doubled) or column=number",
            piece.trim()
        ),
    )
}

fn split_outside_quotes(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut quoted = false;
    let mut start = 0;
    for (index, character) in text.char_indices() {
        match character {
            '\'' => quoted = !quoted,
            ',' if !quoted => {
                pieces.push(text.get(start..index).unwrap_or_default());
                start = index + 1;
            }
            _ => {}
        }
    }
    pieces.push(text.get(start..).unwrap_or_default());
    pieces
}

fn read_literal(name: &str, literal: &str) -> Option<KeyValue> {
    if let Some(rest) = literal.strip_prefix('\'') {
        let inner = rest.strip_suffix('\'')?;
        let single_quotes_left = inner.replace("''", "").contains('\'');
        let text = inner.replace("''", "'");
        if single_quotes_left {
            return None;
        }
        return match text.parse() {
            Ok(id) if is_lookup_value(name) => Some(KeyValue::Id(id)),
            _ => Some(KeyValue::Text(text)),
        };
    }
    if let Ok(id) = literal.parse() {
        return Some(KeyValue::Id(id));
    }
    let bare = !literal.is_empty()
        && literal
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | ':'));
    bare.then(|| KeyValue::Bare(literal.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        match parse(text, "/id").unwrap() {
            RowKey::Id(id) => format!("id {id}"),
            RowKey::Alternate(key) => key.describe(),
        }
    }

    #[test]
    fn keys_are_read_as_they_stand_in_urls() {
        let table = [
            ("accountnumber='A1'", "accountnumber='A1'"),
            (
                "accountnumber = 'O''Brien, Ltd'",
                "accountnumber='O''Brien, Ltd'",
            ),
            ("a='x=y',b=2,c=true", "a='x=y', b=2, c=true"),
            ("d=2026-01-31", "d=2026-01-31"),
            (
                "_primarycontactid_value={5F3E0C11-1111-4222-8333-000000000001}",
                "_primarycontactid_value=5f3e0c11-1111-4222-8333-000000000001",
            ),
            (
                "accountid=5F3E0C11-1111-4222-8333-000000000001",
                "id 5f3e0c11-1111-4222-8333-000000000001",
            ),
            (
                "{5F3E0C11-1111-4222-8333-000000000001}",
                "id 5f3e0c11-1111-4222-8333-000000000001",
            ),
        ];
        for (text, expected) in table {
            assert_eq!(key(text), expected, "{text}");
        }
    }

    #[test]
    fn a_text_that_is_no_key_says_what_would_be_one() {
        for wrong in ["A1", "a='x", "a='x'y'", "a=", "=1", "a='x',,b=1", "a=b c"] {
            let error = parse(wrong, "/id").unwrap_err();
            let Error::InvalidInput(faults) = &error else {
                panic!("{error:?}");
            };
            assert_eq!(faults[0].pointer, "/id", "{wrong}");
        }
    }
}
