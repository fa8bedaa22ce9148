//! What a subscription is, as it lies sealed in the store.

use std::time::Duration;

use airlock_work::{Attempts, Backoff};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use time::OffsetDateTime;

use crate::consumer::Consumer;
use crate::error::TriggerError;
use crate::schedule::Schedule;

/// What is watched, how often, and whom it tells.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Plan {
    /// The connector's trigger.
    pub trigger: String,
    /// What it watches, as the trigger's schema describes it.
    pub config: Value,
    /// How often it is polled.
    pub schedule: Schedule,
    /// Who is told.
    pub consumer: Consumer,
    /// How often an event is tried before it becomes a dead letter, and how long between.
    pub retry: Retry,
    /// What happens when the service takes a cursor no more.
    pub on_expired: OnExpired,
    /// Whether it works.
    pub state: State,
    /// Where the first poll starts, in place of now: an RFC 3339 time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<String>,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
}

/// How often something is tried, and how long between.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Retry {
    /// At most so often, the first time included.
    pub attempts: u32,
    /// The first wait, in milliseconds; each is four times as long as the one before.
    pub first_ms: u64,
}

impl Default for Retry {
    /// Twelve attempts over a day and a half.
    fn default() -> Self {
        Self {
            attempts: 12,
            first_ms: 5_000,
        }
    }
}

impl Retry {
    /// As the rules of work have it.
    #[must_use]
    pub fn attempts(self) -> Attempts {
        Attempts {
            most: self.attempts,
            backoff: Backoff {
                first: Duration::from_millis(self.first_ms),
                factor: 4,
                most: Duration::from_secs(6 * 3600),
            },
        }
    }
}

/// What happens when the service takes a cursor no more.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OnExpired {
    /// Everything is read anew, and only what differs is told.
    #[default]
    Resynchronise,
    /// The subscription stops, and a person decides.
    Stop,
}

/// Whether a subscription works.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", tag = "is")]
pub enum State {
    /// It does.
    Active,
    /// A person has paused it.
    Paused,
    /// It has stopped by itself.
    Stopped {
        /// Why, and what to do.
        reason: String,
    },
}

impl Plan {
    pub(crate) fn read(text: &SecretString) -> Result<Self, TriggerError> {
        serde_json::from_str(text.expose_secret())
            .map_err(|error| TriggerError::Unreadable(error.to_string()))
    }

    pub(crate) fn write(&self) -> Result<SecretString, TriggerError> {
        serde_json::to_string(self)
            .map(SecretString::from)
            .map_err(|error| TriggerError::Unreadable(error.to_string()))
    }
}
