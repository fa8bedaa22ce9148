//! A dry run: the first request that would change or read anything for the caller is caught after
//! it has been judged, and before a credential is leased or a socket opened. Requests that only
//! prepare another, such as reading metadata, still leave until then; afterwards nothing does.

use std::sync::{Mutex, MutexGuard, PoisonError};

use http::header::AUTHORIZATION;
use http::{HeaderMap, Method};
use percent_encoding::percent_decode_str;
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
    caught: Mutex<Caught>,
}

#[derive(Debug, Default)]
struct Caught {
    request: Option<DryRequest>,
    /// Something was caught, be it taken out since.
    over: bool,
}

impl DryRun {
    /// One that has caught nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Takes what was caught out of it.
    pub fn take(&self) -> Option<DryRequest> {
        self.caught().request.take()
    }

    /// Keeps `request` unless one was caught already.
    pub(crate) fn catch(&self, request: DryRequest) {
        let mut caught = self.caught();
        if !caught.over {
            caught.over = true;
            caught.request = Some(request);
        }
    }

    /// Whether a request may leave: what is to be shown has not been seen yet, and this only prepares
    /// it.
    pub(crate) fn lets_pass(&self, asked: &Asked<'_>) -> bool {
        !self.caught().over && only_prepares(asked)
    }

    fn caught(&self) -> MutexGuard<'_, Caught> {
        self.caught.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What decides whether a request only prepares another.
pub(crate) struct Asked<'a> {
    pub(crate) method: &'a Method,
    /// Its component says so.
    pub(crate) prepares: bool,
    pub(crate) query: Option<&'a str>,
    pub(crate) has_body: bool,
}

/// It is marked as a preparation, and it can do nothing but read. Header fields that would make another
/// method of it were refused before.
fn only_prepares(asked: &Asked<'_>) -> bool {
    asked.prepares
        && asked.method == Method::GET
        && !asked.has_body
        && !asked.query.is_some_and(overrides_method)
}

/// Parameters by which frameworks let a form say which method it means.
fn overrides_method(query: &str) -> bool {
    query.split(['&', ';']).any(|pair| {
        let name = pair.split('=').next().unwrap_or_default();
        let name = percent_decode_str(name)
            .decode_utf8_lossy()
            .to_ascii_lowercase();
        matches!(
            name.replace('_', "-").trim_matches(['-', '$', ' ', '+']),
            "method"
                | "httpmethod"
                | "http-method"
                | "x-http-method"
                | "x-http-method-override"
                | "x-method-override"
        )
    })
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
        for (method, prepares, query, has_body, expected) in [
            ("GET", true, None, false, true),
            (
                "GET",
                true,
                Some("$select=a&$filter=method eq 1"),
                false,
                true,
            ),
            ("GET", false, None, false, false),
            ("POST", true, None, false, false),
            ("DELETE", false, None, false, false),
            ("HEAD", true, None, false, false),
            ("GET", true, None, true, false),
            ("GET", true, Some("_method=DELETE"), false, false),
            ("GET", true, Some("a=b&_METHOD=DELETE"), false, false),
            ("GET", true, Some("a=b;_method=DELETE"), false, false),
            ("GET", true, Some("%5fmethod=DELETE"), false, false),
            (
                "GET",
                true,
                Some("x-http-method-override=PUT"),
                false,
                false,
            ),
            (
                "GET",
                true,
                Some("X_HTTP_Method_Override=PUT"),
                false,
                false,
            ),
        ] {
            let asked = Asked {
                method: &Method::from_bytes(method.as_bytes()).unwrap(),
                prepares,
                query,
                has_body,
            };
            let passes = DryRun::new().lets_pass(&asked);
            assert_eq!(passes, expected, "{method} {prepares} {query:?} {has_body}");
        }
    }

    #[test]
    fn the_first_request_is_kept_and_after_it_nothing_passes() {
        let read = Asked {
            method: &Method::GET,
            prepares: true,
            query: None,
            has_body: false,
        };
        let run = DryRun::new();
        assert_eq!(run.take(), None);
        assert!(run.lets_pass(&read));
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
        assert!(!run.lets_pass(&read));
        let caught = run.take().unwrap();
        assert!(!run.lets_pass(&read), "though it was taken out");
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
