//! An installed connector. Store layer: the component's bytes lie beside the store, by digest.

use serde::Serialize;
use time::OffsetDateTime;

use crate::ids::{ConnectorName, Digest, TenantId};

/// A connector that a tenant has installed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Connector {
    /// Whose it is.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: ConnectorName,
    /// The version that the component states about itself.
    pub version: String,
    /// The title that the component states about itself.
    pub title: String,
    /// Which component it is, whatever it states.
    pub digest: Digest,
    /// When it was installed or last replaced.
    #[serde(with = "time::serde::rfc3339")]
    pub added_at: OffsetDateTime,
}
