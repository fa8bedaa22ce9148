//! What came of a request that got no answer from the service, in the terms of the contract. Pure.

use airlock_egress::{Body, Direction, EgressError, Refusal, Waiting};
use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, header};
use http_body_util::{BodyExt, Full};

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The service saw nothing of the request.
    NotSent(String),
    /// Whether the service acted on it is not known.
    Interrupted(String),
    /// Repeating is pointless.
    Denied(String),
    /// The request's body has more than so many bytes; the text is for people.
    RequestTooLarge(u64, String),
    /// The answer's body has more than so many bytes; the text is for people.
    AnswerTooLarge(u64, String),
}

impl From<&EgressError> for Verdict {
    fn from(error: &EgressError) -> Self {
        let text = error.to_string();
        match error {
            EgressError::DryRun => Self::Denied(text),
            EgressError::BodyTooLarge {
                direction: Direction::Request,
                limit,
            } => Self::RequestTooLarge(*limit, text),
            EgressError::BodyTooLarge {
                direction: Direction::Response,
                limit,
            } => Self::AnswerTooLarge(*limit, text),
            EgressError::Connect { .. }
            | EgressError::Tls { .. }
            | EgressError::Timeout {
                what: Waiting::Resolve | Waiting::Connect | Waiting::Tls,
                ..
            } => Self::NotSent(text),
            _ => Self::Interrupted(text),
        }
    }
}

/// The answer that stands for a refusal.
pub(super) fn refuse(refusal: &Refusal) -> Response<Body> {
    let text = serde_json::json!({
        "error": { "code": refusal.code.as_str(), "message": refusal.message }
    })
    .to_string();
    let mut response = Response::new(
        Full::new(Bytes::from(text))
            .map_err(|never| match never {})
            .boxed_unsync(),
    );
    *response.status_mut() =
        StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/json"),
    );
    headers.insert(
        "airlock-refusal",
        HeaderValue::from_static(refusal.code.as_str()),
    );
    if let Some(after) = refusal.retry_after {
        headers.insert(
            header::RETRY_AFTER,
            HeaderValue::from(after.as_secs().max(1)),
        );
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn timeout(what: Waiting) -> EgressError {
        EgressError::Timeout {
            origin: "https://org.example".to_owned(),
            what,
            after: Duration::from_secs(1),
        }
    }

    #[test]
    fn only_what_cannot_have_arrived_counts_as_not_sent() {
        for (waiting, sent) in [
            (Waiting::Resolve, false),
            (Waiting::Connect, false),
            (Waiting::Tls, false),
            (Waiting::ResponseHeaders, true),
            (Waiting::BetweenBytes, true),
            (Waiting::Total, true),
        ] {
            let verdict = Verdict::from(&timeout(waiting));
            assert_eq!(
                matches!(verdict, Verdict::Interrupted(_)),
                sent,
                "{verdict:?}"
            );
            assert_eq!(matches!(verdict, Verdict::NotSent(_)), !sent);
        }
    }

    #[test]
    fn a_dry_run_is_not_repeated_and_sizes_are_told() {
        assert!(matches!(
            Verdict::from(&EgressError::DryRun),
            Verdict::Denied(_)
        ));
        let too_large = EgressError::BodyTooLarge {
            direction: Direction::Response,
            limit: 7,
        };
        assert!(matches!(
            Verdict::from(&too_large),
            Verdict::AnswerTooLarge(7, text) if text.contains("max-response-body-bytes")
        ));
    }
}
