//! What JSON values are in the language: their names, their text, when they are equal, which comes first.
//!
//! Values are JSON throughout. Numbers keep their digits until somebody computes with them; bytes and XML are objects
//! with `$content-type` and `$content`, as they are in the outputs of actions.

mod bytes;
mod compare;

use std::borrow::Cow;

use serde_json::Value;

pub(crate) use bytes::{Content, content, decode, envelope};
pub(crate) use compare::{Unique, equal, order};

use crate::fault::Raised;

/// The kind of a value, in the words of a message.
pub(crate) fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

/// A value shown in a message: not more of it than fits there.
pub(crate) fn shown(value: &Value) -> String {
    const MOST: usize = 40;
    let whole = match value {
        Value::Null | Value::Array(_) | Value::Object(_) => return kind(value).to_owned(),
        Value::String(text) => format!("'{text}'"),
        other => other.to_string(),
    };
    match whole.chars().count() > MOST {
        true => whole.chars().take(MOST).chain("…".chars()).collect(),
        false => whole,
    }
}

/// A value inside text: null is nothing, a boolean `True` or `False`, an object its JSON, bytes the text they are.
pub(crate) fn text(value: &Value) -> Raised<Cow<'_, str>> {
    Ok(match value {
        Value::Null => Cow::Borrowed(""),
        Value::Bool(true) => Cow::Borrowed("True"),
        Value::Bool(false) => Cow::Borrowed("False"),
        Value::Number(number) => Cow::Owned(number.to_string()),
        Value::String(text) => Cow::Borrowed(text),
        Value::Object(_) => match content(value) {
            Some(content) => match String::from_utf8(content?.bytes) {
                Ok(text) => Cow::Owned(text),
                // Bytes that are no text stay what they are.
                Err(_) => Cow::Owned(value.to_string()),
            },
            None => Cow::Owned(value.to_string()),
        },
        Value::Array(_) => Cow::Owned(value.to_string()),
    })
}
