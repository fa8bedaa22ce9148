//! A source over an OAuth grant. Auth layer: the thin end, which turns tokens into credentials.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use secrecy::SecretString;

use super::CredentialSource;
use crate::cache::{Order, TokenEntry, TokenKey, Tokens};
use crate::credential::{Credential, Placement};
use crate::error::AuthError;
use crate::grant::Grant;
use crate::transport::TokenTransport;

/// Leases access tokens, got with a grant and cached for all who use the same connection.
pub struct OauthSource {
    entry: Arc<TokenEntry>,
    order: Order,
    placement: Placement,
}

impl OauthSource {
    /// A source of tokens for the connection `key`, which are asked for with `grant` through
    /// `transport` and placed at `placement`.
    pub fn new(
        tokens: Arc<Tokens>,
        key: TokenKey,
        grant: impl Grant + 'static,
        placement: Placement,
        transport: Arc<dyn TokenTransport>,
    ) -> Self {
        Self {
            entry: tokens.entry(&key),
            order: Order {
                fingerprint: grant.fingerprint(),
                grant: Arc::new(grant),
                transport,
            },
            placement,
        }
    }
}

#[async_trait]
impl CredentialSource for OauthSource {
    async fn lease(&self) -> Result<Credential, AuthError> {
        let token = self.entry.lease(&self.order).await?;
        Ok(token.into_credential(self.placement.clone()))
    }

    async fn renew(&self, refused: &Credential) -> Result<Credential, AuthError> {
        let token = self.entry.renew(&self.order, refused.value()).await?;
        Ok(token.into_credential(self.placement.clone()))
    }

    fn secrets(&self) -> Vec<SecretString> {
        let mut secrets = self.order.grant.secrets();
        secrets.extend(self.entry.forerunners());
        secrets
    }
}

impl fmt::Debug for OauthSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OauthSource")
            .field("placement", &self.placement)
            .finish_non_exhaustive()
    }
}
