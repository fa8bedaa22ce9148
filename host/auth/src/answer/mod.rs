//! Understanding what a token endpoint answers.
//!
//! Auth layer. The `oauth2` crate speaks the protocol; this fits it to authorities as they are:
//! what counts as an answer at all, numbers that come as texts, and errors in words.

mod aadsts;
mod asked;
mod form;
mod http_client;
mod refused;
mod retry_after;
mod success;

use oauth2::basic::{BasicRevocationErrorResponse, BasicTokenIntrospectionResponse};
use oauth2::{EndpointNotSet, EndpointSet, RequestTokenError, StandardRevocableToken};

use crate::error::AuthError;
use http_client::NoAnswer;
use success::Success;

pub(crate) use asked::Asked;
pub(crate) use form::{Answer, post};
pub(crate) use http_client::Http;
pub(crate) use refused::Refusal;
pub(crate) use success::Delegated;

/// The `oauth2` crate's client, with our reading of answers.
pub(crate) type Client = oauth2::Client<
    Refusal,
    Success,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
>;

/// The same, knowing its token endpoint.
pub(crate) type TokenClient = oauth2::Client<
    Refusal,
    Success,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// What the `oauth2` crate says when there is no token.
pub(crate) type Failure = RequestTokenError<NoAnswer, Refusal>;

/// Why `asked` got no token.
pub(crate) fn explain(asked: &Asked, error: Failure) -> AuthError {
    match error {
        RequestTokenError::ServerResponse(refusal) => refusal.explain(asked),
        RequestTokenError::Request(no_answer) => no_answer.explain(asked),
        RequestTokenError::Parse(..) => unreadable(asked),
        RequestTokenError::Other(problem) => AuthError::Invalid {
            message: asked.redact(&format!(
                "{} could not be asked for a token: {problem}; check the Token URL",
                asked.authority()
            )),
        },
    }
}

/// Why a stored sign-in got no token: what ends it for good is told apart from what does not.
pub(crate) fn explain_of_sign_in(asked: &Asked, error: Failure) -> AuthError {
    match error {
        RequestTokenError::ServerResponse(refusal) => refusal.explain_of_sign_in(asked),
        other => explain(asked, other),
    }
}

/// Neither the body nor the parser's view of it is repeated: it may hold a token.
fn unreadable(asked: &Asked) -> AuthError {
    AuthError::Invalid {
        message: format!(
            "{} answered with JSON that is no token response (RFC 6749 §5); check the Token URL",
            asked.authority()
        ),
    }
}
