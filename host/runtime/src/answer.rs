//! An answer as its connector wrote it: most callers pass it on, and a value in memory takes many times
//! as much.

use crate::error::HostError;
use crate::instance::{Limits, Text};
use crate::json;
use serde_json::Value;
use std::fmt;
use time::OffsetDateTime;

/// What an action answered.
#[derive(Clone, Debug)]
pub struct Invoked<T = JsonText> {
    /// Its whole output.
    pub output: T,
    /// When the output was first answered, if an earlier call under the same idempotency key was;
    /// nothing was sent now. What it says of the service was true then.
    pub replayed: Option<OffsetDateTime>,
}

impl Invoked {
    /// The same with the output as a value.
    ///
    /// # Errors
    /// As [`JsonText::json`].
    pub async fn json(self) -> Result<Invoked<Value>, HostError> {
        Ok(Invoked {
            output: self.output.json().await?,
            replayed: self.replayed,
        })
    }
}

/// A JSON document as the connector wrote it. Counted as its tenant's memory until it is dropped or
/// taken out.
pub struct JsonText {
    text: Source,
    what: &'static str,
    limits: Limits,
}

enum Source {
    /// From an instance.
    Counted(Text),
    /// From the store.
    Kept(String),
}

impl JsonText {
    /// What a component answered, once it is known to be JSON; `what` completes "… is not valid JSON".
    pub(crate) async fn of(
        what: &'static str,
        text: Text,
        limits: Limits,
    ) -> Result<Self, HostError> {
        Ok(Self {
            text: Source::Counted(json::checked(what, text, &limits).await?),
            what,
            limits,
        })
    }

    /// An answer that was kept beside an idempotency key.
    pub(crate) fn kept(text: String, limits: Limits) -> Self {
        Self {
            text: Source::Kept(text),
            what: "a kept answer",
            limits,
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        match &self.text {
            Source::Counted(text) => &text.text,
            Source::Kept(text) => text,
        }
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        match self.text {
            Source::Counted(text) => text.text,
            Source::Kept(text) => text,
        }
    }

    /// The document as a value.
    ///
    /// # Errors
    /// [`HostError::Budget`] when it has more values than are read into memory.
    pub async fn json(self) -> Result<Value, HostError> {
        match self.text {
            Source::Counted(text) => json::read(self.what, text, &self.limits).await,
            Source::Kept(text) => json::parse(self.what, &text),
        }
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("JsonText").field(&self.as_str()).finish()
    }
}

impl fmt::Display for JsonText {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.as_str())
    }
}
