//! What an operation gave.

use airlock_connector::Error;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Value, value::RawValue};

use crate::webapi::Reply;

/// Output of an operation that was called.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// What the operation gave, as the service wrote it; left out where it gives nothing.
    #[schemars(with = "Option<Value>")]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Box<RawValue>>,
}

/// The answer of `reply`. One without content is empty.
pub(super) fn answer(reply: Reply) -> Result<Option<Box<RawValue>>, Error> {
    let unreadable = |error: serde_json::Error| Error::Internal(error.to_string());
    if reply.body.is_empty() {
        return Ok(None);
    }
    let text = String::from_utf8_lossy(&reply.body);
    // A count comes with a byte order mark.
    let text = text.trim_start_matches('\u{feff}');
    match serde_json::from_str::<&RawValue>(text) {
        Ok(json) => Ok(Some(json.to_owned())),
        Err(_) => RawValue::from_string(serde_json::to_string(text).map_err(unreadable)?)
            .map(Some)
            .map_err(unreadable),
    }
}
