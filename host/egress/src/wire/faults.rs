//! What the HTTP client reports, in this crate's words.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use hyper_util::client::legacy;

use crate::error::EgressError;

const CUT_SHORT: &str = "it closed the connection before its answer was complete";

/// A failed exchange.
pub(crate) struct Fault {
    /// In words.
    pub(crate) error: EgressError,
    /// The socket had been idle in the pool, and the other side closed it: nothing was answered, and
    /// sending again over another socket makes sense.
    pub(crate) stale: bool,
    /// The address it happened at, where there was a connection.
    pub(crate) address: Option<SocketAddr>,
}

impl From<EgressError> for Fault {
    fn from(error: EgressError) -> Self {
        Self {
            error,
            stale: false,
            address: None,
        }
    }
}

/// Reads what happened to an exchange with `origin`, over a connection that lay in the pool or not.
pub(crate) fn of_exchange(error: &legacy::Error, origin: &str, pooled: bool) -> Fault {
    Fault {
        error: own(error).unwrap_or_else(|| {
            let (origin, message) = (origin.into(), words(error));
            // Not ours: the client gave up waiting for what another request was opening.
            if error.is_connect() {
                return EgressError::Connect { origin, message };
            }
            EgressError::Protocol { origin, message }
        }),
        stale: pooled && broke_off(error),
        address: None,
    }
}

/// Reads what happened to an answer's body.
pub(crate) fn of_body(error: &hyper::Error, origin: &str) -> EgressError {
    EgressError::Protocol {
        origin: origin.into(),
        message: words(error),
    }
}

/// An error of ours that went through the client.
fn own(error: &(dyn StdError + 'static)) -> Option<EgressError> {
    chain(error).find_map(|cause| cause.downcast_ref::<EgressError>().cloned())
}

fn broke_off(error: &(dyn StdError + 'static)) -> bool {
    chain(error).any(|cause| {
        if let Some(http) = cause.downcast_ref::<hyper::Error>() {
            return http.is_incomplete_message() || http.is_canceled() || http.is_closed();
        }
        if let Some(h2) = cause.downcast_ref::<h2::Error>() {
            return h2.is_go_away() || h2.reason() == Some(h2::Reason::REFUSED_STREAM);
        }
        cause
            .downcast_ref::<io::Error>()
            .is_some_and(|io| is_disconnect(io.kind()))
    })
}

fn is_disconnect(kind: io::ErrorKind) -> bool {
    matches!(
        kind,
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
            | io::ErrorKind::NotConnected
    )
}

fn words(error: &(dyn StdError + 'static)) -> String {
    for cause in chain(error) {
        if let Some(http) = cause.downcast_ref::<hyper::Error>() {
            if http.is_parse_too_large() {
                return "its answer has too many or too large header fields; raise max-response-headers or \
                        max-header-bytes under [egress] to permit it"
                    .into();
            }
            if http.is_incomplete_message() {
                return CUT_SHORT.into();
            }
            if http.is_parse() {
                return format!("its answer is not valid HTTP ({http})");
            }
        }
        if let Some(io) = cause.downcast_ref::<io::Error>()
            && is_disconnect(io.kind())
        {
            return CUT_SHORT.into();
        }
    }
    // The innermost cause says most; the outer ones only name layers.
    chain(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

fn chain<'a>(
    error: &'a (dyn StdError + 'static),
) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    let mut next = Some(error);
    std::iter::from_fn(move || {
        let cause = next?;
        next = cause.source();
        Some(cause)
    })
}
