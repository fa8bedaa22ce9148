//! A sign-in as it is sealed into the store. Auth layer.

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::Standing;
use crate::error::AuthError;
use crate::flows::{Identity, SignedIn};
use crate::grant::Fingerprint;

/// A sign-in that was kept.
#[derive(Debug, Clone)]
pub(crate) struct Saved {
    /// `None` where the authority gave none: then the sign-in ends with its first access token.
    pub(crate) refresh_token: Option<SecretString>,
    /// Where the refresh token may be sent, and as whom.
    pub(crate) home: Fingerprint,
    pub(crate) identity: Option<Identity>,
    pub(crate) since: OffsetDateTime,
    /// Why the authority will not take it any more.
    pub(crate) refused: Option<Refusal>,
}

/// A word of the authority's that ended a sign-in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Refusal {
    code: Option<String>,
    message: String,
    advice: String,
    // Seconds since the epoch.
    at: i64,
}

#[derive(Serialize, Deserialize)]
struct Written<'a> {
    #[serde(borrow)]
    refresh_token: Option<std::borrow::Cow<'a, str>>,
    home: [u8; 32],
    identity: Option<Identity>,
    // Seconds since the epoch.
    since: i64,
    refused: Option<Refusal>,
}

impl Saved {
    pub(crate) fn new(signed_in: &SignedIn, home: Fingerprint, now: OffsetDateTime) -> Self {
        Self {
            refresh_token: signed_in.refresh_token.clone(),
            home,
            identity: signed_in.identity.clone(),
            since: now,
            refused: None,
        }
    }

    /// As text to be sealed; `None` when it cannot be written.
    pub(crate) fn write(&self) -> Option<SecretString> {
        let written = Written {
            refresh_token: self
                .refresh_token
                .as_ref()
                .map(|token| token.expose_secret().into()),
            home: *self.home.as_bytes(),
            identity: self.identity.clone(),
            since: self.since.unix_timestamp(),
            refused: self.refused.clone(),
        };
        serde_json::to_string(&written).ok().map(SecretString::from)
    }

    /// The sign-in in a text; `None` for one that another release wrote in another way.
    pub(crate) fn read(text: &SecretString) -> Option<Self> {
        let written: Written<'_> = serde_json::from_str(text.expose_secret()).ok()?;
        Some(Self {
            refresh_token: written
                .refresh_token
                .map(|token| SecretString::from(Zeroizing::new(token.into_owned()).as_str())),
            home: Fingerprint::from(written.home),
            identity: written.identity,
            since: OffsetDateTime::from_unix_timestamp(written.since).ok()?,
            refused: written.refused,
        })
    }

    pub(crate) fn standing(self) -> Standing {
        match self.refused {
            None => Standing::SignedIn {
                identity: self.identity,
                since: self.since,
            },
            Some(refused) => Standing::Needed {
                identity: self.identity,
                since: OffsetDateTime::from_unix_timestamp(refused.at).unwrap_or(self.since),
                reason: AuthError::from(refused).to_string(),
            },
        }
    }
}

impl Refusal {
    /// The word that ends a sign-in; nothing for an error that does not.
    pub(crate) fn of(error: &AuthError, now: OffsetDateTime) -> Option<Self> {
        match error {
            AuthError::SignInNeeded {
                code,
                message,
                advice,
            } => Some(Self {
                code: code.clone(),
                message: message.clone(),
                advice: advice.clone(),
                at: now.unix_timestamp(),
            }),
            _ => None,
        }
    }
}

impl From<Refusal> for AuthError {
    fn from(refusal: Refusal) -> Self {
        Self::SignInNeeded {
            code: refusal.code,
            message: refusal.message,
            advice: refusal.advice,
        }
    }
}

#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_no_sign_in() {
        let error = AuthError::SignInNeeded {
            code: Some("AADSTS700082".into()),
            message: "it has expired".into(),
            advice: "sign in again".into(),
        };
        let now = datetime!(2026-11-21 08:00 UTC);
        let saved = Saved {
            refresh_token: Some(SecretString::from("1.A\"\\")),
            home: Fingerprint::of([b"home".as_slice()]),
            identity: Some(Identity {
                tenant: "t".into(),
                object: "o".into(),
                user_name: Some("ada@contoso.example".into()),
                name: None,
            }),
            since: now,
            refused: Refusal::of(&error, now),
        };

        let read = Saved::read(&saved.write().unwrap()).unwrap();

        let token = read.refresh_token.as_ref().unwrap();
        assert_eq!(token.expose_secret(), "1.A\"\\");
        assert!(read.home == saved.home && read.identity == saved.identity);
        assert_eq!(AuthError::from(read.refused.clone().unwrap()), error);
        assert!(matches!(
            read.standing(),
            Standing::Needed { since, .. } if since == now
        ));
        for text in ["", "{}", "1.AVY", r#"{"refresh_token":"x"}"#] {
            assert!(Saved::read(&SecretString::from(text)).is_none(), "{text}");
        }
    }

    #[test]
    fn only_what_ends_a_sign_in_is_kept_as_a_refusal() {
        let now = datetime!(2026-11-21 08:00 UTC);
        for error in [
            AuthError::Unavailable {
                message: "busy".into(),
                retry_after: None,
            },
            AuthError::Refused {
                code: Some("AADSTS7000222".into()),
                message: "the client secret has expired".into(),
                advice: "make a new one".into(),
            },
            AuthError::Invalid {
                message: "no JSON".into(),
            },
        ] {
            assert_eq!(Refusal::of(&error, now), None, "{error}");
        }
    }
}
