//! JSON that crosses the sandbox: text for a component, and text that one wrote, read with words for
//! when it is not JSON.
//!
//! A value takes up to sixty times the memory of its text, and reading a large text takes longer than
//! a turn of the scheduler. So its values are counted before it is read, and a large one is read on a
//! thread of its own, a few at a time for each tenant.

use crate::error::{ConnectorError, HostError};
use crate::instance::{Limits, Text};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;
use std::sync::Arc;

/// A text up to this length is read at once: that takes a tenth of a millisecond, and handing it over
/// to another thread as long.
const AT_ONCE: usize = 64 << 10;

/// Reads what a component answered; `what` completes "… is not valid JSON".
///
/// # Errors
/// It is not JSON, or has more values than the budget allows.
pub(crate) async fn read(
    what: &'static str,
    text: Text,
    limits: &Limits,
) -> Result<Value, HostError> {
    let most = limits.budgets().answer_values;
    apart(text, limits, move |text| {
        few_enough(what, values(&text.text), most)?;
        parse(what, &text.text)
    })
    .await
}

/// The same text, once it is known to be JSON.
///
/// # Errors
/// It is not JSON.
pub(crate) async fn checked(
    what: &'static str,
    text: Text,
    limits: &Limits,
) -> Result<Text, HostError> {
    apart(text, limits, move |text| {
        parse::<IgnoredAny>(what, &text.text)?;
        Ok(text)
    })
    .await
}

async fn apart<T: Send + 'static>(
    text: Text,
    limits: &Limits,
    work: impl FnOnce(Text) -> Result<T, HostError> + Send + 'static,
) -> Result<T, HostError> {
    if text.text.len() <= AT_ONCE {
        return work(text);
    }
    let stopped = |error: &dyn std::fmt::Display| {
        HostError::Defect(format!("reading an answer stopped: {error}"))
    };
    let turn = Arc::clone(&limits.tenant.reading)
        .acquire_owned()
        .await
        .map_err(|error| stopped(&error))?;
    // Whoever goes away leaves it to its end: the turn stays with the work.
    tokio::task::spawn_blocking(move || {
        let done = work(text);
        drop(turn);
        done
    })
    .await
    .map_err(|error| stopped(&error))?
}

/// Parses a text of a component's; `what` completes "… is not valid JSON".
pub(crate) fn parse<T: DeserializeOwned>(what: &str, text: &str) -> Result<T, HostError> {
    serde_json::from_str(text).map_err(|error| {
        ConnectorError::Internal(format!("{what} is not valid JSON: {error}")).into()
    })
}

/// Whether `values` are no more than an answer may have.
pub(crate) fn few_enough(what: &str, values: usize, most: usize) -> Result<(), HostError> {
    if values <= most {
        return Ok(());
    }
    Err(HostError::Budget {
        budget: "it answered more values than are read into memory",
        limit: format!("{what} has {values}, and {most} are allowed"),
        setting: "answer-values",
    })
}

/// How many values a JSON text has: numbers, texts, literals, lists and objects. Of a text that is no
/// JSON it is some number; reading that ends at its first fault.
pub(crate) fn values(text: &str) -> usize {
    let mut count: usize = 1;
    let mut rest = text.as_bytes();
    while let Some(at) = rest
        .iter()
        .position(|byte| matches!(byte, b',' | b'[' | b'{' | b'"'))
    {
        let is_text = rest.get(at) == Some(&b'"');
        rest = rest.get(at + 1..).unwrap_or_default();
        if is_text {
            rest = behind_text(rest);
        } else {
            count = count.saturating_add(1);
        }
    }
    count
}

/// What follows a text whose opening quote has been read.
fn behind_text(mut rest: &[u8]) -> &[u8] {
    while let Some(at) = memchr::memchr2(b'"', b'\\', rest) {
        let escaped = rest.get(at) == Some(&b'\\');
        rest = rest
            .get(at + 1 + usize::from(escaped)..)
            .unwrap_or_default();
        if !escaped {
            return rest;
        }
    }
    &[]
}

/// `value` as text. Its own `Display` would go through the formatter piece by piece and grow the text
/// from nothing.
pub(crate) fn text(value: &Value) -> Result<String, HostError> {
    serde_json::to_string(value)
        .map_err(|error| HostError::Defect(format!("a value does not become JSON: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_counted_as_they_will_be_read() {
        for (text, count) in [
            ("1", 1),
            (r#""a, [b] {c}""#, 1),
            (r#""a \" , \\""#, 1),
            (r#"{"a,b":[1,2,{"c":null}]}"#, 1 + 1 + 2 + 1 + 1),
            (r#"[[],[]]"#, 4 + 1),
        ] {
            assert_eq!(values(text), count, "{text}");
        }
        let bomb = format!("[{}1]", "1,".repeat(1_000_000));
        assert_eq!(values(&bomb), 1_000_002);
    }

    #[test]
    fn no_text_is_counted_beyond_its_end() {
        for broken in ["\"", "\"\\", "\"abc", "[\"a\\\"", ""] {
            assert!(values(broken) <= 2, "{broken}");
        }
    }

    #[test]
    fn too_many_values_name_the_setting() {
        let text = few_enough("the output", 3, 2).unwrap_err().to_string();
        assert!(
            text.contains("answer-values") && text.contains("the output"),
            "{text}"
        );
        assert!(few_enough("the output", 2, 2).is_ok());
    }
}
