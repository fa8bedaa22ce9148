//! What the connector can watch for: nothing yet.
//!
//! The contract has every connector answer for triggers, so a call for one is told that there is
//! none instead of being left without an answer.

use crate::webapi::Error;

/// The answer to every call that names a trigger.
#[must_use]
pub fn unknown(name: &str) -> Error {
    Error::invalid(
        "",
        format!("this connector has no trigger `{name}`; it has none at all so far"),
    )
}
