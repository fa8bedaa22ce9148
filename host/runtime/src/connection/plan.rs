//! What a connection may do: where it may go, which credential goes along and how that is had. Decided
//! before anything is done: a plan is made of what is known and touches nothing, so a connection is
//! checked by making one; [`Plan::open`] makes the lanes.
//!
//! The grant is the manifest's hosts, filled from the settings, as far as a person named them, plus
//! what the operator allowed; the credential goes to the manifest's hosts alone.

use super::consent::{self, Consent};
use super::oauth::{SignInPlan, TokenWay, no_token_url, scopes, secret, token_url, trimmed};
use super::settings::with_defaults;
use super::template::fill;
use crate::about::{ConnectionKind, Grant, Placement};
use crate::error::{ConnectionFault, HostError};
use airlock_auth::{
    Application, ClientCredentials, CredentialSource, OauthSource, RefreshToken, TokenKey, Tokens,
};
use airlock_egress::{Egress, HostPattern, Lane, LaneId, LanePolicy, Purpose};
use airlock_store::{Connection, Secrets};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A connection, ready to be used.
pub(crate) struct OpenConnection {
    /// As it is stored: with the settings that a person gave.
    pub(crate) connection: Connection,
    /// The settings with every default filled in, as the JSON that each call hands over.
    pub(crate) settings: String,
    pub(crate) lane: Arc<Lane>,
}

/// What a connection may do.
#[derive(Debug)]
pub(crate) struct Plan {
    connection: Connection,
    /// The settings with every default filled in.
    settings: Map<String, Value>,
    policy: LanePolicy,
    /// Nothing where requests go without one.
    credential: Option<CredentialPlan>,
}

/// How a credential is had, and where it is put.
#[derive(Debug)]
struct CredentialPlan {
    grant: GrantPlan,
    placement: airlock_auth::Placement,
    way: TokenWay,
}

#[derive(Debug)]
enum GrantPlan {
    Client(ClientCredentials),
    Person(Application),
}

/// What a new connection of this kind keeps of the consent that its settings are; nothing where there
/// are no secrets to send.
pub(crate) fn consented(kind: &ConnectionKind) -> Vec<String> {
    if kind.grant == Grant::None {
        return Vec::new();
    }
    let templates = kind.oauth.iter().flat_map(|oauth| {
        let others = oauth.authorize_url.iter().chain(&oauth.device_url);
        std::iter::once(&oauth.token_url).chain(others)
    });
    consent::keep(templates.map(String::as_str))
}

impl Plan {
    /// The plan of a connection of this kind.
    ///
    /// # Errors
    /// [`HostError::Connection`] when a setting cannot be used, the connector wants to go where nobody
    /// sent it, or the connection's grant is one that this host does not have yet; [`HostError::Fields`]
    /// when a default cannot be derived.
    pub(crate) fn of(
        kind: &ConnectionKind,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<Self, HostError> {
        let given = connection.settings.as_object().cloned().unwrap_or_default();
        let settings = with_defaults(kind, &given)?;
        let decide = || {
            let consent = Consent::by(&given, &connection.allowed_hosts)?;
            let policy = policy(kind, connection, &settings, &consent)?;
            let credential = credential(kind, connection, &settings, &consent, secrets)?;
            Ok((policy, credential))
        };
        let (policy, credential) = decide().map_err(|fault| HostError::Connection {
            connection: connection.name.clone(),
            fault,
        })?;
        Ok(Self {
            connection: connection.clone(),
            settings,
            policy,
            credential,
        })
    }

    /// Makes the lanes of the connection.
    pub(crate) fn open(self, egress: &Arc<Egress>, tokens: &Arc<Tokens>) -> OpenConnection {
        let Self {
            connection,
            settings,
            policy,
            credential,
        } = self;
        let credential = credential.map(|plan| plan.open(egress, tokens, &connection));
        let id = LaneId {
            tenant: connection.tenant.clone(),
            connection: connection.id,
            purpose: Purpose::Api,
        };
        OpenConnection {
            lane: egress.lane(id, policy, credential),
            settings: Value::Object(settings).to_string(),
            connection,
        }
    }
}

impl CredentialPlan {
    fn open(
        self,
        egress: &Arc<Egress>,
        tokens: &Arc<Tokens>,
        connection: &Connection,
    ) -> Arc<dyn CredentialSource> {
        let key = TokenKey {
            tenant: connection.tenant.clone(),
            connection: connection.id,
        };
        let transport = self.way.open(egress, connection);
        let tokens = Arc::clone(tokens);
        match self.grant {
            GrantPlan::Client(grant) => Arc::new(OauthSource::new(
                tokens,
                key,
                grant,
                self.placement,
                transport,
            )),
            GrantPlan::Person(application) => {
                let grant = RefreshToken::new(application, Arc::clone(&tokens), connection);
                Arc::new(OauthSource::new(
                    tokens,
                    key,
                    grant,
                    self.placement,
                    transport,
                ))
            }
        }
    }
}

/// Where requests may go, and where the credential may.
fn policy(
    kind: &ConnectionKind,
    connection: &Connection,
    settings: &Map<String, Value>,
    consent: &Consent,
) -> Result<LanePolicy, ConnectionFault> {
    let mut credential_hosts = Vec::new();
    for host in &kind.hosts {
        let filled = fill(host, settings)?;
        let host = HostPattern::parse(&filled).map_err(|error| ConnectionFault::Address {
            place: format!("host \"{filled}\""),
            reason: error.to_string(),
        })?;
        consent.includes(&host)?;
        credential_hosts.push(host);
    }
    let hosts = credential_hosts
        .iter()
        .chain(consent.allowed())
        .cloned()
        .collect();
    Ok(LanePolicy {
        connection: connection.name.to_string(),
        hosts,
        credential_hosts,
        methods: Vec::new(),
        path_prefixes: Vec::new(),
    })
}

fn credential(
    kind: &ConnectionKind,
    connection: &Connection,
    settings: &Map<String, Value>,
    consent: &Consent,
    secrets: &Secrets,
) -> Result<Option<CredentialPlan>, ConnectionFault> {
    let (grant, way) = match kind.grant {
        Grant::None => return Ok(None),
        Grant::ClientCredentials => {
            let oauth = kind.oauth.as_ref().ok_or_else(|| no_token_url(kind))?;
            let token_url = token_url(oauth, settings, consent)?;
            let way = TokenWay::to(connection, std::iter::once(&token_url))?;
            let grant = ClientCredentials {
                scopes: scopes(oauth, settings)?,
                token_url,
                client_id: trimmed(secret(secrets, "client-id")?),
                client_secret: secret(secrets, "client-secret")?.clone(),
            };
            (GrantPlan::Client(grant), way)
        }
        Grant::AuthorizationCode | Grant::DeviceCode => {
            let plan = SignInPlan::with(kind, connection, settings, consent, secrets)?;
            (GrantPlan::Person(plan.application), plan.way)
        }
        Grant::ApiKey | Grant::Basic => {
            return Err(ConnectionFault::KindNotServed {
                kind: kind.name.clone(),
                grant: kind.grant,
            });
        }
    };
    Ok(Some(CredentialPlan {
        grant,
        placement: placement(&kind.placement),
        way,
    }))
}

fn placement(placement: &Placement) -> airlock_auth::Placement {
    match placement {
        Placement::Bearer => airlock_auth::Placement::Bearer,
        Placement::Header(name) => airlock_auth::Placement::Header(name.clone()),
        Placement::Query(name) => airlock_auth::Placement::Query(name.clone()),
        Placement::Basic => airlock_auth::Placement::Basic,
        Placement::Nowhere => airlock_auth::Placement::Nowhere,
    }
}

#[cfg(test)]
mod tests;
