//! How far a subscription has come, as it lies sealed in the store.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::error::TriggerError;

/// How far a subscription has come.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub struct Progress {
    /// Where the next poll starts, as the connector wrote it; none before the first.
    pub cursor: Option<String>,
    /// Whether the service takes that no more.
    pub expired: bool,
    /// When it was polled last.
    #[serde(with = "time::serde::rfc3339::option")]
    pub polled_at: Option<OffsetDateTime>,
    /// When a poll last found something.
    #[serde(with = "time::serde::rfc3339::option")]
    pub found_at: Option<OffsetDateTime>,
    /// The wait that followed on the last poll, in milliseconds.
    pub wait_ms: Option<u64>,
    /// What the last poll ended with, if it failed.
    pub problem: Option<String>,
    /// What may have happened and can never be told.
    pub missed: Option<String>,
}

impl Progress {
    pub(crate) fn read(text: Option<&SecretString>) -> Result<Self, TriggerError> {
        let Some(text) = text else {
            return Ok(Self::default());
        };
        serde_json::from_str(text.expose_secret())
            .map_err(|error| TriggerError::Unreadable(error.to_string()))
    }

    pub(crate) fn write(&self) -> Result<SecretString, TriggerError> {
        serde_json::to_string(self)
            .map(SecretString::from)
            .map_err(|error| TriggerError::Unreadable(error.to_string()))
    }
}
