//! One question to an authority as a form, read as we read answers.
//!
//! Auth layer, for what the `oauth2` crate asks in a way that does not fit: its device grant asks
//! at once and decides itself when to ask again, where here a person waits and can be told.

use http::header::{ACCEPT, CONTENT_TYPE};
use http::{HeaderValue, Method};
use oauth2::AsyncHttpClient;
use secrecy::zeroize::Zeroizing;
use url::{Url, form_urlencoded};

use super::asked::Asked;
use super::http_client::Http;
use super::refused::Refusal;
use super::success::Success;
use super::unreadable;
use crate::error::AuthError;

/// What an authority answered to a form.
pub(crate) enum Answer {
    /// Tokens.
    Issued(Success),
    /// An error of OAuth's.
    Refused(Refusal),
}

/// Sends `fields` to `url` and reads the answer.
pub(crate) async fn post(
    http: &Http<'_>,
    asked: &Asked<'_>,
    url: &Url,
    fields: &[(&str, &str)],
) -> Result<Answer, AuthError> {
    let body = Zeroizing::new(
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(fields)
            .finish(),
    );
    let mut request = http::Request::new(body.as_bytes().to_vec());
    *request.method_mut() = Method::POST;
    *request.uri_mut() = url.as_str().parse().map_err(|_| unreadable(asked))?;
    let headers = request.headers_mut();
    headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(
        CONTENT_TYPE,
        HeaderValue::from_static("application/x-www-form-urlencoded"),
    );
    let response = http
        .call(request)
        .await
        .map_err(|no_answer| no_answer.explain(asked))?;
    let body = response.body();
    if response.status().is_success() {
        let success = serde_json::from_slice(body).map_err(|_| unreadable(asked))?;
        return Ok(Answer::Issued(success));
    }
    let refusal = serde_json::from_slice(body).map_err(|_| unreadable(asked))?;
    Ok(Answer::Refused(refusal))
}
