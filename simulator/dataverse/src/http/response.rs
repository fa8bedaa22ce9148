//! An answer before it meets a socket. Headers every Web API answer carries are added by the server.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};

use super::MetadataLevel;

/// Status, headers, whole body.
#[derive(Clone, Debug)]
pub struct Response {
    /// Status.
    pub status: StatusCode,
    /// Headers that belong to this answer alone.
    pub headers: HeaderMap,
    /// Body; empty for none.
    pub body: Bytes,
}

impl Response {
    /// An answer without a body.
    pub fn empty(status: StatusCode) -> Self {
        Self {
            status,
            headers: HeaderMap::new(),
            body: Bytes::new(),
        }
    }

    /// A JSON answer with the media type Dataverse gives it.
    pub fn json(status: StatusCode, body: impl Into<Bytes>, level: MetadataLevel) -> Self {
        let mut response = Self {
            status,
            headers: HeaderMap::with_capacity(4),
            body: body.into(),
        };
        response
            .headers
            .insert(header::CONTENT_TYPE, json_content_type(level));
        response
    }

    /// An answer of another media type.
    pub fn of_type(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        let mut response = Self {
            status,
            headers: HeaderMap::with_capacity(4),
            body: body.into(),
        };
        response
            .headers
            .insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
        response
    }

    /// Adds a header. A value that cannot be a header value is dropped.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: &str) -> Self {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::from_str(value)) {
            self.headers.append(name, value);
        }
        self
    }
}

/// `application/json; odata.metadata=…`.
pub fn json_content_type(level: MetadataLevel) -> HeaderValue {
    HeaderValue::from_static(match level {
        MetadataLevel::None => "application/json; odata.metadata=none",
        MetadataLevel::Minimal => "application/json; odata.metadata=minimal",
        MetadataLevel::Full => "application/json; odata.metadata=full",
    })
}
