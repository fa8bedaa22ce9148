//! What the browser shows at the end: one of three fixed texts, without a script and without a word
//! of what the browser sent.

use bytes::Bytes;
use http::header::{
    CACHE_CONTROL, CONNECTION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use http::{HeaderName, Response, StatusCode};
use http_body_util::Full;

/// A page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Page {
    /// The sign-in succeeded.
    SignedIn,
    /// It did not.
    Failed,
    /// The request does not belong to the sign-in that is under way.
    Stray,
    /// There is nothing at this address.
    Nowhere,
}

/// Nothing is loaded, run, sent or framed: the page is its text.
const POLICY: &str =
    "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

impl Page {
    fn status(self) -> StatusCode {
        match self {
            Self::SignedIn | Self::Failed => StatusCode::OK,
            Self::Stray => StatusCode::BAD_REQUEST,
            Self::Nowhere => StatusCode::NOT_FOUND,
        }
    }

    fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::SignedIn => (
                "You are signed in",
                "You can close this window and go back to the terminal.",
            ),
            Self::Failed => (
                "The sign-in did not succeed",
                "The terminal says why. You can close this window.",
            ),
            Self::Stray => (
                "This is not the answer that was waited for",
                "Use the window in which the sign-in began, or begin it again in the terminal.",
            ),
            Self::Nowhere => ("There is nothing here", "You can close this window."),
        }
    }

    /// The page as a response.
    pub(super) fn response(self) -> Response<Full<Bytes>> {
        let (title, text) = self.words();
        let html = format!(
            "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>{title}</title>\
             <h1>{title}</h1><p>{text}</p></html>\n"
        );
        let mut response = Response::new(Full::new(Bytes::from(html)));
        *response.status_mut() = self.status();
        let fields: [(HeaderName, &'static str); 6] = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (CACHE_CONTROL, "no-store"),
            // The address has the code in it.
            (REFERRER_POLICY, "no-referrer"),
            (X_CONTENT_TYPE_OPTIONS, "nosniff"),
            (CONNECTION, "close"),
        ];
        for (name, value) in fields {
            response
                .headers_mut()
                .insert(name, HeaderValue::from_static(value));
        }
        response
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_page_is_plain_and_closed() {
        for page in [Page::SignedIn, Page::Failed, Page::Stray, Page::Nowhere] {
            let response = page.response();
            let policy = &response.headers()[CONTENT_SECURITY_POLICY];
            assert!(policy.to_str().unwrap().starts_with("default-src 'none'"));
            assert_eq!(response.headers()[REFERRER_POLICY], "no-referrer");
            let (title, text) = page.words();
            assert!(!format!("{title}{text}").contains(['<', '>', '&', '"']));
        }
    }
}
