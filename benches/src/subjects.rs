//! What is compared with the native clients: the same GET through the component.

use crate::server::Server;
use airlock_runtime::egress::{EgressConfig, HostPattern};
use airlock_runtime::{Call, Config, Host, HostOptions, Isolation, NewConnection};
use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;

/// A host whose connections may reach one loopback service, `127.0.0.1:PORT`.
pub(crate) async fn host(data: &Path, authority: &str, isolation: Isolation) -> Result<Host> {
    let mut config = Config {
        data_dir: Some(data.to_owned()),
        ..Config::default()
    };
    config.runtime.isolation = isolation;
    config.runtime.max_instances = 512;
    config.budgets.tenant_calls = 4_096;
    config.budgets.tenant_instances = 512;
    config.budgets.tenant_memory_bytes = 8 << 30;
    config.egress = egress_config(authority)?;
    Ok(Host::open(config, HostOptions::new()).await?)
}

/// Egress that may reach one loopback service, as often as the depths ask for.
pub(crate) fn egress_config(authority: &str) -> Result<EgressConfig> {
    Ok(EgressConfig {
        allow_loopback: true,
        allow_plain_http: vec![HostPattern::parse(authority)?],
        max_in_flight_per_connection: 1_024,
        idle_connections_per_host: 512,
        ..EgressConfig::default()
    })
}

pub(crate) async fn connect(
    host: &Host,
    server: &Server,
    connector: &str,
    name: &str,
) -> Result<()> {
    host.add_connection(NewConnection {
        tenant: "default".parse()?,
        name: name.parse()?,
        connector: connector.parse()?,
        kind: "client-credentials".to_owned(),
        settings: json!({
            "web-api-url": server.origin(),
            "token-url": format!("{}/token", server.origin()),
        }),
        secrets: [
            ("client-id".to_owned(), "bench".into()),
            ("client-secret".to_owned(), "bench-secret".into()),
        ]
        .into(),
        allowed_hosts: Vec::new(),
    })
    .await
    .map(drop)
    .with_context(|| format!("adding connection {name}"))
}

/// Every subject parses what it got and looks at the same value.
pub(crate) fn check(page: &Value) -> Result<()> {
    let name = page
        .pointer("/value/0/name")
        .or(page.pointer("/rows/0/name"));
    ensure!(name.is_some(), "not the page: {page}");
    Ok(())
}

/// The same GET as the native clients', as an action: one page is one request.
pub(crate) fn call(connection: &str, server: &Server, path: &str) -> Result<Call> {
    Ok(Call {
        tenant: "default".parse()?,
        connection: connection.parse()?,
        action: "list-rows".to_owned(),
        input: json!({ "table": "account", "next-page": format!("{}{path}", server.origin()) }),
        idempotency_key: None,
        deadline: None,
        progress: None,
    })
}

pub(crate) async fn component_call(host: &Host, call: &Call) -> Result<()> {
    check(&host.invoke(call).await?.output.json().await?)
}

/// Adds a connector once; several hosts may share the data folder.
pub(crate) async fn install(host: &Host, name: &str, component: &Path) -> Result<()> {
    let wasm = std::fs::read(component)
        .with_context(|| format!("{}: make bench builds it", component.display()))?;
    host.add_connector(&"default".parse()?, Some(name.parse()?), wasm)
        .await?;
    Ok(())
}

pub(crate) type Shared = Arc<Host>;
