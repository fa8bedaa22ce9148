//! HTTP as a connector meets it: whole requests and whole responses.

mod headers;
mod method;
mod retry_after;

use std::time::Duration;

pub use headers::Headers;
pub use method::Method;
pub use retry_after::retry_after;

/// Header by which a request says that it only prepares another one, such as reading metadata.
/// The host removes it; a dry run lets such requests pass and stops at the first other one.
pub const PREPARES: &str = "airlock-prepares";

/// One request, ready to leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// Absolute and already encoded: to be sent byte for byte.
    pub url: String,
    /// Everything but what the host adds (credentials, host, content length).
    pub headers: Headers,
    /// Empty when there is none.
    pub body: Vec<u8>,
    /// How long the service may take; `None` leaves it to the host.
    pub timeout: Option<Duration>,
}

/// One response, read to its end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Response {
    /// HTTP status code.
    pub status: u16,
    /// Header fields.
    pub headers: Headers,
    /// The body as it came.
    pub body: Vec<u8>,
}
