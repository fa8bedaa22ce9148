//! Reads an input as its type; what does not fit is told field by field, each fault at its JSON Pointer.
//!
//! The usual case costs one pass of `serde`. Only when that fails is the schema derived and the
//! input held against it, so that a person hears of every fault at once and of the name that was
//! probably meant.

mod faults;

use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{Error, declare::schema};

pub use faults::below;

/// Reads `text` as a `T`.
///
/// # Errors
/// [`Error::InvalidInput`] with one fault per wrong, missing or unknown field.
pub fn decode<T: DeserializeOwned + JsonSchema>(text: &str) -> Result<T, Error> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    serde_json::from_str(text).map_err(|error| explain::<T>(text, &error))
}

/// The form so far: an object in which anything may still be missing.
///
/// # Errors
/// [`Error::InvalidInput`] when it is not a JSON object.
pub fn form(text: &str) -> Result<serde_json::Map<String, Value>, Error> {
    let text = if text.trim().is_empty() { "{}" } else { text };
    match serde_json::from_str(text) {
        Ok(Value::Object(form)) => Ok(form),
        Ok(_) => Err(Error::invalid("", "the form is a JSON object")),
        Err(error) => Err(not_json(&error)),
    }
}

fn not_json(error: &serde_json::Error) -> Error {
    Error::invalid("", format!("the input is not JSON: {error}"))
}

fn explain<T: DeserializeOwned + JsonSchema>(text: &str, refused: &serde_json::Error) -> Error {
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        Err(error) => return not_json(&error),
    };
    let schema = schema::of::<T>();
    let found = faults::of(&value, &schema);
    if !found.is_empty() {
        return Error::InvalidInput(found);
    }
    // A fault that no schema states, such as a property that comes twice; the message names it.
    let message = refused.to_string();
    let named = message.split('`').nth(1).filter(|name| {
        schema
            .pointer(&faults::below("/properties", name))
            .is_some()
    });
    Error::invalid(
        named.map_or_else(String::new, |name| faults::below("", name)),
        message,
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case", deny_unknown_fields)]
    struct Sample {
        /// Table to read.
        table: String,
        #[schemars(range(min = 1, max = 5000))]
        page_size: Option<u32>,
        select: Option<Vec<String>>,
    }

    fn faults_of(text: &str) -> Vec<(String, String)> {
        match decode::<Sample>(text).unwrap_err() {
            Error::InvalidInput(faults) => faults
                .into_iter()
                .map(|one| (one.pointer, one.message))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_good_input_is_read() {
        let sample: Sample = decode(r#"{"table": "account", "page-size": 5}"#).unwrap();
        assert_eq!(
            (sample.table.as_str(), sample.page_size),
            ("account", Some(5))
        );
        assert!(sample.select.is_none());
    }

    #[test]
    fn every_fault_is_told_at_its_place() {
        let found = faults_of(r#"{"tabel": "account", "page-size": "ten", "select": ["a", 1]}"#);
        let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
        assert_eq!(pointers, ["/table", "/page-size", "/select/1", "/tabel"]);
        assert!(found[3].1.contains("did you mean table?"), "{}", found[3].1);
    }

    #[test]
    fn what_no_schema_states_is_still_a_field_error() {
        let found = faults_of(r#"{"table": "a", "table": "b"}"#);
        assert_eq!(found[0].0, "/table");
        assert!(found[0].1.contains("duplicate field"), "{found:?}");
        let found = faults_of(r#"{"table": "a", "page-size": 99999999999}"#);
        assert_eq!(found[0].0, "/page-size");
    }

    #[test]
    fn what_is_not_json_says_where_it_stops_being_so() {
        let found = faults_of("{\"table\": \n account}");
        assert!(found[0].1.contains("line 2"), "{found:?}");
    }
}
