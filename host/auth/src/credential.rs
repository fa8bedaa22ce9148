//! A credential, ready to be put on a request.
//!
//! Auth layer. Cheap to clone (a reference count), because every request that leaves takes one;
//! opaque in `Debug`, because requests are traced.

use std::fmt;
use std::sync::Arc;
use std::time::SystemTime;

use secrecy::{ExposeSecret, SecretString};

/// Where on a request a credential goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Placement {
    /// `Authorization: Bearer <value>`.
    Bearer,
    /// The named header, with the value as it is.
    Header(String),
    /// The named parameter of the query string, percent-encoded.
    Query(String),
    /// `Authorization: Basic <base64 of value>`, the value being `user:password`.
    Basic,
    /// Not on the request: the service asks for none.
    Nowhere,
}

/// A leased credential and where it goes.
#[derive(Clone)]
pub struct Credential {
    placement: Placement,
    value: Arc<SecretString>,
    expires_at: Option<SystemTime>,
}

impl Credential {
    /// A credential of `value`, to be placed at `placement`.
    pub fn new(placement: Placement, value: SecretString) -> Self {
        Self::shared(placement, Arc::new(value))
    }

    pub(crate) fn shared(placement: Placement, value: Arc<SecretString>) -> Self {
        Self {
            placement,
            value,
            expires_at: None,
        }
    }

    /// The same, known to be good for nothing from `moment` on.
    #[must_use]
    pub fn expiring_at(mut self, moment: SystemTime) -> Self {
        self.expires_at = Some(moment);
        self
    }

    /// From when on it is good for nothing; nothing where that is not known.
    pub fn expires_at(&self) -> Option<SystemTime> {
        self.expires_at
    }

    /// Where it goes.
    pub fn placement(&self) -> &Placement {
        &self.placement
    }

    /// The secret value itself; egress alone should need it.
    pub fn value(&self) -> &SecretString {
        &self.value
    }

    /// Whether `other` is the very same secret (the placement does not matter).
    pub fn is_same_secret(&self, other: &Credential) -> bool {
        Arc::ptr_eq(&self.value, &other.value)
            || self.value.expose_secret() == other.value.expose_secret()
    }
}

impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credential")
            .field("placement", &self.placement)
            .finish_non_exhaustive()
    }
}
