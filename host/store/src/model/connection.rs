//! A connection: a connector, pointed at one service under one identity.
//!
//! Store layer. What the service is (settings, hosts) is sealed at rest like the secrets are;
//! only names are not.

use std::collections::BTreeMap;

use secrecy::SecretString;
use serde::Serialize;
use time::OffsetDateTime;

use crate::ids::{ConnectionId, ConnectionName, ConnectorName, TenantId};

/// The secrets of a connection, by the names that the connector's schema gives them.
pub type Secrets = BTreeMap<String, SecretString>;

/// A connection, without its secrets.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Connection {
    /// Its identity.
    pub id: ConnectionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: ConnectionName,
    /// The connector it belongs to.
    pub connector: ConnectorName,
    /// Which of the connector's kinds of connection it is, such as `client-credentials`.
    pub kind: String,
    /// The settings that the connector's schema asks for; no secrets.
    pub settings: serde_json::Value,
    /// Hosts (patterns) that its requests may go to, and where its secrets may, as the runtime writes it.
    pub allowed_hosts: Vec<String>,
    /// When it was added.
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// When it, or its secrets, last changed.
    #[serde(with = "time::serde::rfc3339")]
    pub updated_at: OffsetDateTime,
}
