//! The span of one request, under the names that OpenTelemetry has for a client's.
//!
//! Of a URL it says scheme, host, port and path: a query holds what rows are asked for, and on some
//! services the credential. The way to a token lies within the span of the request that needs it.

use std::borrow::Cow;

use http::{Method, Request};
use tracing::Span;
use tracing::field::Empty;

use crate::error::{EgressError, Waiting};

/// Longest path that is told, in bytes.
const PATH: usize = 1 << 10;

/// A span for `request`, which has not been judged.
pub(super) fn of<B>(request: &Request<B>) -> Span {
    let url = request.uri();
    tracing::info_span!(
        target: "airlock::exchange",
        "exchange",
        otel.kind = "client",
        http.request.method = method(request.method()),
        url.scheme = url.scheme_str(),
        server.address = url.host(),
        server.port = url.port_u16().or_else(|| usual_port(url.scheme_str())),
        url.path = cut(url.path()),
        http.response.status_code = Empty,
        "error.type" = Empty,
    )
}

/// Tells how it ended: the status of the answer, or what kept it from being one.
pub(super) fn end(span: &Span, status: Result<u16, &EgressError>) {
    let kind = match status {
        Ok(status) => {
            span.record("http.response.status_code", status);
            if status < 400 {
                return;
            }
            Cow::Owned(status.to_string())
        }
        Err(error) => Cow::Borrowed(kind(error)),
    };
    span.record("error.type", kind.as_ref());
}

/// Methods that nobody knows are as many as anybody makes up.
fn method(method: &Method) -> &str {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::POST
        | Method::PUT
        | Method::PATCH
        | Method::DELETE
        | Method::OPTIONS => method.as_str(),
        _ => "_OTHER",
    }
}

fn usual_port(scheme: Option<&str>) -> Option<u16> {
    match scheme? {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

fn cut(path: &str) -> &str {
    path.get(..path.floor_char_boundary(PATH)).unwrap_or(path)
}

fn kind(error: &EgressError) -> &'static str {
    if let Some(refusal) = error.refusal() {
        return refusal.code.as_str();
    }
    match error {
        EgressError::Connect { .. } => "connect",
        EgressError::Tls { .. } => "tls",
        EgressError::Timeout { what, .. } => match what {
            Waiting::Resolve | Waiting::Connect | Waiting::Tls => "timeout-before-sending",
            _ => "timeout",
        },
        EgressError::BodyTooLarge { .. } => "body-too-large",
        EgressError::DryRun => "dry-run",
        _ => "interrupted",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_component_makes_up_has_an_end() {
        let endless = format!("/{}", "é".repeat(PATH));
        assert!(cut(&endless).len() <= PATH && endless.starts_with(cut(&endless)));
        assert_eq!(cut("/rows"), "/rows");
        let made_up = Method::from_bytes(b"CANARY").unwrap();
        assert_eq!(method(&made_up), "_OTHER");
        assert_eq!(method(&Method::PATCH), "PATCH");
    }
}
