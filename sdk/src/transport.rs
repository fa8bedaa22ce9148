//! The one door to the world: what a connector needs from whoever runs it.
//!
//! The component implements it over `wasi:http`, tests with a script. Futures are not `Send`:
//! a component has one thread.

use std::{future::Future, time::Duration};

use crate::http::{Request, Response};

/// Sends requests, waits, and tells the time.
pub trait Transport: 'static {
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
