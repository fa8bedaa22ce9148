//! The ways to connect.

use serde_json::Value;

/// How the host obtains a credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.1, with PKCE.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
    /// A key that a person was given.
    ApiKey,
    /// A user's name and password.
    Basic,
    /// There is none.
    None,
}

/// OAuth 2.0 endpoints; every text is a template over the settings.
#[derive(Clone, Debug)]
pub struct Oauth {
    /// Token endpoint.
    pub token_url: &'static str,
    /// Authorization endpoint, for grants that have one.
    pub authorize_url: Option<&'static str>,
    /// Device authorization endpoint, for grants that have one.
    pub device_url: Option<&'static str>,
    /// Scopes to ask for.
    pub scopes: Vec<&'static str>,
}

/// Where the host puts the credential of an outgoing request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placement {
    /// As a bearer token.
    Bearer,
    /// In a header field of this name.
    Header(&'static str),
    /// In a parameter of the URL.
    Query(&'static str),
    /// As HTTP's basic authentication.
    Basic,
    /// Nowhere: there is none.
    Nowhere,
}

/// One way to connect.
#[derive(Clone, Debug)]
pub struct ConnectionKind {
    /// Its name, such as `client-credentials`.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// What a person needs to do and to know before choosing it.
    pub description: &'static str,
    /// How the credential is obtained.
    pub grant: Grant,
    /// Where it is obtained, for grants of OAuth 2.0.
    pub oauth: Option<Oauth>,
    /// Where it goes.
    pub placement: Placement,
    /// `host[:port]` templates of all that the connector may reach.
    pub hosts: Vec<&'static str>,
    /// JSON Schema of what the connector reads.
    pub settings: Value,
    /// JSON Schema of what only the host keeps.
    pub secrets: Value,
}
