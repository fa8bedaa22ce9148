//! The authority's endpoints. The token endpoint checks in Entra's order: tenant, grant, client, scope, resource, secret.

use bytes::Bytes;
use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use super::client::ClientClaim;
use super::keys::{Claims, Signer};
use super::{Authority, EntraError, encoding, metadata};
use crate::http::Response;

/// Names that stand for no tenant in particular.
const NO_TENANT: [&str; 3] = ["common", "organizations", "consumers"];
/// What an application asks for.
const DEFAULT: &str = "/.default";

/// All that issuing needs besides the request.
pub struct Issue<'a> {
    /// Who can sign in.
    pub authority: &'a Authority,
    /// Signs tokens.
    pub signer: &'a Signer,
    /// Scheme and host of the authority as the caller wrote them.
    pub origin: &'a str,
    /// Whether a resource (an organisation's address, without final slash) exists.
    pub is_resource: &'a dyn Fn(&str) -> bool,
    /// Id of this request.
    pub request_id: Uuid,
    /// The time.
    pub now: OffsetDateTime,
}

/// Answers a request to the authority; `None` when the path is none of its own.
pub fn handle(
    issue: &Issue<'_>,
    method: &Method,
    path: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Option<Response> {
    let (tenant, endpoint) = path.trim_start_matches('/').split_once('/')?;
    let answer = match endpoint {
        "oauth2/v2.0/token" => token(issue, method, tenant, headers, body),
        "v2.0/.well-known/openid-configuration" => metadata::configuration(issue, tenant),
        "discovery/v2.0/keys" => Ok(issue.signer.key_set()),
        _ => return None,
    };
    Some(match answer {
        Ok(body) => json(StatusCode::OK, &body)
            .with_header("x-ms-request-id", &issue.request_id.to_string()),
        Err(error) => error.into_response(issue.request_id, issue.now),
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
    method: &Method,
    tenant: &str,
    headers: &HeaderMap,
    body: &Bytes,
) -> Result<Value, EntraError> {
    if method != Method::POST {
        return Err(EntraError::method(method));
    }
    let tenant_name = percent_encoding::percent_decode_str(tenant).decode_utf8_lossy();
    if NO_TENANT.contains(&tenant_name.as_ref()) {
        return Err(EntraError::no_tenant());
    }
    let tenant = issue
        .authority
        .tenant(&tenant_name)
        .ok_or_else(|| EntraError::tenant(&tenant_name))?;
    let form: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    let field = |name: &str| {
        let found = form
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.trim().to_owned());
        found.filter(|value| !value.is_empty())
    };
    match field("grant_type").as_deref() {
        Some("client_credentials") => {}
        Some(other) => return Err(EntraError::grant(other)),
        None => return Err(EntraError::missing("grant_type")),
    }
    let claim = ClientClaim::read(headers, field)?;
    let application = claim.identify(tenant)?;
    let scope = field("scope").ok_or_else(|| EntraError::missing("scope"))?;
    let resource = resource(&scope)?;
    if !(issue.is_resource)(resource.trim_end_matches('/')) {
        return Err(EntraError::resource(resource, &tenant.name));
    }
    claim.prove(application, issue.now)?;

    let issuer = Claims::issuer(tenant.id);
    let now = issue.now.unix_timestamp();
    let claims = Claims {
        aud: resource.to_owned(),
        iss: issuer.clone(),
        iat: now,
        nbf: now,
        // One second more than reported, so that a client that counts exactly is never late.
        exp: now + i64::from(issue.authority.token_seconds) + 1,
        appid: application.client_id,
        appidacr: "1".to_owned(),
        idp: issuer,
        oid: application.object_id,
        sub: application.object_id,
        tid: tenant.id,
        uti: encoding::encode(issue.request_id.as_bytes()),
        ver: "1.0".to_owned(),
    };
    let token = issue
        .signer
        .sign(&claims)
        .map_err(|_| EntraError::temporary())?;
    let seconds = issue.authority.token_seconds;
    Ok(json!({
        "token_type": "Bearer",
        "expires_in": seconds,
        "ext_expires_in": seconds,
        "access_token": token,
    }))
}

/// The resource an application's scope names. A resource with a final slash is asked for with two.
fn resource(scope: &str) -> Result<&str, EntraError> {
    let mut scopes = scope.split_ascii_whitespace();
    let first = scopes.next().unwrap_or_default();
    if scopes.next().is_some() {
        return Err(EntraError::scope_of_two());
    }
    let Some(resource) = first.strip_suffix(DEFAULT) else {
        return Err(EntraError::scope_not_default(first));
    };
    if resource.contains("://") || Uuid::try_parse(resource).is_ok() {
        Ok(resource)
    } else {
        Err(EntraError::scope(first))
    }
}
