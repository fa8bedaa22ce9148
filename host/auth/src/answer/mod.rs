//! Understanding what a token endpoint answers.
//!
//! Auth layer. The `oauth2` crate speaks the protocol; this fits it to authorities as they are:
//! what counts as an answer at all, numbers that come as texts, and errors in words.

mod aadsts;
mod asked;
mod http_client;
mod refused;
mod retry_after;
mod success;

use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{RequestTokenError, StandardRevocableToken};

use crate::error::AuthError;
use http_client::NoAnswer;
use refused::Refusal;
use success::Success;

pub(crate) use asked::Asked;
pub(crate) use http_client::Http;

/// The `oauth2` crate's client, with our reading of answers.
pub(crate) type Client = oauth2::Client<
    Refusal,
    Success,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// Why `asked` got no token.
pub(crate) fn explain(asked: &Asked, error: RequestTokenError<NoAnswer, Refusal>) -> AuthError {
    match error {
        RequestTokenError::ServerResponse(refusal) => refusal.explain(asked),
        RequestTokenError::Request(no_answer) => no_answer.explain(asked),
        // Neither the body nor the parser's view of it is repeated: it may hold a token.
        RequestTokenError::Parse(..) => AuthError::Invalid {
            message: format!(
                "{} answered with JSON that is no token response (RFC 6749 §5); check the Token URL",
                asked.authority()
            ),
        },
        RequestTokenError::Other(problem) => AuthError::Invalid {
            message: asked.redact(&format!(
                "{} could not be asked for a token: {problem}; check the Token URL",
                asked.authority()
            )),
        },
    }
}
