//! A source over a secret that does not change, such as an API key. Auth layer.

use async_trait::async_trait;

use super::CredentialSource;
use crate::credential::Credential;
use crate::error::AuthError;

/// Always the same credential.
#[derive(Debug, Clone)]
pub struct FixedSource {
    credential: Credential,
}

impl FixedSource {
    /// A source of `credential`.
    pub fn new(credential: Credential) -> Self {
        Self { credential }
    }
}

#[async_trait]
impl CredentialSource for FixedSource {
    async fn lease(&self) -> Result<Credential, AuthError> {
        Ok(self.credential.clone())
    }

    async fn renew(&self, _refused: &Credential) -> Result<Credential, AuthError> {
        Err(AuthError::Refused {
            code: None,
            message: "the service refused the secret of this connection".into(),
            advice: "it may be wrong, revoked or expired: give the connection a new one".into(),
        })
    }
}
