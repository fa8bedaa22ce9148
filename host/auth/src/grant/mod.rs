//! Grants: the ways to ask an authority for a token.
//!
//! Auth layer. A grant knows what to ask; the cache, the single flight and the renewal around it
//! know nothing of the grant, so that the next one is an addition.

mod client_credentials;
mod fingerprint;
mod refresh_token;

use std::time::Duration;

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::error::AuthError;
use crate::transport::TokenTransport;

pub use client_credentials::ClientCredentials;
pub use fingerprint::Fingerprint;
pub use refresh_token::RefreshToken;

/// A way to get an access token.
#[async_trait]
pub trait Grant: Send + Sync {
    /// What tells this grant from any other: a token is used only by the grant that got it, so
    /// that one got with a former secret or for a former scope is not used on.
    fn fingerprint(&self) -> Fingerprint;

    /// What it proves itself with. None of it may come back with an answer of the service.
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }

    /// Whether an exchange uses up what it asks with. Then one at a time goes on for a connection
    /// among all processes, and one that has begun ends even when nobody waits for it any more.
    fn takes_turns(&self) -> bool {
        false
    }

    /// Asks the authority once. `now` is what a `Retry-After` given as a date is reckoned from.
    async fn exchange(
        &self,
        transport: &dyn TokenTransport,
        now: OffsetDateTime,
    ) -> Result<Issued, AuthError>;
}

/// What an authority issued.
#[derive(Debug, Clone)]
pub struct Issued {
    /// The access token.
    pub access_token: SecretString,
    /// How long it lives, where the authority said so.
    pub expires_in: Option<Duration>,
}
