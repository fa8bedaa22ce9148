//! JSON that crossed the sandbox: text a component wrote, read with words for when it is not JSON.

use crate::error::{ConnectorError, HostError};
use serde_json::Value;

/// Parses what a component answered; `what` completes "… is not valid JSON".
pub(crate) fn parse(what: &str, text: &str) -> Result<Value, HostError> {
    serde_json::from_str(text).map_err(|error| {
        ConnectorError::Internal(format!("{what} is not valid JSON: {error}")).into()
    })
}
