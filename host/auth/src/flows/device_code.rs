//! The device grant (RFC 8628): a person types a short code into a browser anywhere, and we ask
//! the authority now and then whether they have.
//!
//! Auth layer. Nothing is kept between two questions, and nothing is resumed: who gives up begins
//! anew with another code.

use std::time::Duration;

use oauth2::{DeviceAuthorizationUrl, Scope, StandardDeviceAuthorizationResponse as Authorization};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use url::Url;

use super::SignedIn;
use super::identity::{Expected, Identity};
use super::pace::{Heard, Pace};
use crate::answer::{self, Answer};
use crate::application::Application;
use crate::error::AuthError;
use crate::transport::TokenTransport;

/// The longest code that a person is asked to type, in characters; Entra's have nine.
const LONGEST_CODE: usize = 32;

/// A code that waits for a person.
#[derive(Debug)]
pub struct DeviceCode {
    device_code: SecretString,
    user_code: String,
    page: Url,
    pace: Pace,
}

impl DeviceCode {
    /// Asks the authority for a code.
    ///
    /// # Errors
    /// Why it gave none.
    pub async fn begin(
        application: &Application,
        device_url: &Url,
        transport: &dyn TokenTransport,
        now: OffsetDateTime,
    ) -> Result<Self, AuthError> {
        let asked = application.asked(&[])?;
        let http = answer::Http::new(transport, now);
        let given: Authorization = application
            .client()
            .set_device_authorization_url(DeviceAuthorizationUrl::from_url(device_url.clone()))
            .exchange_device_code()
            .add_scopes(application.scopes.iter().cloned().map(Scope::new))
            .request_async(&http)
            .await
            .map_err(|error| answer::explain(&asked, error))?;
        let unusable = |what: &str| AuthError::Invalid {
            message: format!(
                "{} gave a {what} that cannot be shown to a person; check the Device URL",
                asked.authority()
            ),
        };
        let user_code = given.user_code().secret().to_owned();
        let is_typed = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == ' ';
        if user_code.is_empty()
            || user_code.len() > LONGEST_CODE
            || !user_code.chars().all(is_typed)
        {
            return Err(unusable("code"));
        }
        let page = given.verification_uri().url().clone();
        // What a person opens is a web page, never a file or another program.
        if !matches!(page.scheme(), "https" | "http") {
            return Err(unusable("page"));
        }
        Ok(Self {
            device_code: SecretString::from(given.device_code().secret().to_owned()),
            user_code,
            page,
            pace: Pace::new(now, given.interval(), given.expires_in()),
        })
    }

    /// What the person types in. Not secret: it is of use only to whoever signs in.
    pub fn user_code(&self) -> &str {
        &self.user_code
    }

    /// Where the person types it in.
    pub fn page(&self) -> &Url {
        &self.page
    }

    /// Until when it can be typed in.
    pub fn until(&self) -> OffsetDateTime {
        self.pace.until()
    }

    /// How long to wait before the authority may be asked (again); `None` when it is too late.
    pub fn wait(&self, now: OffsetDateTime) -> Option<Duration> {
        self.pace.wait(now)
    }

    /// Asks whether the person has signed in; `None` when they have not yet.
    ///
    /// # Errors
    /// What ends the sign-in: the person declined, a policy forbids it, the code is not good any
    /// more. An authority that cannot be reached ends nothing.
    pub async fn ask(
        &mut self,
        application: &Application,
        transport: &dyn TokenTransport,
        now: OffsetDateTime,
    ) -> Result<Option<SignedIn>, AuthError> {
        let asked = application.asked(&[&self.device_code])?;
        let mut fields = vec![
            ("grant_type", "urn:ietf:params:oauth:grant-type:device_code"),
            ("client_id", application.client_id.expose_secret()),
            ("device_code", self.device_code.expose_secret()),
        ];
        if let Some(secret) = &application.client_secret {
            fields.push(("client_secret", secret.expose_secret()));
        }
        let http = answer::Http::new(transport, now);
        let heard = match answer::post(&http, &asked, &application.token_url, &fields).await {
            Ok(Answer::Issued(success)) => {
                let delegated = success.delegated(&asked)?;
                let expected = Expected {
                    client_id: &application.client_id,
                    nonce: None,
                    issuer: None,
                };
                let identity = delegated
                    .id_token
                    .as_ref()
                    .map(|token| Identity::read(token, &expected))
                    .transpose()
                    .map_err(|fault| wrong_id_token(&asked, fault))?;
                return Ok(Some(SignedIn::new(delegated, identity)));
            }
            Ok(Answer::Refused(refusal)) => match Heard::of(refusal.error()) {
                Some(heard) => heard,
                None => match refusal.explain(&asked) {
                    AuthError::Unavailable { retry_after, .. } => Heard::Away(retry_after),
                    final_word => return Err(final_word),
                },
            },
            Err(AuthError::Unavailable { retry_after, .. }) => Heard::Away(retry_after),
            Err(error) => return Err(error),
        };
        self.pace.heard(now, heard);
        Ok(None)
    }
}

/// An id token that does not belong to this sign-in.
pub(super) fn wrong_id_token(asked: &answer::Asked<'_>, fault: &str) -> AuthError {
    AuthError::Invalid {
        message: format!(
            "{} sent an id token that is not taken: {fault}; sign in again, and check the Token URL if it stays so",
            asked.authority()
        ),
    }
}
