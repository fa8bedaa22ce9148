//! The refresh token grant (RFC 6749 §6): what a person's sign-in leaves behind.
//!
//! Auth layer. An authority may replace the refresh token each time, and some take each one once and
//! revoke the whole sign-in when one comes again. So the new one is kept before its access token is
//! handed out, one exchange goes on at a time among all processes, and one that has begun ends.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use airlock_store::Connection;
use async_trait::async_trait;
use oauth2::RefreshToken as Wire;
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::{Fingerprint, Grant, Issued};
use crate::answer;
use crate::application::Application;
use crate::cache::{TokenKey, Tokens};
use crate::error::AuthError;
use crate::sign_in;
use crate::transport::TokenTransport;

/// So many refresh tokens are looked for in what the service answers: the one in use and a few before it.
const SEEN: usize = 4;

/// A person's sign-in, from which access tokens come.
pub struct RefreshToken {
    application: Application,
    tokens: Arc<Tokens>,
    key: TokenKey,
    fingerprint: Fingerprint,
    /// What was sent to the authority or came from it lately.
    seen: Mutex<VecDeque<SecretString>>,
}

impl RefreshToken {
    /// The sign-in that `connection` has, or will have, at `application`.
    pub fn new(application: Application, tokens: Arc<Tokens>, connection: &Connection) -> Self {
        Self {
            fingerprint: Self::fingerprint_of(&application, connection),
            application,
            tokens,
            key: TokenKey {
                tenant: connection.tenant.clone(),
                connection: connection.id,
            },
            seen: Mutex::default(),
        }
    }

    fn remember(&self, refresh_token: &SecretString) {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.len() == SEEN {
            seen.pop_front();
        }
        seen.push_back(refresh_token.clone());
    }

    /// The refresh token itself is no part of it: it changes with each use. That somebody signed in
    /// anew changes the connection.
    pub(crate) fn fingerprint_of(
        application: &Application,
        connection: &Connection,
    ) -> Fingerprint {
        let changed = connection.updated_at.unix_timestamp_nanos().to_be_bytes();
        let home = application.home();
        let secret = application.client_secret.as_ref();
        let parts = [
            b"refresh-token".as_slice(),
            home.as_bytes(),
            secret
                .map_or("", |secret| secret.expose_secret())
                .as_bytes(),
            &changed,
        ];
        let scopes = application.scopes.iter().map(|scope| scope.as_bytes());
        Fingerprint::of(parts.into_iter().chain(scopes))
    }
}

#[async_trait]
impl Grant for RefreshToken {
    fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    fn secrets(&self) -> Vec<SecretString> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let client_secret = self.application.client_secret.iter();
        client_secret.chain(seen.iter()).cloned().collect()
    }

    fn takes_turns(&self) -> bool {
        true
    }

    async fn exchange(
        &self,
        transport: &dyn TokenTransport,
        now: OffsetDateTime,
    ) -> Result<Issued, AuthError> {
        let store = &**self.tokens.store();
        let Some(mut saved) = sign_in::load(store, &self.key).await? else {
            return Err(needed("nobody has signed in for this connection yet"));
        };
        if let Some(refused) = saved.refused {
            return Err(refused.into());
        }
        if saved.home != self.application.home() {
            return Err(needed(
                "the sign-in was made for another application or authority",
            ));
        }
        let Some(refresh_token) = saved.refresh_token.clone() else {
            return Err(needed(
                "the sign-in has run out: its scopes did not include offline_access",
            ));
        };
        self.remember(&refresh_token);
        let asked = self.application.asked(&[&refresh_token])?;
        let answered = self
            .application
            .client()
            .exchange_refresh_token(&Wire::new(refresh_token.expose_secret().to_owned()))
            .request_async(&answer::Http::new(transport, now))
            .await;
        let delegated = match answered {
            Ok(success) => success.delegated(&asked)?,
            Err(error) => {
                let error = answer::explain_of_sign_in(&asked, error);
                sign_in::keep_refusal(store, &self.key, saved, &error, now).await;
                return Err(error);
            }
        };
        // An answer without one leaves the one that it was asked with.
        if let Some(next) = delegated.refresh_token {
            self.remember(&next);
            saved.refresh_token = Some(next);
            sign_in::keep(store, &self.key, &saved).await?;
        }
        Ok(delegated.issued)
    }
}

fn needed(message: &str) -> AuthError {
    AuthError::SignInNeeded {
        code: None,
        message: message.into(),
        advice: "sign in, then try again".into(),
    }
}
