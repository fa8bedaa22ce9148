//! What one connection may do on its way out. Policy layer: plain data, judged by
//! [`stages::policy`](crate::stages::policy).

use airlock_store::{ConnectionId, TenantId};
use http::Method;
use serde::Serialize;

use crate::host_pattern::HostPattern;

/// What the requests of a lane are for. A token request never carries a leased credential.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Purpose {
    /// Requests of the connector to its service.
    Api,
    /// Requests of the host to the authority that gives out tokens.
    Token,
}

/// Whose lane it is: nothing is shared between two that differ in any part.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct LaneId {
    /// The tenant.
    pub tenant: TenantId,
    /// The tenant's connection.
    pub connection: ConnectionId,
    /// What the requests are for.
    pub purpose: Purpose,
}

/// What a lane permits; everything else is denied.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LanePolicy {
    /// The connection's name, for messages.
    pub connection: String,
    /// Hosts that requests may go to. Empty: none.
    pub hosts: Vec<HostPattern>,
    /// Hosts that the credential may go to, out of `hosts`.
    pub credential_hosts: Vec<HostPattern>,
    /// Methods that are permitted; every one (but CONNECT and TRACE) when empty.
    pub methods: Vec<Method>,
    /// Beginnings of permitted paths, matched on whole segments; every path when empty.
    pub path_prefixes: Vec<String>,
}

impl LanePolicy {
    /// Lets requests, and the credential, go to `hosts`, with any method and path.
    pub fn new(connection: impl Into<String>, hosts: Vec<HostPattern>) -> Self {
        Self {
            connection: connection.into(),
            credential_hosts: hosts.clone(),
            hosts,
            methods: Vec::new(),
            path_prefixes: Vec::new(),
        }
    }
}
