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
    /// The refusal that an authorization endpoint sends back by way of the browser.
    pub(crate) fn redirected(error: String, error_description: Option<String>) -> Self {
        Self {
            error,
            error_description,
            error_codes: serde_json::Value::Null,
            trace_id: None,
        }
    }

    /// OAuth's error code.
    pub(crate) fn error(&self) -> &str {
        &self.error
    }

    /// Whether a state that passes by itself is behind it.
    fn passes(&self) -> bool {
        self.number().is_some_and(aadsts::is_temporary)
            || matches!(&*self.error, "temporarily_unavailable" | "server_error")
    }

    /// Whether asking again with the same sign-in can never help, so that a person has to sign in
    /// anew. What the application itself did wrong is no such case: the sign-in is good again once
    /// that is mended.
    fn ends_sign_in(&self) -> bool {
        !self.passes()
            && matches!(
                &*self.error,
                "invalid_grant"
                    | "interaction_required"
                    | "login_required"
                    | "consent_required"
                    | "account_selection_required"
                    | "access_denied"
            )
    }

    /// In words for people, of a sign-in that was stored.
    pub(super) fn explain_of_sign_in(self, asked: &Asked<'_>) -> AuthError {
        let ends = self.ends_sign_in();
        match self.explain(asked) {
            AuthError::Refused {
                code,
                message,
                advice,
            } if ends => AuthError::SignInNeeded {
                code,
                message,
                advice,
            },
            other => other,
        }
    }

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
    pub(crate) fn explain(self, asked: &Asked<'_>) -> AuthError {
        let number = self.number();
        let code = match number {
            Some(number) => format!("AADSTS{number}"),
            None => asked.redact(&self.error),
        };
        let authority = asked.authority();
        let passes = self.passes();
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
        "access_denied" | "authorization_declined" => (
            "access was denied".into(),
            "sign in again and agree, or ask an administrator of the directory",
        ),
        "expired_token" => (
            "nobody signed in with the code in time".into(),
            "sign in again, and enter the new code soon",
        ),
        "login_required" | "account_selection_required" => {
            ("a person has to sign in first".into(), "sign in again")
        }
        _ => return None,
    };
    Some(aadsts::Words { meaning, advice })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// OAuth's code, Entra's number, and whether the stored sign-in is over.
    const CASES: &[(&str, u64, bool)] = &[
        // The sign-in itself.
        ("invalid_grant", 0, true),
        ("invalid_grant", 70_000, true),
        ("invalid_grant", 70_008, true),
        ("invalid_grant", 700_082, true),
        ("invalid_grant", 50_173, true),
        ("invalid_grant", 50_057, true),
        // Consent and policy.
        ("invalid_grant", 65_001, true),
        ("consent_required", 65_001, true),
        ("interaction_required", 50_076, true),
        ("invalid_grant", 50_076, true),
        ("invalid_grant", 53_003, true),
        ("login_required", 0, true),
        // The application: good again once it is mended.
        ("invalid_client", 7_000_215, false),
        ("invalid_client", 7_000_222, false),
        ("invalid_client", 700_027, false),
        ("unauthorized_client", 700_016, false),
        ("invalid_scope", 70_011, false),
        ("invalid_resource", 500_011, false),
        ("invalid_request", 90_014, false),
        // What passes, whatever it is called.
        ("invalid_grant", 50_196, false),
        ("invalid_grant", 90_033, false),
        ("temporarily_unavailable", 90_006, false),
        ("server_error", 0, false),
        ("something_new", 0, false),
    ];

    #[test]
    fn only_what_a_new_sign_in_can_mend_ends_a_sign_in() {
        let url = url::Url::parse("https://login.example/t/token").unwrap();
        for (error, number, ends) in CASES {
            let mut refusal = Refusal::redirected((*error).to_owned(), None);
            if *number > 0 {
                refusal.error_codes = serde_json::json!([number]);
            }
            let asked = Asked::new(&url, &[], &[]).unwrap();
            let told = refusal.explain_of_sign_in(&asked);
            let over = matches!(told, AuthError::SignInNeeded { .. });
            assert_eq!(over, *ends, "{error} {number}: {told}");
        }
    }
}
