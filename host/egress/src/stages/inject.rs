//! Stage 6. Only now, with everything else judged, is the credential put on the request. Pure: the
//! the journey leases it.
//!
//! The header value is built once for each credential and then shared, because tokens live for an
//! hour and requests for milliseconds.

use std::sync::Arc;

use airlock_auth::{AuthError, Credential, Placement};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use http::uri::PathAndQuery;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};

use crate::error::EgressError;
use crate::redact::SHORTEST;
use crate::stages::audit::CredentialUse;

/// RFC 3986 §2.3: everything else is escaped.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// A credential, in the form in which it goes on a request.
pub(crate) struct Injection {
    credential: Credential,
    form: Form,
    /// All that may not come back.
    secrets: Vec<Arc<SecretString>>,
}

enum Form {
    Nothing,
    Header(HeaderName, HeaderValue),
    Query { name: String, pair: SecretString },
}

impl Injection {
    /// Prepares `credential`, which may go into a header field of its own if that `may_carry` one.
    ///
    /// # Errors
    /// [`AuthError::Invalid`] when it cannot be written into the place it should go to, or is too short
    /// to be told from other text when it comes back.
    pub(crate) fn new(
        credential: Credential,
        may_carry: impl FnOnce(&HeaderName) -> bool,
    ) -> Result<Self, EgressError> {
        let value = credential.value().expose_secret();
        let mut secrets = vec![Arc::new(credential.value().clone())];
        let form = match credential.placement() {
            Placement::Nowhere => Form::Nothing,
            Placement::Bearer => {
                long_enough("credential", value)?;
                Form::Header(AUTHORIZATION, secret_value(&format!("Bearer {value}"))?)
            }
            Placement::Basic => {
                let (_, password) = value.split_once(':').unwrap_or(("", value));
                long_enough("password", password)?;
                let encoded = STANDARD.encode(value);
                let header = secret_value(&format!("Basic {encoded}"))?;
                secrets.push(Arc::new(password.into()));
                secrets.push(Arc::new(encoded.into()));
                Form::Header(AUTHORIZATION, header)
            }
            Placement::Header(name) => {
                long_enough("credential", value)?;
                let field = HeaderName::from_bytes(name.as_bytes())
                    .map_err(|_| invalid(format!("\"{name}\" is no name of a header field")))?;
                if !may_carry(&field) {
                    return Err(invalid(format!(
                        "the header field {name} belongs to the connection and can carry no credential"
                    )));
                }
                Form::Header(field, secret_value(value)?)
            }
            Placement::Query(name) => {
                long_enough("credential", value)?;
                let name = utf8_percent_encode(name, ESCAPED).to_string();
                let encoded = utf8_percent_encode(value, ESCAPED).to_string();
                let pair = SecretString::from(format!("{name}={encoded}"));
                Form::Query { name, pair }
            }
        };
        Ok(Self {
            credential,
            form,
            secrets,
        })
    }

    /// Puts the credential on; what the guest wrote in its place is replaced.
    ///
    /// # Errors
    /// [`EgressError::Denied`] when the guest's query already has the credential's parameter.
    pub(crate) fn put_on(
        &self,
        headers: &mut HeaderMap,
        path: PathAndQuery,
    ) -> Result<PathAndQuery, EgressError> {
        match &self.form {
            Form::Nothing => Ok(path),
            Form::Header(name, value) => {
                headers.insert(name, value.clone());
                Ok(path)
            }
            Form::Query { name, pair } => {
                if has_parameter(path.query().unwrap_or_default(), name) {
                    return Err(EgressError::denied(
                        crate::error::Stage::Inject,
                        "credential-parameter",
                        format!(
                            "the guest may not set the query parameter {name}; the host sets it"
                        ),
                    ));
                }
                let joint = if path.query().is_some() { '&' } else { '?' };
                PathAndQuery::try_from(format!("{path}{joint}{}", pair.expose_secret()))
                    .map_err(|_| invalid("the credential makes the URL too long".into()))
            }
        }
    }

    /// The credential this was made of.
    pub(crate) fn credential(&self) -> &Credential {
        &self.credential
    }

    /// Whether it was made of `credential`.
    pub(crate) fn is_of(&self, credential: &Credential) -> bool {
        self.credential.is_same_secret(credential)
            && self.credential.placement() == credential.placement()
    }

    /// What may not come back, in the forms in which it leaves.
    pub(crate) fn secrets(&self) -> &[Arc<SecretString>] {
        &self.secrets
    }

    /// What to write down about it.
    pub(crate) fn kind(&self) -> CredentialUse {
        match self.credential.placement() {
            Placement::Bearer => CredentialUse::Bearer,
            Placement::Basic => CredentialUse::Basic,
            Placement::Header(_) => CredentialUse::Header,
            Placement::Query(_) => CredentialUse::Query,
            Placement::Nowhere => CredentialUse::None,
        }
    }
}

fn has_parameter(query: &str, name: &str) -> bool {
    query.split('&').any(|pair| {
        pair.split('=')
            .next()
            .is_some_and(|key| key.eq_ignore_ascii_case(name))
    })
}

/// What is shorter would be found in every answer by chance, so it could not be kept from the guest.
fn long_enough(what: &str, secret: &str) -> Result<(), EgressError> {
    if secret.len() >= SHORTEST {
        return Ok(());
    }
    Err(invalid(format!(
        "the {what} has fewer than {SHORTEST} characters, too few to be told from other text where a service repeats it; use a longer one"
    )))
}

fn secret_value(text: &str) -> Result<HeaderValue, EgressError> {
    let mut value = HeaderValue::from_str(text).map_err(|_| {
        invalid("the credential holds a character that no header field may hold".into())
    })?;
    value.set_sensitive(true);
    Ok(value)
}

fn invalid(message: String) -> EgressError {
    AuthError::Invalid { message }.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::redact::Redactor;
    use crate::stages::headers::may_carry_credential;

    fn prepared(credential: Credential) -> Result<Injection, EgressError> {
        Injection::new(credential, may_carry_credential)
    }

    fn dressed(placement: Placement, secret: &str, path: &str) -> (HeaderMap, String) {
        let mut headers = HeaderMap::new();
        headers.insert("x-key", HeaderValue::from_static("the guest's own"));
        let injection = prepared(Credential::new(placement, secret.to_owned().into())).unwrap();
        let path = injection
            .put_on(
                &mut headers,
                PathAndQuery::try_from(path.to_owned()).unwrap(),
            )
            .unwrap();
        (headers, path.to_string())
    }

    #[test]
    fn each_placement_puts_it_where_it_belongs() {
        let (headers, path) = dressed(Placement::Bearer, "token-1234", "/a?b=c");
        assert_eq!(headers["authorization"], "Bearer token-1234");
        assert!(headers["authorization"].is_sensitive());
        assert_eq!(path, "/a?b=c");

        let (headers, _) = dressed(Placement::Basic, "user:secret word", "/a");
        assert_eq!(headers["authorization"], "Basic dXNlcjpzZWNyZXQgd29yZA==");

        let (headers, _) = dressed(Placement::Header("X-Key".into()), "k-123456", "/a");
        assert_eq!(
            headers.get_all("x-key").iter().collect::<Vec<_>>(),
            ["k-123456"]
        );

        let (headers, path) = dressed(Placement::Query("api key".into()), "a/b&c=de", "/a");
        assert_eq!(path, "/a?api%20key=a%2Fb%26c%3Dde");
        assert!(!headers.contains_key("authorization"));
        let (_, path) = dressed(Placement::Query("key".into()), "v-123456", "/a?b=c");
        assert_eq!(path, "/a?b=c&key=v-123456");

        let (headers, path) = dressed(Placement::Nowhere, "unused-1", "/a");
        assert_eq!((headers.len(), path.as_str()), (1, "/a"));
    }

    #[test]
    fn every_form_that_leaves_is_redacted_when_it_comes_back() {
        for (placement, secret, echoed) in [
            (Placement::Bearer, "token-1234", "Bearer token-1234"),
            (Placement::Bearer, "ab+/cd==", "Bearer ab%2b%2fcd%3d%3d"),
            (
                Placement::Header("x-key".into()),
                "ab+/cd==",
                r"x-key: ab\u002B/cd==",
            ),
            (Placement::Basic, "user:password1", "dXNlcjpwYXNzd29yZDE="),
            (Placement::Basic, "user:password1", "dXNlcjpwYXNzd29yZDE%3D"),
            (Placement::Basic, "user:password1", "password1"),
            (
                Placement::Query("k".into()),
                "a/b/c/d/e",
                "a%2Fb%2Fc%2Fd%2Fe",
            ),
            (Placement::Query("k".into()), "a/b/c/d/e", "a/b/c/d/e"),
        ] {
            let injection = prepared(Credential::new(placement, secret.to_owned().into())).unwrap();
            let clean = Redactor::new(injection.secrets()).redact(echoed.as_bytes());
            let clean = String::from_utf8(clean.expect("redacted")).unwrap();
            assert!(clean.contains("[redacted]"), "{echoed}: {clean}");
        }
    }

    #[test]
    fn what_is_too_short_to_be_kept_secret_is_not_used() {
        for (placement, secret, accepted) in [
            (Placement::Bearer, "seven-7", false),
            (Placement::Bearer, "eight--8", true),
            (Placement::Header("x-key".into()), "s3cr3t7", false),
            (Placement::Query("key".into()), "s3cr3t7", false),
            (Placement::Basic, "a-long-user-name:short", false),
            (Placement::Basic, "u:long-enough", true),
            (Placement::Nowhere, "", true),
        ] {
            let made = prepared(Credential::new(placement, secret.to_owned().into()));
            let error = made.err().map(|error| error.to_string());
            assert_eq!(error.is_none(), accepted, "{secret}: {error:?}");
            assert!(error.is_none_or(|error| !error.contains(secret) && error.contains("longer")));
        }
    }

    #[test]
    fn no_credential_goes_into_a_field_that_frames_the_message() {
        for name in ["content-length", "transfer-encoding", "airlock-prepares"] {
            let placement = Placement::Header(name.into());
            let made = prepared(Credential::new(placement, "long-enough".to_owned().into()));
            assert!(made.is_err(), "{name}");
        }
    }

    #[test]
    fn a_credential_that_cannot_be_written_is_an_error_without_it() {
        for (placement, secret) in [
            (Placement::Bearer, "line\nbreak-secret"),
            (Placement::Header("no name".into()), "hidden-secret"),
        ] {
            let Err(error) = prepared(Credential::new(placement, secret.to_owned().into())) else {
                panic!("accepted");
            };
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn the_guest_cannot_set_the_credentials_parameter_beside_it() {
        let credential =
            Credential::new(Placement::Query("key".into()), "v-123456".to_owned().into());
        let injection = prepared(credential).unwrap();
        let mut headers = HeaderMap::new();
        for (path, accepted) in [
            ("/a?key=x", false),
            ("/a?b=c&KEY=x", false),
            ("/a?keys=x", true),
        ] {
            let answer = injection.put_on(&mut headers, PathAndQuery::try_from(path).unwrap());
            assert_eq!(answer.is_ok(), accepted, "{path}");
        }
    }
}
