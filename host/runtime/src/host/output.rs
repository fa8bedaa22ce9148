//! The two ways in which a caller may have a whole answer: as a value, or as the text that the connector wrote.

use crate::error::HostError;
use crate::instance::{Limits, Text};
use crate::json;
use serde_json::Value;
use std::borrow::Cow;

/// An answer as a caller wants it.
pub(super) trait Output: Sized {
    /// Reads what a component answered.
    async fn read(text: Text, limits: &Limits) -> Result<Self, HostError>;
    /// Reads an answer that was kept beside an idempotency key.
    fn kept(text: String) -> Result<Self, HostError>;
    /// The text to keep beside one.
    fn text(&self) -> Option<Cow<'_, str>>;
}

impl Output for Value {
    async fn read(text: Text, limits: &Limits) -> Result<Self, HostError> {
        json::read("the output", text, limits).await
    }

    fn kept(text: String) -> Result<Self, HostError> {
        json::parse("a kept answer", &text)
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        json::text(self).ok().map(Cow::Owned)
    }
}

impl Output for String {
    async fn read(text: Text, limits: &Limits) -> Result<Self, HostError> {
        json::checked("the output", text, limits).await
    }

    fn kept(text: String) -> Result<Self, HostError> {
        Ok(text)
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        Some(Cow::Borrowed(self))
    }
}
