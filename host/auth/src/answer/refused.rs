//! An error response (RFC 6749 §5.2) with Entra's additions, in words.
//!
//! Auth layer. Programs are to branch on `error`, not on Entra's numbers; the numbers only choose
//! the words, as they tell people far more.

use std::fmt;

use oauth2::ErrorResponse;
use serde::{Deserialize, Serialize};

use super::aadsts;
use super::asked::Asked;
use crate::error::AuthError;

/// The members of an error response that are used. Entra's are read leniently: an error about the
/// error helps nobody.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Refusal {
    error: String,
    #[serde(default)]
    error_description: Option<String>,
    #[serde(default)]
    error_codes: serde_json::Value,
    #[serde(default)]
    trace_id: Option<String>,
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.error)
    }
}

impl ErrorResponse for Refusal {}

impl Refusal {
    /// Entra's number: the description begins with it, and where not, it is listed.
    fn number(&self) -> Option<u64> {
        let digits: String = self
            .said()
            .split_once("AADSTS")
            .map(|(_, rest)| rest.chars().take_while(char::is_ascii_digit).collect())
            .unwrap_or_default();
        digits
            .parse()
            .ok()
            .or_else(|| self.error_codes.as_array()?.first()?.as_u64())
    }

    fn said(&self) -> &str {
        self.error_description.as_deref().unwrap_or_default()
    }

    /// The authority's own words without its preamble and its postscript.
    fn words(&self, asked: &Asked<'_>) -> Option<String> {
        let body = self
            .said()
            .split("Trace ID:")
            .next()
            .unwrap_or_default()
            .trim();
        let words = match body.split_once(": ") {
            Some((code, words)) if code.starts_with("AADSTS") => words,
            _ => body,
        };
        Some(asked.redact(words)).filter(|words| !words.is_empty())
    }

    /// In words for people.
    pub(super) fn explain(self, asked: &Asked<'_>) -> AuthError {
        let number = self.number();
        let code = match number {
            Some(number) => format!("AADSTS{number}"),
            None => asked.redact(&self.error),
        };
        let authority = asked.authority();
        let passes = number.is_some_and(aadsts::is_temporary)
            || matches!(&*self.error, "temporarily_unavailable" | "server_error");
        let known = number
            .and_then(|number| aadsts::explain(number, self.said(), asked))
            .or_else(|| by_error(&self.error, asked));
        let (meaning, advice) = self.tell(known, asked);
        if passes {
            return AuthError::Unavailable {
                message: format!("{authority} fails for the moment: {meaning} ({code}); {advice}"),
                retry_after: None,
            };
        }
        AuthError::Refused {
            code: Some(code),
            message: format!("{authority} refused to sign in: {meaning}"),
            advice,
        }
    }

    /// What is known of it, beside the authority's own words, with what its support needs.
    fn tell(&self, known: Option<aadsts::Words>, asked: &Asked<'_>) -> (String, String) {
        let (mut meaning, mut advice) = match known {
            Some(known) => (known.meaning, known.advice.to_owned()),
            None => (
                String::new(),
                "check the connection's settings and secrets".to_owned(),
            ),
        };
        match self.words(asked) {
            Some(words) if meaning.is_empty() => meaning = words,
            Some(words) => meaning.push_str(&format!(" (it says: {})", first_sentence(&words))),
            None if meaning.is_empty() => meaning.push_str("it gave no reason"),
            None => {}
        }
        if let Some(id) = self.trace_id.as_deref().filter(|id| !id.is_empty()) {
            let id = asked.redact(id);
            advice.push_str(&format!("; its support will ask for trace id {id}"));
        }
        (meaning, advice)
    }
}

/// Beside what is known, the rest is mostly advice for somebody else.
fn first_sentence(words: &str) -> &str {
    match words.split_once(". ") {
        Some((first, _)) => first,
        None => words,
    }
}

/// What OAuth's own error codes mean (RFC 6749 §5.2), for authorities without numbers and for
/// numbers that are not in the table.
fn by_error(error: &str, asked: &Asked<'_>) -> Option<aadsts::Words> {
    let (meaning, advice) = match error {
        "invalid_client" => (
            "the application is unknown or its secret is wrong".into(),
            "check client id and client secret",
        ),
        "unauthorized_client" => (
            "the application may not sign in this way".into(),
            "check the client id, and that the application is enabled and may use this grant",
        ),
        "invalid_scope" => (
            format!("the scope {:?} is not valid", asked.scope()),
            "check the scopes of the connection",
        ),
        "invalid_resource" => (
            format!(
                "the service that the scope {:?} names is unknown",
                asked.scope()
            ),
            "check the service's URL and the scopes of the connection",
        ),
        "invalid_grant" => (
            "what was offered to sign in with is wrong, expired or revoked".into(),
            "give the connection new credentials",
        ),
        "unsupported_grant_type" => (
            "it does not know this way to sign in".into(),
            "check the Token URL: it has to be the token endpoint of the authority's second version",
        ),
        "invalid_request" => (
            "it did not understand the request".into(),
            "check the Token URL and the scopes of the connection",
        ),
        "consent_required" | "interaction_required" => (
            "a person has to agree or to prove who they are first".into(),
            "have an administrator consent to the application's permissions",
        ),
        "temporarily_unavailable" | "server_error" => (
            "it is overloaded or out of order".into(),
            "try again in a minute",
        ),
        "access_denied" => (
            "access was denied".into(),
            "ask an administrator of the directory",
        ),
        _ => return None,
    };
    Some(aadsts::Words { meaning, advice })
}
