//! Application registrations: how an application proves itself and where its users may be sent back to.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use uuid::Uuid;

use super::certificate::Certificate;

/// An application registration.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Application {
    /// Client id.
    pub client_id: Uuid,
    /// Object id of its service principal.
    pub object_id: Uuid,
    /// Name for people.
    pub name: String,
    /// Its secrets; any of them works.
    #[serde(default)]
    pub secrets: Vec<ClientSecret>,
    /// Its certificates; any of them works.
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    /// Where users may be sent back to. A loopback address stands for all its ports, as in Entra.
    #[serde(default)]
    pub redirect_uris: Vec<String>,
    /// Whether it can keep no secret: it signs people in without proving itself.
    #[serde(default)]
    pub is_public: bool,
    /// Whether it may sign in.
    pub is_enabled: bool,
    /// Whether an administrator consented for everybody, so that nobody is asked.
    #[serde(default)]
    pub is_consented: bool,
    /// Whether each client assertion (by its `jti`) works once. Entra takes one again and again until it expires, and
    /// Microsoft's libraries count on that.
    #[serde(default)]
    pub single_use_assertions: bool,
    /// Whether each refresh token works once, and the whole sign-in is revoked when one comes again (RFC 9700 §4.14.2).
    /// Entra leaves the old one good, and so hides it when a client keeps the wrong one.
    #[serde(default)]
    pub single_use_refresh_tokens: bool,
}

/// Object id of an application's service principal, unless its registration says otherwise.
pub fn service_principal(client_id: Uuid) -> Uuid {
    Uuid::new_v5(&client_id, b"service principal")
}

/// A client secret.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct ClientSecret {
    /// The secret itself.
    pub value: String,
    /// When it stops working.
    #[serde(default, with = "time::serde::rfc3339::option")]
    pub expires: Option<OffsetDateTime>,
}

impl std::fmt::Debug for ClientSecret {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ClientSecret")
            .field("expires", &self.expires)
            .finish_non_exhaustive()
    }
}

impl Application {
    /// An enabled application that cannot prove itself yet.
    pub fn new(name: &str, client_id: Uuid) -> Self {
        Self {
            client_id,
            object_id: service_principal(client_id),
            name: name.to_owned(),
            secrets: Vec::new(),
            certificates: Vec::new(),
            redirect_uris: Vec::new(),
            is_public: false,
            is_enabled: true,
            is_consented: false,
            single_use_assertions: false,
            single_use_refresh_tokens: false,
        }
    }

    /// With one more lasting secret.
    #[must_use]
    pub fn secret(mut self, value: &str) -> Self {
        self.secrets.push(ClientSecret {
            value: value.to_owned(),
            expires: None,
        });
        self
    }

    /// With one more redirect URI.
    #[must_use]
    pub fn redirect_uri(mut self, uri: &str) -> Self {
        self.redirect_uris.push(uri.to_owned());
        self
    }

    /// As an application that keeps no secret and asks nobody for consent, as Microsoft's own.
    #[must_use]
    pub fn public(mut self) -> Self {
        self.is_public = true;
        self.is_consented = true;
        self
    }

    /// As an application whose refresh tokens work once.
    #[must_use]
    pub fn with_single_use_refresh_tokens(mut self) -> Self {
        self.single_use_refresh_tokens = true;
        self
    }

    /// The address under which other applications ask for tokens to it.
    pub fn id_uri(&self) -> String {
        format!("api://{}", self.client_id)
    }
}
