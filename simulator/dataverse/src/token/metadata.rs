//! What the authority says of itself: OpenID Connect discovery, instance discovery, and the realm of a user.

use serde_json::{Value, json};

use super::form::Form;
use super::issue::NO_TENANT;
use super::{EntraError, Issue};

/// The discovery document of a tenant, in version 2 or (empty) version 1 of the endpoints.
pub(super) fn configuration(
    issue: &Issue<'_>,
    tenant: &str,
    version: &str,
) -> Result<Value, EntraError> {
    let id = match issue.tenant(tenant)? {
        None => "{tenantid}".to_owned(),
        Some(tenant) => tenant.id.to_string(),
    };
    let origin = issue.origin;
    let is_version_1 = version.is_empty();
    let endpoint = |name: &str| match is_version_1 {
        true => format!("{origin}/{tenant}/oauth2/{name}"),
        false => format!("{origin}/{tenant}/oauth2/v2.0/{name}"),
    };
    let (keys, issuer) = if is_version_1 {
        (
            format!("{origin}/{tenant}/discovery/keys"),
            format!("https://sts.windows.net/{id}/"),
        )
    } else {
        (
            format!("{origin}/{tenant}/discovery/v2.0/keys"),
            format!("{origin}/{id}/v2.0"),
        )
    };
    Ok(json!({
        "token_endpoint": endpoint("token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt", "client_secret_basic"],
        "jwks_uri": keys,
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": issuer,
        "request_uri_parameter_supported": false,
        "authorization_endpoint": endpoint("authorize"),
        "device_authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/devicecode"),
        "end_session_endpoint": endpoint("logout"),
        "http_logout_supported": true,
        "code_challenge_methods_supported": ["plain", "S256"],
        "claims_supported": [
            "sub", "iss", "aud", "exp", "iat", "nbf", "nonce", "preferred_username", "name", "email", "tid", "oid", "ver",
        ],
        "grant_types_supported": [
            "client_credentials", "authorization_code", "refresh_token", "password",
            "urn:ietf:params:oauth:grant-type:device_code", "urn:ietf:params:oauth:grant-type:jwt-bearer",
        ],
        "tenant_region_scope": if NO_TENANT.contains(&tenant) { Value::Null } else { "NA".into() },
        "cloud_instance_name": host(origin),
        "cloud_graph_host_name": "graph.windows.net",
        "msgraph_host": "graph.microsoft.com",
        "rbac_url": "https://pas.windows.net",
    }))
}

/// Instance discovery: whether an authority is one, where its documents are, and under which names it is known.
pub(super) fn instance(issue: &Issue<'_>, query: &Form) -> Result<Value, EntraError> {
    let asked = query
        .get("authorization_endpoint")
        .ok_or_else(|| EntraError::missing_in_page("authorization_endpoint"))?;
    let rest = asked
        .strip_prefix(issue.origin)
        .or_else(|| asked.strip_prefix("https://login.microsoftonline.com"))
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or_else(|| EntraError::instance(asked))?;
    let tenant = rest.split('/').next().unwrap_or_default();
    issue.tenant(tenant)?;
    let version = if rest.contains("v2.0") { "/v2.0" } else { "" };
    let origin = issue.origin;
    let host = host(origin);
    Ok(json!({
        "tenant_discovery_endpoint": format!("{origin}/{tenant}{version}/.well-known/openid-configuration"),
        "api-version": "1.1",
        "metadata": [{"preferred_network": host, "preferred_cache": host, "aliases": [host]}],
    }))
}

/// How the domain of a user name signs people in: here, not at somebody else's.
pub(super) fn realm(issue: &Issue<'_>, name: &str) -> Value {
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    let domain = name.rsplit('@').next().unwrap_or_default();
    let kind = match issue.authority.directory.tenant(domain) {
        Some(_) => "Managed",
        None => "Unknown",
    };
    json!({
        "ver": "1.0",
        "account_type": kind,
        "domain_name": domain,
        "cloud_instance_name": host(issue.origin),
        "cloud_audience_urn": "urn:federation:MicrosoftOnline",
    })
}

fn host(origin: &str) -> &str {
    origin.split_once("://").map_or(origin, |(_, host)| host)
}
