//! What a guest says when it is done, and when its test asked for something that it does not have.

use crate::contract::airlock::connector::types::Error;
use serde_json::Value;

/// What an action answers.
pub type Answer = Result<Value, Error>;

/// An error that blames the guest or its test, never the host.
pub fn defect(text: impl Into<String>) -> Error {
    Error::Internal(text.into())
}

/// Bytes from elsewhere as text that JSON can carry.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
