//! Who signed in, by the id token that came along (OpenID Connect Core §3.1.3.7).
//!
//! Auth layer; pure. The token came straight from the token endpoint over TLS, which the
//! specification takes in place of its signature (item 6); what it says is checked.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A person at an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Identity {
    /// The directory (Entra tenant) that the person belongs to; the issuer, elsewhere.
    pub tenant: String,
    /// The person's id in it, which never changes.
    pub object: String,
    /// What the person signs in with, which may change.
    pub user_name: Option<String>,
    /// The person's name.
    pub name: Option<String>,
}

/// What an id token is checked against.
pub(super) struct Expected<'a> {
    pub(super) client_id: &'a SecretString,
    /// What was sent along with the request, where the flow has a way to.
    pub(super) nonce: Option<&'a SecretString>,
    /// Who the redirect said it came from.
    pub(super) issuer: Option<&'a str>,
}

impl Identity {
    /// Reads an id token.
    ///
    /// # Errors
    /// What is wrong with it, without anything from it.
    pub(super) fn read(
        id_token: &SecretString,
        expected: &Expected<'_>,
    ) -> Result<Self, &'static str> {
        const BROKEN: &str = "it cannot be read";
        let payload = id_token.expose_secret().split('.').nth(1).ok_or(BROKEN)?;
        let payload = URL_SAFE_NO_PAD
            .decode(payload.trim_end_matches('='))
            .map_err(|_| BROKEN)?;
        let claims: Value = serde_json::from_slice(&payload).map_err(|_| BROKEN)?;
        let text = |name: &str| claims.get(name).and_then(Value::as_str);
        let client_id = expected.client_id.expose_secret();
        let is_for_us = match claims.get("aud") {
            Some(Value::String(one)) => one == client_id,
            Some(Value::Array(several)) => several.iter().any(|one| one == client_id),
            _ => false,
        };
        if !is_for_us {
            return Err("it is for another application");
        }
        if let Some(nonce) = expected.nonce {
            let found = SecretString::from(text("nonce").unwrap_or_default());
            if !super::same(nonce, &found) {
                return Err("it belongs to another sign-in");
            }
        }
        let issuer = text("iss").ok_or("it does not say who issued it")?;
        if expected.issuer.is_some_and(|expected| expected != issuer) {
            return Err("another authority issued it");
        }
        let owned = |name: &str| text(name).filter(|text| !text.is_empty()).map(shown);
        Ok(Self {
            tenant: owned("tid").unwrap_or_else(|| issuer.to_owned()),
            object: owned("oid")
                .or_else(|| owned("sub"))
                .ok_or("it does not say for whom it is")?,
            user_name: owned("preferred_username")
                .or_else(|| owned("upn"))
                .or_else(|| owned("email")),
            name: owned("name"),
        })
    }

    /// Whether `other` is the same person, whatever they are called by now.
    pub fn is_same(&self, other: &Self) -> bool {
        self.tenant == other.tenant && self.object == other.object
    }
}

/// A foreign text, fit to be printed.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

impl fmt::Display for Identity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.name, &self.user_name) {
            (Some(name), Some(user)) => write!(f, "{name} ({user})"),
            (None, Some(one)) | (Some(one), None) => f.write_str(one),
            (None, None) => write!(f, "the user {} of {}", self.object, self.tenant),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn token(change: impl FnOnce(&mut Value)) -> SecretString {
        let mut claims = json!({
            "aud": "client", "iss": "https://login.example/t/v2.0", "nonce": "n",
            "tid": "t", "oid": "o", "sub": "s", "preferred_username": "ada@contoso.example",
            "name": "Ada\u{1b}[2J Park",
        });
        change(&mut claims);
        let part = |json: String| URL_SAFE_NO_PAD.encode(json);
        format!("{}.{}.sig", part("{}".into()), part(claims.to_string())).into()
    }

    fn read(token: &SecretString, issuer: Option<&str>) -> Result<Identity, &'static str> {
        let (client_id, nonce) = ("client".into(), "n".into());
        let expected = Expected {
            client_id: &client_id,
            nonce: Some(&nonce),
            issuer,
        };
        Identity::read(token, &expected)
    }

    #[test]
    fn an_id_token_says_who_signed_in() {
        let issuer = Some("https://login.example/t/v2.0");
        let ada = read(&token(|_| {}), issuer).unwrap();
        assert_eq!((&*ada.tenant, &*ada.object), ("t", "o"));
        assert_eq!(ada.to_string(), "Ada[2J Park (ada@contoso.example)");
        let elsewhere = token(|claims| {
            let claims = claims.as_object_mut().unwrap();
            for name in ["tid", "oid", "name", "preferred_username"] {
                claims.remove(name);
            }
            claims["aud"] = json!(["other", "client"]);
        });
        let person = read(&elsewhere, None).unwrap();
        assert_eq!(person.tenant, "https://login.example/t/v2.0");
        assert_eq!(person.object, "s");
    }

    #[test]
    fn an_id_token_of_another_application_sign_in_or_authority_is_refused() {
        for (change, issuer) in [
            (json!({"aud": "other"}), None),
            (json!({"aud": ["other"]}), None),
            (json!({"nonce": "m"}), None),
            (json!({"nonce": null}), None),
            (json!({}), Some("https://evil.example/t/v2.0")),
            (json!({"iss": null}), None),
            (json!({"oid": "", "sub": null}), None),
        ] {
            let token = token(|claims| {
                let changes = change.as_object().unwrap().clone();
                claims.as_object_mut().unwrap().extend(changes);
            });
            assert!(read(&token, issuer).is_err(), "{change} {issuer:?}");
        }
        for broken in ["", "a", "a.b.c", "a.!.c", "a.e30.c"] {
            assert!(read(&broken.into(), None).is_err(), "{broken}");
        }
    }

    #[test]
    fn a_person_stays_the_same_under_another_name() {
        let ada = read(&token(|_| {}), None).unwrap();
        let mut married = ada.clone();
        married.user_name = Some("ada.holm@contoso.example".into());
        assert!(ada.is_same(&married));
        for change in [
            (|one: &mut Identity| one.object = "p".into()) as fn(&mut Identity),
            |one| one.tenant = "u".into(),
        ] {
            let mut other = ada.clone();
            change(&mut other);
            assert!(!ada.is_same(&other));
        }
    }
}
