//! A token response (RFC 6749 §5.1), read as authorities write it.
//!
//! Auth layer. `expires_in` is a number by the RFC and a text by Entra's first version; a missing
//! `token_type` means a bearer token; anything but a bearer token we could not use.

use std::fmt;
use std::time::Duration;

use oauth2::{AccessToken, RefreshToken, Scope, TokenResponse, TokenType};
use secrecy::SecretString;
use serde::{Deserialize, Deserializer, Serialize};

use super::asked::Asked;
use crate::error::AuthError;
use crate::grant::Issued;

/// The longest token that is used, in bytes: servers refuse longer header fields.
const LONGEST: usize = 64 * 1024;

/// The members of a token response that are used.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Success {
    access_token: AccessToken,
    #[serde(default)]
    token_type: Kind,
    #[serde(default, deserialize_with = "seconds")]
    expires_in: Option<u64>,
    #[serde(default, deserialize_with = "text", skip_serializing)]
    refresh_token: Option<SecretString>,
    #[serde(default, deserialize_with = "text", skip_serializing)]
    id_token: Option<SecretString>,
}

/// What was issued on a person's behalf.
#[derive(Debug)]
pub(crate) struct Delegated {
    pub(crate) issued: Issued,
    /// What the next access token is asked for with, where one came along.
    pub(crate) refresh_token: Option<SecretString>,
    /// Who the person is, as the authority signed it.
    pub(crate) id_token: Option<SecretString>,
}

/// The type of a token, such as `Bearer`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Kind(String);

impl Default for Kind {
    fn default() -> Self {
        Self("Bearer".into())
    }
}

impl TokenType for Kind {}

impl TokenResponse for Success {
    type TokenType = Kind;

    fn access_token(&self) -> &AccessToken {
        &self.access_token
    }

    fn token_type(&self) -> &Kind {
        &self.token_type
    }

    fn expires_in(&self) -> Option<Duration> {
        self.expires_in.map(Duration::from_secs)
    }

    /// Read from [`Success::delegated`] instead, as a secret.
    fn refresh_token(&self) -> Option<&RefreshToken> {
        None
    }

    fn scopes(&self) -> Option<&Vec<Scope>> {
        None
    }
}

impl Success {
    /// What was issued, with what comes along when a person signed in.
    pub(crate) fn delegated(mut self, asked: &Asked<'_>) -> Result<Delegated, AuthError> {
        let (refresh_token, id_token) = (self.refresh_token.take(), self.id_token.take());
        Ok(Delegated {
            issued: self.issued(asked)?,
            refresh_token,
            id_token,
        })
    }

    /// What was issued, if it can be used.
    pub(crate) fn issued(self, asked: &Asked<'_>) -> Result<Issued, AuthError> {
        let unusable = |problem: fmt::Arguments<'_>| {
            Err(AuthError::Invalid {
                message: asked.redact(&format!(
                    "{} issued {problem}; check the Token URL",
                    asked.authority()
                )),
            })
        };
        let expires_in = self.expires_in();
        let Kind(kind) = self.token_type;
        if !kind.eq_ignore_ascii_case("bearer") {
            return unusable(format_args!(
                "a token of type {kind:?} where a bearer token is needed"
            ));
        }
        let token = self.access_token.into_secret();
        if token.is_empty() || token.len() > LONGEST || !token.bytes().all(|b| b.is_ascii_graphic())
        {
            return unusable(format_args!(
                "a token that a request cannot carry (empty, overlong, or with spaces or other than ASCII characters in it)"
            ));
        }
        Ok(Issued {
            access_token: SecretString::from(token),
            expires_in,
        })
    }
}

/// A number of seconds, as a number or as a text; anything else counts as not said.
fn seconds<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::Number(number) => number
            .as_u64()
            // 3599.0 is a number of seconds, too; `as` saturates.
            .or_else(|| number.as_f64().filter(|n| *n >= 0.0).map(|n| n as u64)),
        serde_json::Value::String(text) => text.trim().parse().ok(),
        _ => None,
    })
}

/// A text with something in it; anything else, an empty text too, counts as not given.
fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<SecretString>, D::Error> {
    Ok(match serde_json::Value::deserialize(deserializer)? {
        serde_json::Value::String(text) if !text.is_empty() => Some(SecretString::from(text)),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;
    use url::Url;

    use super::*;

    fn read(json: &str) -> Result<Issued, AuthError> {
        let url = Url::parse("https://login.example/t/token").unwrap();
        let success: Success = serde_json::from_str(json).unwrap();
        success.issued(&Asked::new(&url, &[], &[]).unwrap())
    }

    #[test]
    fn a_life_time_is_read_however_it_is_written() {
        for (written, seconds) in [
            ("3599", Some(3599)),
            ("\"3599\"", Some(3599)),
            ("3599.0", Some(3599)),
            ("0", Some(0)),
            ("-1", None),
            ("\"soon\"", None),
            ("null", None),
            ("[]", None),
        ] {
            let issued = read(&format!(
                r#"{{"access_token":"t","token_type":"Bearer","expires_in":{written}}}"#
            ));
            let expires_in = issued.unwrap().expires_in.map(|life| life.as_secs());
            assert_eq!(expires_in, seconds, "{written}");
        }
        assert_eq!(read(r#"{"access_token":"t"}"#).unwrap().expires_in, None);
    }

    #[test]
    fn the_type_is_bearer_in_any_case_or_not_said() {
        for member in ["", r#","token_type":"bearer""#, r#","token_type":"BEARER""#] {
            let issued = read(&format!(r#"{{"access_token":"t"{member}}}"#)).unwrap();
            assert_eq!(issued.access_token.expose_secret(), "t");
        }
        let error = read(r#"{"access_token":"t","token_type":"pop"}"#).unwrap_err();
        assert!(error.to_string().contains("\"pop\""), "{error}");
    }

    #[test]
    fn a_token_that_would_break_a_header_is_not_used() {
        let long = "t".repeat(LONGEST + 1);
        for token in ["", "a b", "a\\r\\nx-evil: 1", "ü", &long] {
            let error = read(&format!(r#"{{"access_token":"{token}"}}"#)).unwrap_err();
            let text = error.to_string();
            assert!(matches!(error, AuthError::Invalid { .. }), "{text}");
            assert!(!text.contains("evil") && text.len() < 400, "{text}");
        }
    }

    #[test]
    fn a_refresh_token_is_one_only_where_it_is_a_text_with_something_in_it() {
        let url = Url::parse("https://login.example/t/token").unwrap();
        let asked = Asked::new(&url, &[], &[]).unwrap();
        for (member, expected) in [
            ("", None),
            (r#","refresh_token":null"#, None),
            (r#","refresh_token":"""#, None),
            (r#","refresh_token":7"#, None),
            (r#","refresh_token":"1.AVY""#, Some("1.AVY")),
        ] {
            let json = format!(r#"{{"access_token":"t"{member}}}"#);
            let success: Success = serde_json::from_str(&json).unwrap();
            let delegated = success.delegated(&asked).unwrap();
            let token = delegated.refresh_token.as_ref();
            assert_eq!(token.map(|token| token.expose_secret()), expected);
        }
    }
}
