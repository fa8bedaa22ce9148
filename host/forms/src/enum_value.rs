//! A value that a field may have, below what reads schemas and what reads words.

use serde_json::Value;

/// One of the values that a field may have.
#[derive(Clone, Debug, PartialEq)]
pub struct EnumValue {
    /// The value itself.
    pub value: Value,
    /// What it means, where the schema says so.
    pub help: Option<String>,
}

impl EnumValue {
    /// How the value is typed: text without quotes, everything else as JSON.
    #[must_use]
    pub fn typed(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}
