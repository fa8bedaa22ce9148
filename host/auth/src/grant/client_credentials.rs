//! The client credentials grant (RFC 6749 §4.4): an application signs in as itself.
//!
//! Auth layer. There is never a refresh token: when the access token runs out, the same question
//! is asked again.

use async_trait::async_trait;
use oauth2::{AuthType, ClientId, ClientSecret, Scope, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use url::Url;

use super::{Fingerprint, Grant, Issued};
use crate::answer::{self, Asked};
use crate::error::AuthError;
use crate::transport::TokenTransport;

/// An application's identity at an authority.
#[derive(Debug, Clone)]
pub struct ClientCredentials {
    /// The authority's token endpoint.
    pub token_url: Url,
    /// What access is asked for; Entra wants exactly one `…/.default`.
    pub scopes: Vec<String>,
    /// The application's id.
    pub client_id: SecretString,
    /// The application's secret.
    pub client_secret: SecretString,
}

#[async_trait]
impl Grant for ClientCredentials {
    fn fingerprint(&self) -> Fingerprint {
        let fixed = [
            "client-credentials",
            self.token_url.as_str(),
            self.client_id.expose_secret(),
            self.client_secret.expose_secret(),
        ];
        Fingerprint::of(
            fixed
                .into_iter()
                .chain(self.scopes.iter().map(String::as_str))
                .map(str::as_bytes),
        )
    }

    fn secrets(&self) -> Vec<SecretString> {
        vec![self.client_secret.clone()]
    }

    async fn exchange(
        &self,
        transport: &dyn TokenTransport,
        now: OffsetDateTime,
    ) -> Result<Issued, AuthError> {
        let asked = Asked::new(
            &self.token_url,
            &self.scopes,
            &[&self.client_id, &self.client_secret],
        )?;
        let client = answer::Client::new(ClientId::new(self.client_id.expose_secret().to_owned()))
            .set_client_secret(ClientSecret::new(
                self.client_secret.expose_secret().to_owned(),
            ))
            .set_token_uri(TokenUrl::from_url(self.token_url.clone()))
            // Entra takes both; in the body nothing has to be encoded twice, where authorities
            // differ in how they read it.
            .set_auth_type(AuthType::RequestBody);
        let http = answer::Http::new(transport, now);
        let response = client
            .exchange_client_credentials()
            .add_scopes(self.scopes.iter().cloned().map(Scope::new))
            .request_async(&http)
            .await;
        match response {
            Ok(answer) => answer.issued(&asked),
            Err(error) => Err(answer::explain(&asked, error)),
        }
    }
}
