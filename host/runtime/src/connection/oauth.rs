//! Where a connection asks for tokens and where people sign in for it: the manifest's endpoints,
//! filled from the settings. One lane of the egress carries all of it.

use super::consent::{self, Consent};
use super::settings::with_defaults;
use super::template::fill;
use crate::about::{ConnectionKind, Oauth};
use crate::error::{ConnectionFault, Errand, HostError};
use airlock_auth::{Application, TokenTransport};
use airlock_egress::{Egress, LaneId, LanePolicy, Purpose};
use airlock_store::{Connection, Secrets};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use std::sync::Arc;
use url::Url;

/// How people sign in for a connection. Made of what is known; nothing is opened for it.
#[derive(Debug)]
pub(crate) struct SignInPlan {
    pub(crate) application: Application,
    /// Where a browser is sent.
    pub(crate) authorize_url: Option<Url>,
    /// Where a code to type in comes from.
    pub(crate) device_url: Option<Url>,
    pub(crate) way: TokenWay,
}

impl SignInPlan {
    /// The plan of a connection whose kind has people sign in.
    ///
    /// # Errors
    /// [`HostError::Connection`] when a setting cannot be used or an endpoint is one that nobody named,
    /// [`HostError::Fields`] when a default cannot be derived.
    pub(crate) fn of(
        kind: &ConnectionKind,
        connection: &Connection,
        secrets: &Secrets,
    ) -> Result<Self, HostError> {
        let given = connection.settings.as_object().cloned().unwrap_or_default();
        let settings = with_defaults(kind, &given)?;
        Consent::by(&given, &connection.allowed_hosts)
            .and_then(|consent| Self::with(kind, connection, &settings, &consent, secrets))
            .map_err(|fault| HostError::Connection {
                connection: connection.name.clone(),
                fault,
            })
    }

    pub(super) fn with(
        kind: &ConnectionKind,
        connection: &Connection,
        settings: &Map<String, Value>,
        consent: &Consent,
        secrets: &Secrets,
    ) -> Result<Self, ConnectionFault> {
        let oauth = kind.oauth.as_ref().ok_or_else(|| no_token_url(kind))?;
        let named = |what: &str, template: &str| endpoint(what, template, settings, consent);
        let optional = |what: &str, template: &Option<String>| {
            let template = template.as_deref();
            template.map(|template| named(what, template)).transpose()
        };
        let token_url = token_url(oauth, settings, consent)?;
        let authorize_url = optional("authorize URL", &oauth.authorize_url)?;
        let device_url = optional("device URL", &oauth.device_url)?;
        Ok(Self {
            way: TokenWay::to(connection, [&token_url].into_iter().chain(&device_url))?,
            application: Application {
                token_url,
                scopes: scopes(oauth, settings)?,
                client_id: trimmed(secret(secrets, "client-id")?),
                client_secret: secrets.get("client-secret").cloned(),
            },
            authorize_url,
            device_url,
        })
    }
}

/// The way to a connection's token endpoints, and to nothing else.
#[derive(Debug)]
pub(crate) struct TokenWay(LanePolicy);

impl TokenWay {
    pub(super) fn to<'u>(
        connection: &Connection,
        urls: impl Iterator<Item = &'u Url> + Clone,
    ) -> Result<Self, ConnectionFault> {
        Ok(Self(LanePolicy {
            connection: connection.name.to_string(),
            hosts: urls
                .clone()
                .map(consent::host_of)
                .collect::<Result<_, _>>()?,
            credential_hosts: Vec::new(),
            methods: vec![http::Method::POST],
            path_prefixes: urls.map(|url| url.path().to_owned()).collect(),
        }))
    }

    /// Opens the lane.
    pub(crate) fn open(
        self,
        egress: &Arc<Egress>,
        connection: &Connection,
    ) -> Arc<dyn TokenTransport> {
        let id = LaneId {
            tenant: connection.tenant.clone(),
            connection: connection.id,
            purpose: Purpose::Token,
        };
        egress.lane(id, self.0, None)
    }

    #[cfg(test)]
    pub(super) fn policy(&self) -> &LanePolicy {
        &self.0
    }
}

/// The scopes that a connection asks for.
pub(super) fn scopes(
    oauth: &Oauth,
    settings: &Map<String, Value>,
) -> Result<Vec<String>, ConnectionFault> {
    let mut scopes = Vec::new();
    for scope in &oauth.scopes {
        let filled = fill(scope, settings)?;
        scopes.extend(filled.split_whitespace().map(str::to_owned));
    }
    Ok(scopes)
}

/// Where the application proves who it is: an address that a person gave as a whole.
pub(super) fn token_url(
    oauth: &Oauth,
    settings: &Map<String, Value>,
    consent: &Consent,
) -> Result<Url, ConnectionFault> {
    let filled = fill(&oauth.token_url, settings)?;
    let url = consent::address(&filled).map_err(|reason| consent::fault("token URL", reason))?;
    consent.trusts(&url, &oauth.token_url)?;
    Ok(url)
}

/// An endpoint at which a person proves who they are, or learns a code: its host has to be one that
/// a person named, the page of the sign-in too, because a password is typed there.
fn endpoint(
    what: &str,
    template: &str,
    settings: &Map<String, Value>,
    consent: &Consent,
) -> Result<Url, ConnectionFault> {
    let filled = fill(template, settings)?;
    let url = consent::address(&filled).map_err(|reason| consent::fault(what, reason))?;
    consent.allows(&consent::host_of(&url)?, Errand::SignIn)?;
    Ok(url)
}

pub(super) fn no_token_url(kind: &ConnectionKind) -> ConnectionFault {
    ConnectionFault::NoTokenUrl {
        kind: kind.name.clone(),
    }
}

pub(super) fn secret<'s>(
    secrets: &'s Secrets,
    name: &str,
) -> Result<&'s SecretString, ConnectionFault> {
    secrets
        .get(name)
        .ok_or_else(|| ConnectionFault::SecretMissing {
            name: name.to_owned(),
        })
}

/// Without blanks around it, which come along when an id is copied and are never part of one.
pub(super) fn trimmed(id: &SecretString) -> SecretString {
    SecretString::from(id.expose_secret().trim())
}
