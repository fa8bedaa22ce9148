//! A connection's lane: where it may go and which credential goes along.
//!
//! The grant is the manifest's hosts, filled from the settings, as far as a person named them, plus
//! what the operator allowed; the credential goes to the manifest's hosts alone.

use super::consent::{self, Named};
use super::oauth::{SignInPlan, scopes, token_url, transport};
use super::settings::with_defaults;
use super::template::fill;
use crate::about::{ConnectionKind, Grant, Placement};
use crate::error::HostError;
use airlock_auth::{
    ClientCredentials, CredentialSource, OauthSource, RefreshToken, TokenKey, Tokens,
};
use airlock_egress::{Egress, HostPattern, Lane, LaneId, LanePolicy, Purpose};
use airlock_store::{Connection, Secrets};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::sync::Arc;

/// A connection, ready to be used.
pub(crate) struct Wiring {
    /// As it is stored: with the settings that a person gave.
    pub(crate) connection: Connection,
    /// The settings with every default filled in, as the JSON that each call hands over.
    pub(crate) settings: String,
    pub(crate) lane: Arc<Lane>,
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

/// Makes the lanes of a connection.
///
/// # Errors
/// [`HostError::Input`] when a setting cannot be used, the connector wants to go where nobody sent
/// it, or the connection's grant is one that this host does not have yet; [`HostError::Fields`] when
/// a default cannot be derived.
pub(crate) fn wire(
    egress: &Arc<Egress>,
    tokens: &Arc<Tokens>,
    kind: &ConnectionKind,
    connection: Connection,
    secrets: Secrets,
) -> Result<Wiring, HostError> {
    let given = connection.settings.as_object().cloned().unwrap_or_default();
    let settings = with_defaults(kind, &given)?;
    let named =
        |error: String| HostError::Input(format!("connection \"{}\": {error}", connection.name));
    let consent = Named::by(&given, &connection.allowed_hosts).map_err(named)?;
    let mut credential_hosts = Vec::new();
    for host in &kind.hosts {
        let filled = fill(host, &settings).map_err(|error| named(error.to_string()))?;
        let host = HostPattern::parse(&filled)
            .map_err(|error| named(format!("host \"{filled}\": {error}")))?;
        consent.includes(&host).map_err(named)?;
        credential_hosts.push(host);
    }
    let hosts = credential_hosts
        .iter()
        .chain(consent.allowed())
        .cloned()
        .collect();
    let credential = credential(
        egress,
        tokens,
        kind,
        &connection,
        &settings,
        &consent,
        secrets,
    )?;
    let lane = egress.lane(
        LaneId {
            tenant: connection.tenant.clone(),
            connection: connection.id,
            purpose: Purpose::Api,
        },
        LanePolicy {
            connection: connection.name.to_string(),
            hosts,
            credential_hosts,
            methods: Vec::new(),
            path_prefixes: Vec::new(),
        },
        credential,
    );
    Ok(Wiring {
        connection,
        settings: Value::Object(settings).to_string(),
        lane,
    })
}

fn credential(
    egress: &Arc<Egress>,
    tokens: &Arc<Tokens>,
    kind: &ConnectionKind,
    connection: &Connection,
    settings: &Map<String, Value>,
    consent: &Named,
    mut secrets: Secrets,
) -> Result<Option<Arc<dyn CredentialSource>>, HostError> {
    let named =
        |error: String| HostError::Input(format!("connection \"{}\": {error}", connection.name));
    let key = TokenKey {
        tenant: connection.tenant.clone(),
        connection: connection.id,
    };
    match kind.grant {
        Grant::None => Ok(None),
        Grant::ClientCredentials => {
            let oauth = kind.oauth.as_ref().ok_or_else(|| {
                HostError::Component(format!(
                    "its connection kind {} names the client-credentials grant and no token URL",
                    kind.name
                ))
            })?;
            let token_url = token_url(oauth, settings, consent).map_err(named)?;
            let transport =
                transport(egress, connection, std::iter::once(&token_url)).map_err(named)?;
            let grant = ClientCredentials {
                scopes: scopes(oauth, settings).map_err(named)?,
                token_url,
                client_id: trimmed(&take(&mut secrets, "client-id").map_err(named)?),
                client_secret: take(&mut secrets, "client-secret").map_err(named)?,
            };
            Ok(Some(Arc::new(OauthSource::new(
                Arc::clone(tokens),
                key,
                grant,
                placement(&kind.placement),
                transport,
            ))))
        }
        Grant::AuthorizationCode | Grant::DeviceCode => {
            let plan = SignInPlan::with(egress, kind, connection, settings, consent, secrets)
                .map_err(named)?;
            let grant = RefreshToken::new(plan.application, Arc::clone(tokens), connection);
            Ok(Some(Arc::new(OauthSource::new(
                Arc::clone(tokens),
                key,
                grant,
                placement(&kind.placement),
                plan.transport,
            ))))
        }
        Grant::ApiKey | Grant::Basic => Err(named(format!(
            "the kind \"{}\" is declared by the connector, but this host cannot sign in that way yet",
            kind.name
        ))),
    }
}

pub(super) fn take(secrets: &mut Secrets, name: &str) -> Result<SecretString, String> {
    secrets
        .remove(name)
        .ok_or_else(|| format!("the secret \"{name}\" is missing; add the connection again"))
}

/// Without blanks around it, which come along when an id is copied and are never part of one.
pub(super) fn trimmed(id: &SecretString) -> SecretString {
    SecretString::from(id.expose_secret().trim())
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
