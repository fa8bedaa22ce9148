//! A Web API request after routing: relative to the service root, headers understood, body complete.

use bytes::Bytes;
use http::{HeaderMap, Method, header};

use super::{Conditions, Preferences};

/// A request to the data API.
#[derive(Clone, Debug)]
pub struct ODataRequest {
    /// The method.
    pub method: Method,
    /// Path after the service root, still percent-encoded, without a leading slash: `accounts(…)/name`.
    pub path: String,
    /// Query string, still percent-encoded, without the question mark.
    pub query: Option<String>,
    /// All headers, for the rarer Dataverse ones.
    pub headers: HeaderMap,
    /// The whole body.
    pub body: Bytes,
    /// `Prefer`, understood.
    pub preferences: Preferences,
    /// `If-Match` and `If-None-Match`, understood.
    pub conditions: Conditions,
    /// How much `@odata` detail the caller wants.
    pub metadata_level: MetadataLevel,
}

/// `odata.metadata=…` of the `Accept` header.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MetadataLevel {
    /// No control information.
    None,
    /// Context, etags and links: the default.
    #[default]
    Minimal,
    /// Types and navigation links too.
    Full,
}

impl ODataRequest {
    /// Understands a request's headers. `path` is relative to the service root.
    pub fn new(
        method: Method,
        path: String,
        query: Option<String>,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        let preferences = Preferences::from_headers(&headers);
        let conditions = Conditions::from_headers(&headers);
        let metadata_level = MetadataLevel::from_headers(&headers);
        Self {
            method,
            path,
            query,
            headers,
            body,
            preferences,
            conditions,
            metadata_level,
        }
    }

    /// The text of a header, when it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }
}

impl MetadataLevel {
    fn from_headers(headers: &HeaderMap) -> Self {
        let accept = headers
            .get(header::ACCEPT)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        if accept.contains("odata.metadata=full") {
            Self::Full
        } else if accept.contains("odata.metadata=none") {
            Self::None
        } else {
            Self::Minimal
        }
    }

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Minimal => "minimal",
            Self::Full => "full",
        }
    }
}
