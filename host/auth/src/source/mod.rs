//! Sources of credentials, as egress sees them. Auth layer.

mod fixed;
mod oauth;

use async_trait::async_trait;
use secrecy::SecretString;

use crate::credential::Credential;
use crate::error::AuthError;

pub use fixed::FixedSource;
pub use oauth::OauthSource;

/// Where the credential for one connection comes from.
#[async_trait]
pub trait CredentialSource: Send + Sync {
    /// A credential that is good as far as is known.
    async fn lease(&self) -> Result<Credential, AuthError>;

    /// Another credential, after the service answered 401 to `refused`. Asks the authority only
    /// if `refused` is still the one in use, so that many calls refused at once cause one request.
    async fn renew(&self, refused: &Credential) -> Result<Credential, AuthError>;

    /// What else may not come in with an answer of the service: what the credential was got with, and
    /// forerunners of it. Asked for again with each new credential.
    fn secrets(&self) -> Vec<SecretString> {
        Vec::new()
    }
}
