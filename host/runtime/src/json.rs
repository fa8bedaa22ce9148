//! JSON that crosses the sandbox: text for a component, and text that one wrote, read with words for
//! when it is not JSON.

use crate::error::{ConnectorError, HostError};
use serde_json::Value;

/// Parses what a component answered; `what` completes "… is not valid JSON".
pub(crate) fn parse(what: &str, text: &str) -> Result<Value, HostError> {
    serde_json::from_str(text).map_err(|error| {
        ConnectorError::Internal(format!("{what} is not valid JSON: {error}")).into()
    })
}

/// `value` as text. Its own `Display` would go through the formatter piece by piece and grow the text
/// from nothing.
pub(crate) fn text(value: &Value) -> Result<String, HostError> {
    serde_json::to_string(value)
        .map_err(|error| HostError::Defect(format!("a value does not become JSON: {error}")))
}
