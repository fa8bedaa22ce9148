//! What `wasi:http` says when there is no response, sorted by what a caller may do about it.
//!
//! The sorting matters for writes without an idempotency key: only a request that cannot have
//! reached the service may be sent again.

use wasip3::http::types::{ErrorCode, HeaderError};

use crate::TransportError;

/// The contract's promise, in front of a text, that the service saw nothing of the request.
const NOT_SENT: &str = "not sent: ";

/// Why a request got no response.
pub(super) fn of_request(code: ErrorCode) -> TransportError {
    use ErrorCode as E;
    match code {
        E::InternalError(Some(text)) => match text.strip_prefix(NOT_SENT) {
            Some(text) => not_sent(text),
            None => TransportError::Interrupted(text),
        },
        E::DnsTimeout => not_sent("the service's name could not be resolved in time"),
        E::DnsError(_) | E::DestinationNotFound => {
            not_sent("the service's name does not exist: check the Web API URL of the connection")
        }
        E::ConnectionRefused | E::DestinationUnavailable => {
            not_sent("the service refused the connection: is it running, and is the port right?")
        }
        E::DestinationIpUnroutable => not_sent("there is no route to the service's address"),
        E::ConnectionTimeout => not_sent("the service did not accept the connection in time"),
        E::ConnectionLimitReached => not_sent("the host has too many connections open"),
        E::TlsProtocolError | E::TlsAlertReceived(_) => {
            not_sent("no secure connection to the service could be agreed on (TLS)")
        }
        E::TlsCertificateError => not_sent("the service's certificate is not trusted"),
        E::HttpRequestBodySize(Some(limit)) => denied(&format!(
            "its body is larger than the {limit} bytes that the host allows"
        )),
        E::HttpRequestDenied => {
            TransportError::Denied("the host does not let this request leave".to_owned())
        }
        E::DestinationIpProhibited
        | E::HttpRequestLengthRequired
        | E::HttpRequestBodySize(None)
        | E::HttpRequestMethodInvalid
        | E::HttpRequestUriInvalid
        | E::HttpRequestUriTooLong
        | E::HttpRequestHeaderSectionSize(_)
        | E::HttpRequestHeaderSize(_)
        | E::HttpRequestTrailerSectionSize(_)
        | E::HttpRequestTrailerSize(_)
        | E::LoopDetected
        | E::ConfigurationError => denied(&format!("{code:?}")),
        other => of_response(other),
    }
}

/// Why a response that had begun did not arrive whole.
pub(super) fn of_response(code: ErrorCode) -> TransportError {
    use ErrorCode as E;
    if let E::HttpResponseBodySize(limit) = code {
        // Asking again would bring the same answer.
        return TransportError::Denied(match limit {
            Some(limit) => {
                format!(
                    "the answer is larger than the {limit} bytes that the host allows; ask for less"
                )
            }
            None => "the answer is larger than the host allows; ask for less".to_owned(),
        });
    }
    TransportError::Interrupted(match code {
        E::InternalError(Some(text)) => text,
        E::InternalError(None) => "the request failed without a reason".to_owned(),
        E::HttpResponseTimeout | E::ConnectionReadTimeout | E::ConnectionWriteTimeout => {
            "the service did not answer in time".to_owned()
        }
        E::ConnectionTerminated | E::HttpResponseIncomplete => {
            "the connection broke before the whole answer was there".to_owned()
        }
        other => format!("the answer could not be read: {other:?}"),
    })
}

/// Why a request's headers were not accepted.
pub(super) fn of_headers(error: &HeaderError) -> TransportError {
    denied(match error {
        HeaderError::InvalidSyntax => "a header has a name or a value that HTTP does not allow",
        HeaderError::Forbidden => {
            "a header is reserved for the host, such as Authorization, Host or Cookie"
        }
        HeaderError::SizeExceeded => "the headers are larger than the host allows",
        HeaderError::Immutable => "the headers can no longer be changed",
        HeaderError::Other(Some(text)) => text,
        HeaderError::Other(None) => "it does not accept the headers",
    })
}

/// A request that stays here, and why.
pub(super) fn denied(why: &str) -> TransportError {
    TransportError::Denied(format!("the host does not let this request leave: {why}"))
}

fn not_sent(text: &str) -> TransportError {
    TransportError::NotSent(text.to_owned())
}
