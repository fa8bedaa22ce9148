//! Where a connection asks for tokens and where people sign in for it: the manifest's endpoints,
//! filled from the settings. One lane of the egress carries all of it.

use super::consent::{self, Named};
use super::settings::with_defaults;
use super::template::fill;
use super::wiring::{take, trimmed};
use crate::about::{ConnectionKind, Oauth};
use crate::error::HostError;
use airlock_auth::{Application, TokenTransport};
use airlock_egress::{Egress, LaneId, LanePolicy, Purpose};
use airlock_store::{Connection, Secrets};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::Url;

/// How people sign in for a connection.
pub(crate) struct SignInPlan {
    pub(crate) application: Application,
    /// Where a browser is sent.
    pub(crate) authorize_url: Option<Url>,
    /// Where a code to type in comes from.
    pub(crate) device_url: Option<Url>,
    pub(crate) transport: Arc<dyn TokenTransport>,
}

impl SignInPlan {
    /// The plan of a connection whose kind has people sign in.
    ///
    /// # Errors
    /// [`HostError::Input`] when a setting cannot be used or an endpoint is one that nobody named,
    /// [`HostError::Fields`] when a default cannot be derived.
    pub(crate) fn of(
        egress: &Arc<Egress>,
        kind: &ConnectionKind,
        connection: &Connection,
        secrets: Secrets,
    ) -> Result<Self, HostError> {
        let given = connection.settings.as_object().cloned().unwrap_or_default();
        let settings = with_defaults(kind, &given)?;
        Named::by(&given, &connection.allowed_hosts)
            .and_then(|consent| Self::with(egress, kind, connection, &settings, &consent, secrets))
            .map_err(|error| {
                HostError::Input(format!("connection \"{}\": {error}", connection.name))
            })
    }

    pub(super) fn with(
        egress: &Arc<Egress>,
        kind: &ConnectionKind,
        connection: &Connection,
        settings: &Map<String, Value>,
        consent: &Named,
        mut secrets: Secrets,
    ) -> Result<Self, String> {
        let oauth = kind
            .oauth
            .as_ref()
            .ok_or_else(|| format!("its kind \"{}\" names no token URL", kind.name))?;
        let named = |what: &str, template: &str| endpoint(what, template, settings, consent);
        let optional = |what: &str, template: &Option<String>| {
            let template = template.as_deref();
            template.map(|template| named(what, template)).transpose()
        };
        let token_url = token_url(oauth, settings, consent)?;
        let authorize_url = optional("authorize URL", &oauth.authorize_url)?;
        let device_url = optional("device URL", &oauth.device_url)?;
        let client_secret = secrets.remove("client-secret");
        Ok(Self {
            transport: transport(
                egress,
                connection,
                [&token_url].into_iter().chain(&device_url),
            )?,
            application: Application {
                token_url,
                scopes: scopes(oauth, settings)?,
                client_id: trimmed(&take(&mut secrets, "client-id")?),
                client_secret,
            },
            authorize_url,
            device_url,
        })
    }
}

/// The scopes that a connection asks for.
pub(super) fn scopes(oauth: &Oauth, settings: &Map<String, Value>) -> Result<Vec<String>, String> {
    let mut scopes = Vec::new();
    for scope in &oauth.scopes {
        let filled = fill(scope, settings).map_err(|error| error.to_string())?;
        scopes.extend(filled.split_whitespace().map(str::to_owned));
    }
    Ok(scopes)
}

/// The way to a connection's token endpoints, and to nothing else.
pub(super) fn transport<'u>(
    egress: &Arc<Egress>,
    connection: &Connection,
    urls: impl Iterator<Item = &'u Url> + Clone,
) -> Result<Arc<dyn TokenTransport>, String> {
    Ok(egress.lane(
        LaneId {
            tenant: connection.tenant.clone(),
            connection: connection.id,
            purpose: Purpose::Token,
        },
        LanePolicy {
            connection: connection.name.to_string(),
            hosts: urls
                .clone()
                .map(consent::host_of)
                .collect::<Result<_, _>>()?,
            credential_hosts: Vec::new(),
            methods: vec![http::Method::POST],
            path_prefixes: urls.map(|url| url.path().to_owned()).collect(),
        },
        None,
    ))
}

/// Where the application proves who it is: an address that a person gave as a whole.
pub(super) fn token_url(
    oauth: &Oauth,
    settings: &Map<String, Value>,
    consent: &Named,
) -> Result<Url, String> {
    let filled = fill(&oauth.token_url, settings).map_err(|error| error.to_string())?;
    let url = consent::address(&filled).map_err(|error| format!("token URL: {error}"))?;
    consent.trusts(&url, &oauth.token_url)?;
    Ok(url)
}

/// An endpoint at which a person proves who they are, or learns a code: its host has to be one that
/// a person named, the page of the sign-in too, because a password is typed there.
fn endpoint(
    what: &str,
    template: &str,
    settings: &Map<String, Value>,
    consent: &Named,
) -> Result<Url, String> {
    let filled = fill(template, settings).map_err(|error| error.to_string())?;
    let url = consent::address(&filled).map_err(|error| format!("{what}: {error}"))?;
    let host = consent::host_of(&url).map_err(|error| format!("{what} {error}"))?;
    match consent.includes(&host) {
        Ok(()) => Ok(url),
        Err(_) => Err(format!(
            "the connector wants people to sign in at {host}, which none of your settings names; if you trust that host, allow it: --allow-host {host}"
        )),
    }
}
