//! The client credentials grant (RFC 6749 §4.4): an application signs in as itself.
//!
//! Auth layer.

use secrecy::SecretString;
use url::Url;

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
