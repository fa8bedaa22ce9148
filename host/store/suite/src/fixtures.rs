//! What the behaviours are told about.

use airlock_store::{Connection, ConnectionId, Connector, Digest, Secrets, Store, TenantId};
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use time::macros::datetime;

/// A tenant.
pub fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

/// A connector of a tenant.
pub fn connector(tenant: &TenantId, name: &str) -> Connector {
    Connector {
        tenant: tenant.clone(),
        name: name.parse().unwrap(),
        version: "0.1.0".into(),
        title: "Dynamics 365".into(),
        digest: Digest::of(name.as_bytes()),
        added_at: datetime!(2026-11-21 08:00 UTC),
    }
}

/// A connection of a tenant over its connector `dynamics`.
pub fn connection(tenant: &TenantId, name: &str) -> Connection {
    Connection {
        id: ConnectionId::random(),
        tenant: tenant.clone(),
        name: name.parse().unwrap(),
        connector: "dynamics".parse().unwrap(),
        kind: "client-credentials".into(),
        settings: json!({ "url": "https://contoso.crm.dynamics.com" }),
        allowed_hosts: vec!["contoso.crm.dynamics.com".into()],
        created_at: datetime!(2026-11-21 08:00 UTC),
        updated_at: datetime!(2026-11-21 08:00 UTC),
    }
}

/// Secrets by name.
pub fn secrets(pairs: &[(&str, &str)]) -> Secrets {
    pairs
        .iter()
        .map(|&(name, value)| (name.to_owned(), SecretString::from(value)))
        .collect()
}

/// Secrets as they can be compared.
pub fn exposed(secrets: &Secrets) -> Vec<(&str, &str)> {
    secrets
        .iter()
        .map(|(name, value)| (name.as_str(), value.expose_secret()))
        .collect()
}

/// Adds the connector `dynamics` and a connection over it with one secret.
pub async fn add(
    store: &(impl Store + ?Sized),
    tenant: &TenantId,
    name: &str,
    secret: &str,
) -> Connection {
    store
        .put_connector(&connector(tenant, "dynamics"))
        .await
        .unwrap();
    let connection = connection(tenant, name);
    store
        .create_connection(&connection, &secrets(&[("client-secret", secret)]))
        .await
        .unwrap();
    connection
}
