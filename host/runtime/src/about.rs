//! What a connector says of itself, in the host's own types.
//!
//! The manifest crosses the sandbox once per component; everything above (command line, API, docs)
//! reads these types and never the generated bindings, so a new contract version changes one
//! conversion and nothing else.

use serde::Serialize;
use serde_json::Value;

/// A connector's whole manifest.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct About {
    /// The connector's own name, such as `dynamics`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// The connector's version (semver).
    pub version: String,
    /// One paragraph for people.
    pub description: String,
    /// The ways to connect.
    pub connections: Vec<ConnectionKind>,
    /// What it can do.
    pub actions: Vec<Action>,
    /// What it can watch for.
    pub triggers: Vec<Trigger>,
}

impl About {
    /// The action called `name`, by its own name or by one that callers of older systems know.
    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions
            .iter()
            .find(|action| action.name == name)
            .or_else(|| {
                self.actions.iter().find(|action| {
                    action
                        .aliases
                        .iter()
                        .any(|alias| alias.eq_ignore_ascii_case(name))
                })
            })
            // Which system's operation is meant is said in any case as well.
            .or_else(|| {
                self.actions.iter().find(|action| {
                    action.dialect.is_some() && action.name.eq_ignore_ascii_case(name)
                })
            })
    }

    /// The actions of the connector's own, or the operations of one other system.
    pub fn actions_of<'a>(&'a self, system: Option<&'a str>) -> impl Iterator<Item = &'a Action> {
        let of = move |action: &&Action| {
            let dialect = action.dialect.as_ref();
            dialect.map(|dialect| dialect.system.as_str()) == system
        };
        self.actions.iter().filter(of)
    }

    /// The systems whose operations stand for actions, each once.
    pub fn systems(&self) -> Vec<&str> {
        let mut systems: Vec<&str> = Vec::new();
        for dialect in self.actions.iter().filter_map(|one| one.dialect.as_ref()) {
            if !systems.contains(&dialect.system.as_str()) {
                systems.push(&dialect.system);
            }
        }
        systems
    }

    /// The trigger called `name`, by its own name or by one that callers of older systems know.
    pub fn trigger(&self, name: &str) -> Option<&Trigger> {
        let by_name = self.triggers.iter().find(|trigger| trigger.name == name);
        by_name.or_else(|| {
            self.triggers.iter().find(|trigger| {
                let mut aliases = trigger.aliases.iter();
                aliases.any(|alias| alias.eq_ignore_ascii_case(name))
            })
        })
    }

    /// The connection kind called `name`.
    pub fn connection_kind(&self, name: &str) -> Option<&ConnectionKind> {
        self.connections.iter().find(|kind| kind.name == name)
    }
}

/// How the host obtains a credential for a kind of connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grant {
    /// OAuth 2.0 client credentials (RFC 6749 §4.4).
    ClientCredentials,
    /// OAuth 2.0 authorization code (RFC 6749 §4.1).
    AuthorizationCode,
    /// OAuth 2.0 device authorization (RFC 8628).
    DeviceCode,
    /// A fixed key.
    ApiKey,
    /// HTTP basic authentication.
    Basic,
    /// No credential at all.
    None,
}

impl Grant {
    /// Whether this host can obtain a credential that way. A connector may declare what hosts learn later.
    pub fn is_served(self) -> bool {
        match self {
            Self::ClientCredentials | Self::AuthorizationCode | Self::DeviceCode | Self::None => {
                true
            }
            Self::ApiKey | Self::Basic => false,
        }
    }
}

/// Where the host puts the credential of an outgoing request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Placement {
    /// `Authorization: Bearer …`.
    Bearer,
    /// A header of this name.
    Header(String),
    /// A query parameter of this name.
    Query(String),
    /// `Authorization: Basic …`.
    Basic,
    /// Nowhere.
    Nowhere,
}

/// OAuth endpoints, as templates over the connection's settings.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Oauth {
    /// Token endpoint.
    pub token_url: String,
    /// Authorization endpoint, for grants that have one.
    pub authorize_url: Option<String>,
    /// Device authorization endpoint, for grants that have one.
    pub device_url: Option<String>,
    /// Scopes to ask for.
    pub scopes: Vec<String>,
}

/// One way to connect.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ConnectionKind {
    /// Its name, such as `client-credentials`.
    pub name: String,
    /// Name for people.
    pub title: String,
    /// What a person needs to know before choosing it.
    pub description: String,
    /// How the credential is obtained.
    pub grant: Grant,
    /// OAuth endpoints, for the grants that use OAuth.
    pub oauth: Option<Oauth>,
    /// Where the credential goes.
    pub placement: Placement,
    /// `host[:port]` templates: all that the connector may reach.
    pub hosts: Vec<String>,
    /// JSON Schema of what the connector itself reads.
    pub settings: Value,
    /// JSON Schema of what only the host keeps.
    pub secrets: Value,
}

/// What a host may rely on when it runs an action.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Traits {
    /// Changes nothing in the service.
    pub read_only: bool,
    /// Twice with one idempotency key equals once.
    pub idempotent: bool,
    /// Removes or overwrites data.
    pub destructive: bool,
    /// Runs through `pipe` as well as through `invoke`.
    pub pipes: bool,
    /// Kept for old callers only.
    pub deprecated: bool,
}

/// Whose words an operation speaks that stands for an action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Dialect {
    /// The system that people know the operation from, such as `power-automate`.
    pub system: String,
    /// What that system calls it.
    pub operation: String,
    /// The name of the action that it stands for.
    pub stands_for: String,
}

/// One action.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Action {
    /// Its name, such as `list-rows`.
    pub name: String,
    /// Other names that callers of older systems know it by.
    pub aliases: Vec<String>,
    /// Name for people.
    pub title: String,
    /// What it does.
    pub description: String,
    /// Heading under which a person would look for it.
    pub group: String,
    /// JSON Schema of its input.
    pub input: Value,
    /// JSON Schema of its output.
    pub output: Value,
    /// What a host may rely on.
    pub traits: Traits,
    /// Set where it is another system's operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<Dialect>,
}

/// One trigger.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Trigger {
    /// Its name.
    pub name: String,
    /// Other names that callers of older systems know it by.
    pub aliases: Vec<String>,
    /// Name for people.
    pub title: String,
    /// What it watches for.
    pub description: String,
    /// Whether the host asks (`polling`) or the service calls (`webhook`).
    pub delivery: Delivery,
    /// JSON Schema of its configuration.
    pub config: Value,
    /// JSON Schema of an event's payload.
    pub payload: Value,
    /// How often a polling host asks unless told otherwise, in milliseconds.
    pub default_interval_ms: Option<u64>,
}

/// Who speaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Delivery {
    /// The host asks at an interval.
    Polling,
    /// The service calls the host.
    Webhook,
}

/// One entry of a drop-down.
#[derive(Clone, Debug, Serialize)]
pub struct Choice {
    /// What goes into the input.
    pub value: Value,
    /// What a person reads.
    pub label: String,
}
