//! An application that people sign in to.
//!
//! Auth layer. What every flow and every renewal of a sign-in asks with.

use oauth2::{AuthType, ClientId, ClientSecret, TokenUrl};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::answer::{self, Asked};
use crate::error::AuthError;
use crate::grant::Fingerprint;

/// An application as its authority knows it, and what it asks people for.
#[derive(Debug, Clone)]
pub struct Application {
    /// The authority's token endpoint.
    pub token_url: Url,
    /// What access is asked for.
    pub scopes: Vec<String>,
    /// The application's id.
    pub client_id: SecretString,
    /// The application's secret; a public client, which runs at a person's own terminal, has none.
    pub client_secret: Option<SecretString>,
}

impl Application {
    /// A request of this application, made with `others` too, for messages.
    pub(crate) fn asked<'a>(&'a self, others: &[&'a SecretString]) -> Result<Asked<'a>, AuthError> {
        let own = self.client_secret.iter().chain([&self.client_id]);
        let secrets: Vec<&SecretString> = own.chain(others.iter().copied()).collect();
        Asked::new(&self.token_url, &self.scopes, &secrets)
    }

    /// The `oauth2` crate's client.
    pub(crate) fn client(&self) -> answer::TokenClient {
        let client = answer::Client::new(ClientId::new(self.client_id.expose_secret().to_owned()))
            .set_token_uri(TokenUrl::from_url(self.token_url.clone()))
            // Entra takes both; in the body nothing has to be encoded twice, where authorities
            // differ in how they read it.
            .set_auth_type(AuthType::RequestBody);
        match &self.client_secret {
            Some(secret) => {
                client.set_client_secret(ClientSecret::new(secret.expose_secret().to_owned()))
            }
            None => client,
        }
    }

    /// Where a refresh token of this application may be sent, and as whom: nothing else is bound to
    /// it, so that a new secret or another scope leaves a sign-in as it is.
    pub(crate) fn home(&self) -> Fingerprint {
        Fingerprint::of([
            b"home".as_slice(),
            self.token_url.as_str().as_bytes(),
            self.client_id.expose_secret().as_bytes(),
        ])
    }
}
