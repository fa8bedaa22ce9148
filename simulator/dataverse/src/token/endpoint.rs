//! The authority's endpoints. The token endpoint checks in Entra's order: tenant, grant, client, scope, resource, secret.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::Value;
use time::OffsetDateTime;
use uuid::Uuid;

use super::client::ClientClaim;
use super::error::Trace;
use super::form::Form;
use super::token_request::{self, TokenRequest};
use super::{
    Authority, EntraError, People, Tenant, admin_consent, authorize, code, device, metadata,
    refresh,
};
use crate::http::Response;

/// Names that stand for no tenant in particular.
pub(super) const NO_TENANT: [&str; 3] = ["common", "organizations", "consumers"];

/// All that issuing needs besides the request.
pub struct Issue<'a> {
    /// Who can sign in, and with what tokens are signed.
    pub authority: &'a Authority,
    /// Who people are.
    pub people: &'a dyn People,
    /// Scheme and host of the authority as the caller wrote them.
    pub origin: &'a str,
    /// Whether an address (without final slash) is an organisation of a tenant.
    pub is_resource: &'a dyn Fn(Uuid, &str) -> bool,
    /// Id of this request.
    pub request_id: Uuid,
    /// The time.
    pub now: OffsetDateTime,
}

impl Issue<'_> {
    /// The ids of this request; `client-request-id` becomes the correlation id.
    pub(super) fn trace(&self, correlation: Option<&str>) -> Trace {
        let sent = correlation.and_then(|text| Uuid::try_parse(text.trim()).ok());
        Trace {
            request: self.request_id,
            correlation: sent
                .unwrap_or_else(|| Uuid::from_u128(self.request_id.as_u128().rotate_left(64))),
            now: self.now,
        }
    }

    /// The tenant that a URL names; `None` for `common` and its like.
    pub(super) fn tenant(&self, name: &str) -> Result<Option<Tenant>, EntraError> {
        let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
        if NO_TENANT.contains(&name.as_ref()) {
            return Ok(None);
        }
        let tenant = self.authority.directory.tenant(&name);
        tenant.map(Some).ok_or_else(|| EntraError::tenant(&name))
    }
}

/// Answers a request to the authority; `None` when the path is none of its own.
pub fn handle(issue: &Issue<'_>, parts: &Parts, body: &Bytes) -> Option<Response> {
    let path = parts.uri.path().trim_start_matches('/');
    let query = Form::parse(parts.uri.query().unwrap_or_default().as_bytes());
    if let Some(response) = device::page(issue, parts, path, &query, body) {
        return Some(response);
    }
    let (tenant, endpoint) = path.split_once('/')?;
    if let Some(response) = authorize::handle(issue, parts, tenant, endpoint, &query, body)
        .or_else(|| admin_consent::handle(issue, parts, tenant, endpoint, &query, body))
    {
        return Some(response.with_header("x-ms-request-id", &issue.request_id.to_string()));
    }
    let answer = match endpoint {
        "oauth2/v2.0/token" => token(issue, parts, tenant, body, false),
        "oauth2/token" => token(issue, parts, tenant, body, true).map(version_1),
        "oauth2/v2.0/devicecode" => device::begin(issue, &parts.method, tenant, body),
        "v2.0/.well-known/openid-configuration" => metadata::configuration(issue, tenant, "v2.0"),
        ".well-known/openid-configuration" => metadata::configuration(issue, tenant, ""),
        "discovery/v2.0/keys" | "discovery/keys" => Ok(issue.authority.signer.key_set()),
        "discovery/instance" => metadata::instance(issue, &query),
        _ => match endpoint.split_once('/') {
            Some(("userrealm" | "UserRealm", name)) => Ok(metadata::realm(issue, name)),
            _ => return None,
        },
    };
    let correlation = parts
        .headers
        .get("client-request-id")
        .and_then(|value| value.to_str().ok());
    let trace = issue.trace(correlation);
    let response = match answer {
        Ok(body) => json(StatusCode::OK, &body),
        Err(error) => error.into_response(&trace),
    };
    let response = response.with_header("x-ms-request-id", &issue.request_id.to_string());
    Some(match correlation {
        Some(_) => response.with_header("client-request-id", &trace.correlation.to_string()),
        None => response,
    })
}

/// A JSON answer with the authority's headers.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    Response::of_type(status, "application/json; charset=utf-8", body.to_string())
        .with_header("cache-control", "no-store, no-cache")
        .with_header("pragma", "no-cache")
        .with_header("expires", "-1")
}

fn token(
    issue: &Issue<'_>,
    parts: &Parts,
    tenant: &str,
    body: &Bytes,
    is_version_1: bool,
) -> Result<Value, EntraError> {
    if parts.method != Method::POST {
        return Err(EntraError::method(&parts.method));
    }
    let tenant = issue.tenant(tenant)?;
    let form = Form::parse(body);
    let grant = form
        .get("grant_type")
        .ok_or_else(|| EntraError::missing("grant_type"))?;
    let redeem = match grant {
        "client_credentials" if tenant.is_none() => return Err(EntraError::no_tenant()),
        "client_credentials" => token_request::client_credentials,
        "authorization_code" => code::redeem,
        "refresh_token" => refresh::redeem,
        "password" => token_request::password,
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device::redeem,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => token_request::on_behalf_of,
        other => return Err(EntraError::grant(other)),
    };
    redeem(&TokenRequest {
        issue,
        tenant,
        form: &form,
        client: ClientClaim::read(&parts.headers, &form)?,
        is_version_1,
    })
}

/// The older endpoint's form: numbers as text.
fn version_1(mut answer: Value) -> Value {
    if let Some(members) = answer.as_object_mut() {
        for name in ["expires_in", "ext_expires_in"] {
            if let Some(member) = members.get_mut(name) {
                *member = member.to_string().into();
            }
        }
    }
    answer
}
