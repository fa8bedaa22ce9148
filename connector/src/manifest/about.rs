//! The manifest's types: the contract's `about` in plain Rust, so that the domain needs no
//! generated bindings.

use serde_json::Value;

/// Everything that the connector says of itself.
#[derive(Clone, Debug)]
pub struct About {
    /// The connector's own name.
    pub name: &'static str,
    /// Name for people.
    pub title: &'static str,
    /// Semantic version of the connector.
    pub version: &'static str,
    /// One paragraph for people.
    pub description: &'static str,
    /// The ways to connect.
    pub connections: Vec<ConnectionKind>,
    /// What it can do.
    pub actions: Vec<Action>,
    /// What it can watch for.
    pub triggers: Vec<Trigger>,
}

/// How the host obtains a credential. Only the grants that this connector uses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grant {
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.1, with PKCE.
    AuthorizationCode,
    /// RFC 8628.
    DeviceCode,
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

/// One way to connect. The credential always goes out as a bearer token.
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
    /// Where it is obtained.
    pub oauth: Oauth,
    /// `host[:port]` templates of all that the connector may reach.
    pub hosts: Vec<&'static str>,
    /// JSON Schema of what the connector reads.
    pub settings: Value,
    /// JSON Schema of what only the host keeps.
    pub secrets: Value,
}

/// What a host may rely on when it runs an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Traits {
    /// Changes nothing in the service.
    pub read_only: bool,
    /// Twice with one idempotency key equals once.
    pub idempotent: bool,
    /// Removes or overwrites data.
    pub destructive: bool,
    /// Runs through `pipe` as well as through `invoke`.
    pub pipes: bool,
}

/// What an action is called and said to do; its types say the rest.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    /// Its name, such as `list-rows`.
    pub name: &'static str,
    /// Other names that callers of older systems know it by.
    pub aliases: &'static [&'static str],
    /// Name for people.
    pub title: &'static str,
    /// What it does, for people.
    pub description: &'static str,
    /// Heading under which a person would look for it.
    pub group: &'static str,
    /// What a host may rely on.
    pub traits: Traits,
}

/// One action with its schemas.
#[derive(Clone, Debug)]
pub struct Action {
    /// Names and texts.
    pub declaration: Declaration,
    /// JSON Schema of its input.
    pub input: Value,
    /// JSON Schema of its output.
    pub output: Value,
}

/// One trigger. There are none yet: the type has no values until the first is written.
#[derive(Clone, Copy, Debug)]
pub enum Trigger {}
