//! The values that a call gives, checked against the declaration.
//!
//! Layer: operations, pure. Values stay JSON text until they are used: numbers keep their digits, and a thousand rows are not
//! parsed twice.

use std::collections::HashMap;

use bytes::Bytes;
use indexmap::IndexMap;
use serde_json::value::RawValue;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::SimError;
use crate::query::parse::{Aliases, NAMESPACE};
use crate::rows::storage::moment::parse_moment;

use super::address::parameters;
use super::declaration::{Declaration, Parameter, ValueType};
use super::enumerations::enumeration;
use super::literal::to_json;

/// Members of an object, values unread.
pub type Members = IndexMap<String, Box<RawValue>>;

/// The values of a call by parameter name.
#[derive(Debug, Default)]
pub struct Arguments {
    values: HashMap<String, Box<RawValue>>,
}

impl Arguments {
    /// Reads what stands in a function's parentheses.
    ///
    /// # Errors
    /// 404 when names do not fit the declaration, 400 for a value of the wrong type.
    pub(super) fn from_url(
        operation: &Declaration,
        text: &str,
        aliases: &Aliases,
    ) -> Result<Self, SimError> {
        let mut values = HashMap::new();
        for (name, value) in parameters(text)? {
            // A name that is not declared means another overload, and there is none.
            let parameter = operation
                .parameter(name)
                .ok_or_else(|| SimError::unknown_segment(&operation.name))?;
            let value = match value.strip_prefix('@') {
                Some(alias) => aliases.get(alias).map_or("null", String::as_str),
                None => value,
            };
            let json = to_json(parameter, value)?;
            check(parameter, &json)?;
            values.insert(name.to_owned(), json);
        }
        let complete = operation
            .parameters
            .iter()
            .all(|parameter| parameter.is_optional || values.contains_key(&*parameter.name));
        match complete {
            true => Ok(Self { values }),
            false => Err(SimError::unknown_segment(&operation.name)),
        }
    }

    /// Reads an action's body.
    ///
    /// # Errors
    /// 400 for what is no JSON object, for unknown and missing parameters and for values of the wrong type.
    pub(super) fn from_body(operation: &Declaration, body: &[u8]) -> Result<Self, SimError> {
        let mut values = HashMap::new();
        if !body.iter().all(u8::is_ascii_whitespace) {
            let members: Members = serde_json::from_slice(body)
                .map_err(|error| payload(format_args!("Invalid JSON. {error}")))?;
            for (name, value) in members {
                if name.contains('@') {
                    continue;
                }
                let parameter = operation.parameter(&name).ok_or_else(|| {
                    payload(format_args!(
                        "The parameter '{name}' in the request payload is not a valid parameter for the operation '{}'.",
                        operation.name
                    ))
                })?;
                check(parameter, &value)?;
                values.insert(name, value);
            }
        }
        let missing: Vec<&str> = operation
            .parameters
            .iter()
            .filter(|parameter| !parameter.is_optional && !values.contains_key(&*parameter.name))
            .map(|parameter| &*parameter.name)
            .collect();
        if missing.is_empty() {
            return Ok(Self { values });
        }
        Err(payload(format_args!(
            "One or more parameters of the operation '{}' are missing from the request payload. The missing parameters are: {}.",
            operation.name,
            missing.join(", ")
        )))
    }

    /// The JSON of a value; `None` for null and for none.
    pub fn raw(&self, name: &str) -> Option<&RawValue> {
        self.values
            .get(name)
            .map(|value| &**value)
            .filter(|value| value.get() != "null")
    }

    /// The JSON of a value that cannot be done without.
    ///
    /// # Errors
    /// 400 `0x80040203` when it is null or missing.
    pub fn required(&self, name: &str) -> Result<&RawValue, SimError> {
        self.raw(name).ok_or_else(|| required(name))
    }

    /// A text.
    pub fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.raw(name)?.get()).ok()
    }

    /// A text that cannot be done without.
    ///
    /// # Errors
    /// 400 `0x80040203` when it is null, empty or missing.
    pub fn required_text(&self, name: &str) -> Result<String, SimError> {
        self.text(name)
            .filter(|text| !text.is_empty())
            .ok_or_else(|| required(name))
    }

    /// Many texts; none for null.
    pub fn texts(&self, name: &str) -> Vec<String> {
        self.raw(name)
            .and_then(|value| serde_json::from_str(value.get()).ok())
            .unwrap_or_default()
    }

    /// A 32-bit number. Texts of digits count, as everywhere.
    pub fn integer(&self, name: &str) -> Option<i32> {
        scalar(self.raw(name)?)?.parse().ok()
    }

    /// A truth value; false for null.
    pub fn boolean(&self, name: &str) -> bool {
        self.raw(name)
            .and_then(scalar)
            .is_some_and(|text| text == "true")
    }

    /// A GUID.
    pub fn guid(&self, name: &str) -> Option<Uuid> {
        Uuid::try_parse(&self.text(name)?).ok()
    }

    /// A GUID that cannot be done without.
    ///
    /// # Errors
    /// 400 `0x80040203` when it is null, empty or missing.
    pub fn required_guid(&self, name: &str) -> Result<Uuid, SimError> {
        self.guid(name)
            .filter(|id| !id.is_nil())
            .ok_or_else(|| SimError::invalid_argument("Expected non-empty Guid."))
    }

    /// A moment.
    pub fn moment(&self, name: &str) -> Option<OffsetDateTime> {
        parse_moment(&self.text(name)?)
    }

    /// The members of an object.
    ///
    /// # Errors
    /// 400 when it is no object.
    pub fn object(&self, name: &str) -> Result<Option<Members>, SimError> {
        self.raw(name).map(members).transpose()
    }

    /// The elements of an array; none for null.
    ///
    /// # Errors
    /// 400 when it is no array.
    pub fn elements(&self, name: &str) -> Result<Vec<Box<RawValue>>, SimError> {
        self.raw(name).map_or(Ok(Vec::new()), |value| {
            serde_json::from_str(value.get())
                .map_err(|error| payload(format_args!("Invalid JSON. {error}")))
        })
    }

    /// All values by name, for those who only pass them on.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &RawValue)> {
        self.values
            .iter()
            .map(|(name, value)| (name.as_str(), &**value))
    }
}

/// The members of an object.
///
/// # Errors
/// 400 when it is no object.
pub(super) fn members(value: &RawValue) -> Result<Members, SimError> {
    serde_json::from_str(value.get()).map_err(|_| node(value, "StartObject"))
}

/// A text as a member's value.
pub(super) fn text_value(text: &str) -> Box<RawValue> {
    // A text is JSON whatever it holds.
    serde_json::value::to_raw_value(text).unwrap_or_default()
}

/// The JSON of an object.
pub(super) fn to_body(members: &Members) -> Bytes {
    Bytes::from(serde_json::to_vec(members).unwrap_or_default())
}

/// A value was left out that the message cannot do without.
pub(super) fn required(name: &str) -> SimError {
    SimError::invalid_argument(format!("Required field '{name}' is missing"))
}

/// The body cannot be understood; actions name no entity set.
pub(super) fn payload(detail: impl std::fmt::Display) -> SimError {
    SimError::bad_payload("", detail)
}

/// The text of a JSON value that is neither object nor array.
fn scalar(value: &RawValue) -> Option<String> {
    match value.get().as_bytes().first()? {
        b'"' => serde_json::from_str(value.get()).ok(),
        b'{' | b'[' => None,
        _ => Some(value.get().to_owned()),
    }
}

fn node(value: &RawValue, expected: &str) -> SimError {
    let found = match value.get().as_bytes().first() {
        Some(b'{') => "StartObject",
        Some(b'[') => "StartArray",
        _ => "PrimitiveValue",
    };
    payload(format_args!(
        "An unexpected '{found}' node was found when reading from the JSON reader. A '{expected}' node was expected."
    ))
}

impl Parameter {
    /// Refuses a value that is not of the declared type.
    pub(super) fn check(&self, value: &serde_json::Value) -> Result<(), SimError> {
        let raw = serde_json::value::to_raw_value(value).map_err(SimError::unexpected)?;
        check(self, &raw)
    }
}

/// Refuses a value that is not of the declared type.
fn check(parameter: &Parameter, value: &RawValue) -> Result<(), SimError> {
    let first = value.get().as_bytes().first();
    if value.get() == "null" {
        return Ok(());
    }
    if parameter.is_collection {
        return match first {
            Some(b'[') => Ok(()),
            _ => Err(node(value, "StartArray")),
        };
    }
    if matches!(parameter.of, ValueType::Entity(_) | ValueType::Complex(_)) {
        return match first {
            Some(b'{') => Ok(()),
            _ => Err(node(value, "StartObject")),
        };
    }
    let text = scalar(value).ok_or_else(|| node(value, "PrimitiveValue"))?;
    let is_text = first == Some(&b'"');
    let fits = match &parameter.of {
        ValueType::String => is_text,
        ValueType::Guid => is_text && Uuid::try_parse(&text).is_ok(),
        ValueType::Boolean => matches!(text.as_str(), "true" | "false"),
        ValueType::Int32 => text.parse::<i32>().is_ok(),
        ValueType::Int64 => text.parse::<i64>().is_ok(),
        ValueType::Decimal | ValueType::Double => text.parse::<f64>().is_ok_and(f64::is_finite),
        ValueType::DateTime => is_text && parse_moment(&text).is_some(),
        ValueType::Enum(name) => enumeration(name).is_none_or(|known| {
            text.split(',').map(str::trim).all(|part| {
                let is_member =
                    |(member, number): &(&str, i32)| part == *member || part.parse() == Ok(*number);
                known.members.iter().any(is_member)
                    || (known.is_flags && part.parse::<i32>().is_ok())
            })
        }),
        ValueType::Entity(_) | ValueType::Complex(_) => true,
    };
    if fits {
        return Ok(());
    }
    Err(payload(format_args!(
        "Cannot convert the literal '{text}' to the expected type '{}'.",
        parameter.of.name(NAMESPACE)
    )))
}
