//! The one door to the world: what the domain needs from whoever runs it.
//!
//! The component implements it over `wasi:http`, the tests with a script. Futures are not `Send`:
//! a component has one thread.

use std::{fmt, future::Future, rc::Rc, time::Duration};

/// Header by which a request says that it only prepares another one, such as reading metadata.
/// The host removes it; a dry run lets such requests pass and stops at the first other one.
pub const PREPARES: &str = "airlock-prepares";

/// Sends requests, waits, and tells the time.
pub trait Transport {
    /// Sends one request and answers with the whole response, whatever its status.
    ///
    /// # Errors
    /// Only when there is no response: see [`TransportError`].
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>>;

    /// Waits.
    fn sleep(&self, duration: Duration) -> impl Future<Output = ()>;

    /// Time since some fixed moment; never goes backwards.
    fn now(&self) -> Duration;

    /// Sixty-four random bits.
    fn random(&self) -> u64;

    /// Tells the host something worth knowing; never data or secrets.
    fn log(&self, level: Level, message: &str);

    /// Tells the host how far a long operation has come; `total` where it is known.
    fn progress(&self, _done: u64, _total: Option<u64>) {}
}

impl<T: Transport> Transport for &T {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>> {
        (**self).send(request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        (**self).sleep(duration)
    }

    fn now(&self) -> Duration {
        (**self).now()
    }

    fn random(&self) -> u64 {
        (**self).random()
    }

    fn log(&self, level: Level, message: &str) {
        (**self).log(level, message);
    }

    fn progress(&self, done: u64, total: Option<u64>) {
        (**self).progress(done, total);
    }
}

impl<T: Transport> Transport for Rc<T> {
    fn send(&self, request: Request) -> impl Future<Output = Result<Response, TransportError>> {
        (**self).send(request)
    }

    fn sleep(&self, duration: Duration) -> impl Future<Output = ()> {
        (**self).sleep(duration)
    }

    fn now(&self) -> Duration {
        (**self).now()
    }

    fn random(&self) -> u64 {
        (**self).random()
    }

    fn log(&self, level: Level, message: &str) {
        (**self).log(level, message);
    }

    fn progress(&self, done: u64, total: Option<u64>) {
        (**self).progress(done, total);
    }
}

/// How loud a log line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For whoever traces one call.
    Debug,
    /// Worth knowing.
    Info,
    /// Something was worked around.
    Warn,
    /// Something was given up.
    Error,
}

/// An HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// Read.
    Get,
    /// Read the headers only.
    Head,
    /// Ask what is allowed.
    Options,
    /// Create, or call an action.
    Post,
    /// Update or upsert.
    Patch,
    /// Replace one property, a reference or a definition.
    Put,
    /// Delete.
    Delete,
}

impl Method {
    /// The name on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Options => "OPTIONS",
            Self::Post => "POST",
            Self::Patch => "PATCH",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }

    /// Reads a method in any case.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let all = [
            Self::Get,
            Self::Head,
            Self::Options,
            Self::Post,
            Self::Patch,
            Self::Put,
            Self::Delete,
        ];
        all.into_iter()
            .find(|method| method.as_str().eq_ignore_ascii_case(text.trim()))
    }

    /// Whether the method only reads.
    #[must_use]
    pub fn reads(self) -> bool {
        matches!(self, Self::Get | Self::Head | Self::Options)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

/// Header fields in order; names compare without case, a name may repeat. Names and values have to be
/// free of line breaks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers(Vec<(String, String)>);

impl Headers {
    /// No fields.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a field that is not there yet.
    pub fn push(&mut self, name: &str, value: &str) {
        self.0.push((name.to_owned(), value.to_owned()));
    }

    /// The first value of `name`.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(have, _)| have.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// Sets `name`, replacing every earlier value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.0.retain(|(have, _)| !have.eq_ignore_ascii_case(name));
        self.push(name, value);
    }

    /// Sets `name` unless it is there already.
    pub fn set_default(&mut self, name: &str, value: &str) {
        if self.get(name).is_none() {
            self.push(name, value);
        }
    }

    /// The fields in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
    }
}

impl FromIterator<(String, String)> for Headers {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

impl IntoIterator for Headers {
    type Item = (String, String);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

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

/// Why there is no response. The texts come from the host and are fit for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TransportError {
    /// The request never reached the service (name, connection, TLS): sending it again is safe.
    #[error("{0}")]
    NotSent(String),
    /// The connection broke or timed out afterwards: whether the service acted is not known.
    #[error("{0}")]
    Interrupted(String),
    /// The host does not let this request leave, or stopped it for a dry run: asking again is
    /// pointless.
    #[error("{0}")]
    Denied(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_compare_without_case_and_a_field_that_is_set_stands_once() {
        let given = [("Prefer", "a"), ("x-empty", ""), ("prefer", "b: c")];
        let mut headers = Headers::new();
        for (name, value) in given {
            headers.push(name, value);
        }
        assert_eq!(headers.get("PREFER"), Some("a"));
        assert_eq!(headers.get("x-empty"), Some(""));
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(all, given);

        headers.set("prefer", "d");
        headers.set_default("accept", "application/json");
        headers.set_default("PREFER", "e");
        let all: Vec<_> = headers.iter().collect();
        assert_eq!(
            all,
            [
                ("x-empty", ""),
                ("prefer", "d"),
                ("accept", "application/json")
            ]
        );
    }
}
