//! A dry run: the first request that would change or read anything for the caller is caught after
//! it has been judged, and before a credential is leased or a socket opened. Requests that only
//! prepare another, such as reading metadata, still leave.

use std::sync::{Mutex, PoisonError};

use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use serde::Serialize;

/// What stands in a caught request where the credential would be.
pub const CREDENTIAL_PLACEHOLDER: &str = "<added by the host>";

/// The request that would have left.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct DryRequest {
    /// Method.
    pub method: String,
    /// Whole URL with its query: it is shown to the caller whose data it holds.
    pub url: String,
    /// Header fields as they would leave; the credential's is
    /// [`CREDENTIAL_PLACEHOLDER`](crate::CREDENTIAL_PLACEHOLDER).
    pub headers: Vec<(String, String)>,
    /// Body as text, as far as it is held; nothing when there is none.
    pub body: Option<String>,
    /// Whether the body goes on beyond what is shown.
    pub body_cut: bool,
}

/// Catches the first request of a dry run.
#[derive(Debug, Default)]
pub struct DryRun {
    caught: Mutex<Option<DryRequest>>,
}

impl DryRun {
    /// One that has caught nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what was caught out of it.
    pub fn take(&self) -> Option<DryRequest> {
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        caught.take()
    }

    /// Keeps `request` unless one is kept already.
    pub(crate) fn catch(&self, request: DryRequest) {
        let mut caught = self.caught.lock().unwrap_or_else(PoisonError::into_inner);
        caught.get_or_insert(request);
    }
}

/// Whether a request passes in a dry run: it is marked as a preparation, and it only reads.
pub(crate) fn passes(method: &Method, prepares: bool) -> bool {
    prepares && method == Method::GET
}

/// The request as it would leave, in a form to show.
pub(crate) fn describe(
    method: &Method,
    url: String,
    headers: &HeaderMap,
    credential: bool,
    body: &[u8],
    body_cut: bool,
) -> DryRequest {
    let mut shown: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| {
            (
                name.as_str().to_owned(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect();
    if credential {
        shown.push((
            AUTHORIZATION.as_str().to_owned(),
            CREDENTIAL_PLACEHOLDER.to_owned(),
        ));
    }
    DryRequest {
        method: method.as_str().to_owned(),
        url,
        headers: shown,
        body: (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned()),
        body_cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_marked_reads_pass() {
        for (method, prepares, expected) in [
            (Method::GET, true, true),
            (Method::GET, false, false),
            (Method::POST, true, false),
            (Method::DELETE, false, false),
        ] {
            assert_eq!(passes(&method, prepares), expected, "{method} {prepares}");
        }
    }

    #[test]
    fn the_first_request_is_kept() {
        let run = DryRun::new();
        assert_eq!(run.take(), None);
        for url in ["https://a.example/1", "https://a.example/2"] {
            run.catch(describe(
                &Method::GET,
                url.into(),
                &HeaderMap::new(),
                true,
                b"",
                false,
            ));
        }
        let caught = run.take().unwrap();
        assert_eq!(caught.url, "https://a.example/1");
        assert_eq!(
            caught.headers,
            [(
                "authorization".to_owned(),
                CREDENTIAL_PLACEHOLDER.to_owned()
            )]
        );
        assert_eq!(caught.body, None);
    }
}
