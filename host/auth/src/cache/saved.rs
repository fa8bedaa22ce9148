//! A token as it is sealed into the store.
//!
//! Auth layer. The same connection may be used by a later command or by another process; the
//! fingerprint of the grant travels with the token, so that none is used after the settings or
//! secrets it was got with have changed.

use std::sync::Arc;

use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::token::{Forerunner, Token};
use crate::grant::Fingerprint;

/// The name of the slot.
pub(super) const SLOT: &str = "access-token";

#[derive(Serialize, Deserialize)]
struct Saved<'a> {
    #[serde(borrow)]
    value: std::borrow::Cow<'a, str>,
    grant: [u8; 32],
    // Seconds since the epoch.
    issued_at: i64,
    renew_at: i64,
    expires_at: i64,
    after_refusal: bool,
    #[serde(borrow, default)]
    forerunners: Vec<SavedForerunner<'a>>,
}

#[derive(Serialize, Deserialize)]
struct SavedForerunner<'a> {
    #[serde(borrow)]
    value: std::borrow::Cow<'a, str>,
    expires_at: i64,
}

/// The token as text to be sealed; `None` for one that cannot be written.
pub(super) fn write(token: &Token) -> Option<SecretString> {
    let saved = Saved {
        value: token.value.expose_secret().into(),
        grant: *token.grant.as_bytes(),
        issued_at: token.issued_at.unix_timestamp(),
        renew_at: token.renew_at.unix_timestamp(),
        expires_at: token.expires_at.unix_timestamp(),
        after_refusal: token.after_refusal,
        forerunners: token
            .forerunners
            .iter()
            .map(|former| SavedForerunner {
                value: former.value.expose_secret().into(),
                expires_at: former.expires_at.unix_timestamp(),
            })
            .collect(),
    };
    serde_json::to_string(&saved).ok().map(SecretString::from)
}

/// The token in a text; `None` for one that another release wrote in another way.
pub(super) fn read(text: &SecretString) -> Option<Token> {
    let saved: Saved<'_> = serde_json::from_str(text.expose_secret()).ok()?;
    let time = |seconds| OffsetDateTime::from_unix_timestamp(seconds).ok();
    Some(Token {
        issued_at: time(saved.issued_at)?,
        renew_at: time(saved.renew_at)?,
        expires_at: time(saved.expires_at)?,
        grant: Fingerprint::from(saved.grant),
        after_refusal: saved.after_refusal,
        forerunners: saved
            .forerunners
            .into_iter()
            .map(|former| {
                Some(Forerunner {
                    value: secret(former.value),
                    expires_at: time(former.expires_at)?,
                })
            })
            .collect::<Option<_>>()?,
        value: secret(saved.value),
    })
}

fn secret(text: std::borrow::Cow<'_, str>) -> Arc<SecretString> {
    Arc::new(SecretString::from(
        Zeroizing::new(text.into_owned()).as_str(),
    ))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use time::macros::datetime;

    use super::*;
    use crate::grant::Issued;

    #[test]
    fn what_is_written_is_read_and_anything_else_is_no_token() {
        let issued = Issued {
            access_token: SecretString::from("eyJ\"\\"),
            expires_in: Some(Duration::from_secs(3599)),
        };
        let grant = Fingerprint::of([b"grant".as_slice()]);
        let now = datetime!(2026-11-21 08:00 UTC);
        let former = Issued {
            access_token: SecretString::from("former"),
            expires_in: None,
        };
        let former = Token::new(former, grant, now, false);
        let token = Token::new(issued, grant, now, true).following(Some(former), now);

        let read_back = read(&write(&token).unwrap()).unwrap();

        assert!(read_back.is(&token.value) && read_back.grant == grant);
        assert!(read_back.after_refusal);
        assert_eq!(read_back.renew_at, token.renew_at);
        assert_eq!(read_back.expires_at, token.expires_at);
        assert_eq!(read_back.issued_at, token.issued_at);
        assert_eq!(read_back.forerunners[0].value.expose_secret(), "former");
        for text in ["", "{}", "eyJ", r#"{"value":"x"}"#] {
            assert!(read(&SecretString::from(text)).is_none(), "{text}");
        }
    }
}
