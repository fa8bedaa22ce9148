//! What is sent through a lane, and how. Bottom layer of egress: plain definitions.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;

use crate::dry_run::DryRun;
use crate::error::EgressError;

/// A body, of a request or of a response.
pub type Body = UnsyncBoxBody<Bytes, EgressError>;

/// What a caller may narrow for one request; the operator's limits hold besides.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Time for everything, to the last byte of the answer.
    pub deadline: Option<Duration>,
    /// Time to the response's headers.
    pub first_byte_timeout: Option<Duration>,
    /// Longest silence within the response's body.
    pub between_bytes_timeout: Option<Duration>,
    /// Catches the request instead of sending it.
    pub dry_run: Option<Arc<DryRun>>,
}

/// Who wrote a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A component, which is trusted with nothing.
    Guest,
    /// The host itself, on its way to an authority.
    Host,
}
