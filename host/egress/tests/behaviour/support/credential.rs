//! A source of credentials that counts how often it is asked.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use airlock_auth::{AuthError, Credential, CredentialSource, Placement};
use async_trait::async_trait;

/// Gives out `token-0000`, and the next number after each renewal.
pub(crate) struct Counting {
    pub(crate) leases: AtomicUsize,
    pub(crate) renewals: AtomicUsize,
    current: Mutex<usize>,
    placement: Placement,
    failure: Option<AuthError>,
}

impl Counting {
    pub(crate) fn bearer() -> Self {
        Self::placed(Placement::Bearer)
    }

    pub(crate) fn placed(placement: Placement) -> Self {
        Self {
            leases: AtomicUsize::new(0),
            renewals: AtomicUsize::new(0),
            current: Mutex::new(0),
            placement,
            failure: None,
        }
    }

    pub(crate) fn failing(failure: AuthError) -> Self {
        Self {
            failure: Some(failure),
            ..Self::bearer()
        }
    }

    pub(crate) fn leases(&self) -> usize {
        self.leases.load(Ordering::SeqCst)
    }

    pub(crate) fn renewals(&self) -> usize {
        self.renewals.load(Ordering::SeqCst)
    }

    fn credential(&self, number: usize) -> Credential {
        Credential::new(self.placement.clone(), token(number).into())
    }
}

/// The token of that number.
pub(crate) fn token(number: usize) -> String {
    format!("token-{number:04}-c2VjcmV0")
}

#[async_trait]
impl CredentialSource for Counting {
    async fn lease(&self) -> Result<Credential, AuthError> {
        self.leases.fetch_add(1, Ordering::SeqCst);
        match &self.failure {
            Some(failure) => Err(failure.clone()),
            None => Ok(self.credential(*self.current.lock().unwrap())),
        }
    }

    async fn renew(&self, refused: &Credential) -> Result<Credential, AuthError> {
        let mut current = self.current.lock().unwrap();
        if self.credential(*current).is_same_secret(refused) {
            self.renewals.fetch_add(1, Ordering::SeqCst);
            *current += 1;
        }
        Ok(self.credential(*current))
    }
}
