//! From settings to the state that all requests share: schema, rows, seeds, authority.

use std::net::SocketAddr;

use serde_json::json;
use uuid::Uuid;

use super::builder::SimBuilder;
use super::running::StartError;
use super::state::{Addresses, State};
use crate::control::RequestLog;
use crate::organisation::Organisation;
use crate::rows::RowStore;
use crate::schema::standard;
use crate::seed::write_base;
use crate::token::{Authority, Signer, Tenant};

/// Credentials of the first application.
pub(super) struct Development {
    pub(super) tenant: Uuid,
    pub(super) client_id: Uuid,
    pub(super) client_secret: String,
}

pub(super) fn addresses(builder: &SimBuilder, address: SocketAddr) -> Addresses {
    let mut hosts = builder.hosts.clone();
    let own = if address.ip().is_unspecified() {
        "127.0.0.1".to_owned()
    } else {
        address.ip().to_string()
    };
    let own = if own.contains(':') {
        format!("[{own}]")
    } else {
        own
    };
    hosts.push(own);
    hosts.push("localhost".to_owned());
    Addresses {
        scheme: if builder.is_tls { "https" } else { "http" },
        port: address.port(),
        hosts,
    }
}

pub(super) fn state(
    builder: SimBuilder,
    addresses: Addresses,
) -> Result<(State, Development), StartError> {
    let mut parts = standard()?;
    for change in builder.schema_changes {
        change(&mut parts);
    }
    let identity = builder.identity;
    let (rows, schema) = RowStore::open_with_schema(&builder.storage, parts, false)?;
    let now = builder.clock.now();
    let users = builder.applications.iter().filter(|known| known.is_user);
    let users: Vec<_> = users.map(|known| known.registration.clone()).collect();
    let is_new = rows.count(&schema, "organization")? == 0;
    let owner = write_base(&rows, &schema, &identity, &users, now)?;
    if is_new {
        for seed in &builder.seeds {
            seed.write(&rows, &schema, &identity, owner, now)?;
        }
    }
    let registrations: Vec<_> = builder
        .applications
        .into_iter()
        .map(|known| known.registration)
        .collect();
    let first = registrations.first();
    let development = Development {
        tenant: identity.tenant_id,
        client_id: first.map_or(Uuid::nil(), |application| application.client_id),
        client_secret: first
            .and_then(|application| application.secrets.first())
            .map(|secret| secret.value.clone())
            .unwrap_or_default(),
    };
    let tenant = Tenant {
        id: identity.tenant_id,
        name: identity.friendly_name.clone(),
        domains: builder.domains,
        applications: registrations,
    };
    let mut authority = Authority::new(vec![tenant]);
    if let Some(seconds) = builder.token_seconds {
        authority.token_seconds = seconds;
    }
    let state = State {
        organisation: Organisation::new(identity, schema, rows, builder.clock),
        authority,
        signer: Signer::development()?,
        authenticator: Default::default(),
        faults: Default::default(),
        log: RequestLog::new(builder.log_capacity),
        environment: environment(&addresses, &development),
        addresses,
        ids: Default::default(),
    };
    for rule in builder.faults {
        state.faults.add(rule);
    }
    Ok((state, development))
}

/// What a client needs to know, as `GET /sim/environment` tells it.
fn environment(addresses: &Addresses, development: &Development) -> serde_json::Value {
    let base = addresses.base_url();
    let Development {
        tenant,
        client_id,
        client_secret,
    } = development;
    json!({
        "url": base,
        "web-api-url": format!("{base}/api/data/v9.2/"),
        "token-url": format!("{base}/{tenant}/oauth2/v2.0/token"),
        "scope": format!("{base}/.default"),
        "tenant-id": tenant,
        "client-id": client_id,
        "client-secret": client_secret,
    })
}
