//! A value that a property may have, below what reads schemas and what reads command lines.

use serde_json::Value;

/// One of the values that a property may have.
#[derive(Clone, Debug, PartialEq)]
pub struct Choice {
    /// The value itself.
    pub value: Value,
    /// What it means, where the schema says so.
    pub help: Option<String>,
}

impl Choice {
    /// How the value is typed: text without quotes, everything else as JSON.
    pub fn typed(&self) -> String {
        match &self.value {
            Value::String(text) => text.clone(),
            other => other.to_string(),
        }
    }
}
