//! The authority's endpoints. The token endpoint checks in Entra's order: tenant, grant, client, scope, resource, secret.

use bytes::Bytes;
use http::request::Parts;
use http::{Method, StatusCode};
use serde_json::Value;

use super::client::ClientClaim;
use super::direct;
use super::form::Form;
use super::issue::Issue;
use super::json::json;
use super::token_request::TokenRequest;
use super::{EntraError, admin_consent, authorize, code, device, metadata, refresh};
use crate::http::Response;

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
        "client_credentials" => direct::client_credentials,
        "authorization_code" => code::redeem,
        "refresh_token" => refresh::redeem,
        "password" => direct::password,
        "urn:ietf:params:oauth:grant-type:device_code" | "device_code" => device::redeem,
        "urn:ietf:params:oauth:grant-type:jwt-bearer" => direct::on_behalf_of,
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
