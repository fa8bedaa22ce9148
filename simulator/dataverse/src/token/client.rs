//! Which client asks, and whether its secret or its certificate proves it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, header};
use percent_encoding::percent_decode_str;
use time::OffsetDateTime;
use uuid::Uuid;

use super::application::{Application, ClientSecret};
use super::form::Form;
use super::proof::Proof;
use super::{EntraError, Issue, Tenant, assertion};

/// What the caller says of itself: in the body, or by HTTP Basic.
pub(super) struct ClientClaim {
    id: String,
    secret: Option<String>,
    assertion: Option<String>,
    assertion_type: Option<String>,
}

impl ClientClaim {
    /// Reads the claim. The body wins over the header.
    pub(super) fn read(headers: &HeaderMap, form: &Form) -> Result<Self, EntraError> {
        let (basic_id, basic_secret) = basic(headers).unzip();
        let owned = |name: &str| form.get(name).map(str::to_owned);
        Ok(Self {
            id: owned("client_id")
                .or(basic_id)
                .ok_or_else(|| EntraError::missing("client_id"))?,
            secret: owned("client_secret").or(basic_secret),
            assertion: owned("client_assertion"),
            assertion_type: owned("client_assertion_type"),
        })
    }

    /// The application, when a tenant knows it and it may sign in.
    pub(super) fn identify<'a>(&self, tenant: &'a Tenant) -> Result<&'a Application, EntraError> {
        let application = tenant
            .application(&self.id)
            .ok_or_else(|| EntraError::application(&self.id, &tenant.name))?;
        if application.is_enabled {
            Ok(application)
        } else {
            Err(EntraError::disabled(
                application.client_id,
                &application.name,
            ))
        }
    }

    /// Proves the application as its kind asks: a public one by nothing, any other by secret or certificate.
    pub(super) fn prove(
        &self,
        issue: &Issue<'_>,
        tenant: Uuid,
        application: &Application,
    ) -> Result<Proof, EntraError> {
        match (&self.secret, &self.assertion) {
            (None, None) if application.is_public => Ok(Proof::None),
            (None, None) => Err(EntraError::no_credential()),
            _ if application.is_public => Err(EntraError::public_with_credential()),
            (_, Some(text)) => {
                if self.assertion_type.as_deref() != Some(assertion::TYPE) {
                    return Err(EntraError::missing("client_assertion_type"));
                }
                let is_audience = |audience: &str| is_endpoint(issue, tenant, audience);
                let check = assertion::Check {
                    application,
                    is_audience: &is_audience,
                    used: &issue.authority.used,
                    now: issue.now,
                };
                check.verify(text).map(|()| Proof::Certificate)
            }
            (Some(secret), None) => {
                prove_secret(application, secret, issue.now).map(|()| Proof::Secret)
            }
        }
    }
}

fn prove_secret(
    application: &Application,
    secret: &str,
    now: OffsetDateTime,
) -> Result<(), EntraError> {
    let known = application
        .secrets
        .iter()
        .filter(|known| known.value == secret);
    let is_good = |known: &ClientSecret| known.expires.is_none_or(|expires| now < expires);
    match known.map(is_good).max() {
        Some(true) => Ok(()),
        Some(false) => Err(EntraError::expired_secret(application.client_id)),
        None => Err(EntraError::secret(application.client_id)),
    }
}

/// Whether an address is a token endpoint, or the issuer, of this tenant. The real authority's name counts as this
/// one's, for clients that are led here by a resolver.
fn is_endpoint(issue: &Issue<'_>, tenant: Uuid, address: &str) -> bool {
    let path = [issue.origin, "https://login.microsoftonline.com"]
        .iter()
        .find_map(|origin| address.strip_prefix(origin)?.strip_prefix('/'));
    let Some((name, endpoint)) = path.and_then(|path| path.split_once('/')) else {
        return false;
    };
    let is_general = super::NO_TENANT.contains(&name);
    let named = issue.authority.directory.tenant(name);
    let is_tenant = is_general || named.is_some_and(|named| named.id == tenant);
    let endpoint = endpoint.trim_end_matches('/');
    is_tenant && matches!(endpoint, "oauth2/v2.0/token" | "oauth2/token" | "v2.0" | "")
}

/// `Authorization: Basic`, both halves form-encoded as OAuth asks.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let plain = |part: &str| {
        percent_decode_str(&part.replace('+', " "))
            .decode_utf8_lossy()
            .into_owned()
    };
    Some((plain(id), plain(secret)))
}
