//! The `oauth2` crate's way out, over ours.
//!
//! Auth layer. It also decides what is an answer of a token endpoint at all: a proxy's HTML page,
//! a redirect or a 503 is none, and is told as what it is instead of as a parse error.

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use http::header::CONTENT_TYPE;
use http::{HeaderMap, StatusCode};
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use time::OffsetDateTime;

use super::asked::Asked;
use super::retry_after::retry_after;
use crate::error::AuthError;
use crate::transport::{TokenTransport, TransportError};

/// The largest answer that is read, in bytes: tokens with many groups in them reach some tens of
/// kilobytes, nothing that is meant as a token response comes near this.
const LARGEST: usize = 1 << 20;

/// Sends the `oauth2` crate's requests through a [`TokenTransport`].
pub(crate) struct Http<'t> {
    transport: &'t dyn TokenTransport,
    now: OffsetDateTime,
}

impl<'t> Http<'t> {
    pub(crate) fn new(transport: &'t dyn TokenTransport, now: OffsetDateTime) -> Self {
        Self { transport, now }
    }
}

impl<'c> AsyncHttpClient<'c> for Http<'_> {
    type Error = NoAnswer;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, NoAnswer>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let response = self.transport.exchange(request).await?;
            judge(&response, self.now)?;
            Ok(response)
        })
    }
}

/// Why there is no answer of a token endpoint to read.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum NoAnswer {
    #[error(transparent)]
    Transport(#[from] TransportError),
    #[error("the authority is busy or failing: HTTP {status}")]
    Busy {
        status: StatusCode,
        retry_after: Option<Duration>,
    },
    #[error("not a token endpoint: {problem}")]
    Foreign { problem: String },
}

impl NoAnswer {
    /// In words for people.
    pub(super) fn explain(self, asked: &Asked<'_>) -> AuthError {
        let authority = asked.authority();
        match self {
            NoAnswer::Transport(TransportError::Denied { message }) => AuthError::Invalid {
                message: asked.redact(&message),
            },
            // The way there names the authority itself.
            NoAnswer::Transport(TransportError::Unreachable { message }) => {
                AuthError::Unreachable {
                    message: asked.redact(&format!("cannot sign in: {message}")),
                }
            }
            NoAnswer::Transport(TransportError::Failed {
                message,
                retry_after,
            }) => AuthError::Unavailable {
                message: asked.redact(&format!("cannot sign in: {message}")),
                retry_after,
            },
            NoAnswer::Busy {
                status,
                retry_after,
            } => AuthError::Unavailable {
                message: match retry_after {
                    Some(wait) => format!(
                        "{authority} is busy or failing (HTTP {status}) and asks to be left alone for {} s; try again then",
                        wait.as_secs()
                    ),
                    None => format!(
                        "{authority} is busy or failing (HTTP {status}); try again in a moment"
                    ),
                },
                retry_after,
            },
            NoAnswer::Foreign { problem } => AuthError::Invalid {
                message: format!(
                    "{authority} is no token endpoint, it {problem}; check the Token URL, which for Entra is https://login.microsoftonline.com/<directory>/oauth2/v2.0/token"
                ),
            },
        }
    }
}

/// Whether `response` is for the `oauth2` crate to read: JSON, of a bearable size, and not the
/// voice of an overloaded server.
fn judge(response: &HttpResponse, now: OffsetDateTime) -> Result<(), NoAnswer> {
    let status = response.status();
    let foreign = |problem: String| Err(NoAnswer::Foreign { problem });
    if status == StatusCode::TOO_MANY_REQUESTS
        || status == StatusCode::REQUEST_TIMEOUT
        || status.is_server_error()
    {
        return Err(NoAnswer::Busy {
            status,
            retry_after: retry_after(response.headers(), now),
        });
    }
    if status.is_redirection() {
        return foreign(format!("redirects elsewhere (HTTP {status})"));
    }
    let body = response.body();
    if body.len() > LARGEST {
        return foreign(format!(
            "answered with {} bytes (HTTP {status})",
            body.len()
        ));
    }
    if body.trim_ascii().is_empty() {
        return foreign(format!("answered with nothing (HTTP {status})"));
    }
    let is_json = match media_type(response.headers()) {
        Some(media_type) => media_type == "application/json" || media_type.ends_with("+json"),
        None => body.trim_ascii_start().starts_with(b"{"),
    };
    if !is_json {
        let what = match media_type(response.headers()).as_deref() {
            Some("text/html") => "a web page",
            _ => "something that is not JSON",
        };
        return foreign(format!("answered with {what} (HTTP {status})"));
    }
    Ok(())
}

fn media_type(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let media_type = value.split(';').next().unwrap_or_default();
    Some(media_type.trim().to_ascii_lowercase())
}
