//! Bytes and XML inside JSON. Part of [`super`].

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::fault::{Raise, Raised};

/// What an envelope holds.
pub(crate) struct Content {
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl Content {
    /// Whether the bytes are XML.
    pub(crate) fn is_xml(&self) -> bool {
        let essence = self
            .media_type
            .split(';')
            .next()
            .unwrap_or_default()
            .trim()
            .to_ascii_lowercase();
        essence == "application/xml" || essence == "text/xml" || essence.ends_with("+xml")
    }
}

/// The content of an envelope; none if the value is none, a fault if it is a broken one.
pub(crate) fn content(value: &Value) -> Option<Raised<Content>> {
    let members = value.as_object()?;
    let media_type = members.get("$content-type")?.as_str()?.to_owned();
    let text = members.get("$content")?.as_str()?;
    Some(decode(text).map(|bytes| Content { media_type, bytes }))
}

/// An envelope around bytes.
pub(crate) fn envelope(media_type: &str, bytes: &[u8]) -> Value {
    json!({"$content-type": media_type, "$content": STANDARD.encode(bytes)})
}

/// The bytes of base64 text. Line breaks in it do not count.
pub(crate) fn decode(text: &str) -> Raised<Vec<u8>> {
    let compact: Vec<u8> = text
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    STANDARD
        .decode(compact)
        .map_err(|error| Raise::value(format!("that is no base64: {error}")))
}
