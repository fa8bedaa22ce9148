//! An access token with what has to be known about it. Auth layer.

use std::sync::Arc;

use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;

use super::policy;
use crate::credential::{Credential, Placement};
use crate::grant::{Fingerprint, Issued};

/// An access token. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(super) value: Arc<SecretString>,
    /// The grant that got it.
    pub(super) grant: Fingerprint,
    pub(super) issued_at: OffsetDateTime,
    /// From here on a new one is wanted.
    pub(super) renew_at: OffsetDateTime,
    /// From here on it is no good.
    pub(super) expires_at: OffsetDateTime,
    /// Whether it was got because its forerunner had been refused.
    pub(super) after_refusal: bool,
    /// Tokens that were used before it and that may still be good for something, the last one first.
    pub(super) forerunners: Arc<[Forerunner]>,
}

/// A token that is no longer used. It is remembered so that whoever reads answers knows it as a
/// secret: authorities seldom take a token back before its time.
#[derive(Debug, Clone)]
pub(crate) struct Forerunner {
    pub(super) value: Arc<SecretString>,
    pub(super) expires_at: OffsetDateTime,
}

impl Token {
    pub(super) fn new(
        issued: Issued,
        grant: Fingerprint,
        now: OffsetDateTime,
        after_refusal: bool,
    ) -> Self {
        let life = policy::life(issued.expires_in);
        let expires_at = now.saturating_add(life.try_into().unwrap_or(time::Duration::MAX));
        Self {
            value: Arc::new(issued.access_token),
            grant,
            issued_at: now,
            renew_at: expires_at - policy::lead(life),
            expires_at,
            after_refusal,
            forerunners: Arc::default(),
        }
    }

    /// The same, got in the place of `former`.
    pub(super) fn following(mut self, former: Option<Token>, now: OffsetDateTime) -> Self {
        let Some(former) = former else {
            return self;
        };
        let last = Forerunner {
            value: former.value,
            expires_at: former.expires_at,
        };
        self.forerunners = std::iter::once(last)
            .chain(former.forerunners.iter().cloned())
            .filter(|token| now < token.expires_at + policy::LINGERS && !self.is(&token.value))
            .take(policy::REMEMBERED)
            .collect();
        self
    }

    /// How many of its forerunners still live.
    pub(super) fn living_forerunners(&self, now: OffsetDateTime) -> usize {
        let forerunners = self.forerunners.iter();
        forerunners.filter(|token| now < token.expires_at).count()
    }

    /// As it is put on a request.
    pub(crate) fn into_credential(self, placement: Placement) -> Credential {
        Credential::shared(placement, self.value).expiring_at(self.expires_at.into())
    }

    pub(super) fn is(&self, value: &SecretString) -> bool {
        self.value.expose_secret() == value.expose_secret()
    }

    pub(super) fn is_fresh(&self, now: OffsetDateTime) -> bool {
        now < self.renew_at
    }

    pub(super) fn lives(&self, now: OffsetDateTime) -> bool {
        now < self.expires_at
    }
}
