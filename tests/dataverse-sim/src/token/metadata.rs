//! What the authority says of itself: the OpenID Connect discovery document of a tenant.

use serde_json::{Value, json};

use super::{EntraError, Issue};

/// The discovery document.
pub(super) fn configuration(issue: &Issue<'_>, tenant: &str) -> Result<Value, EntraError> {
    let id = match tenant {
        "common" | "organizations" | "consumers" => "{tenantid}".to_owned(),
        name => issue
            .authority
            .tenant(name)
            .ok_or_else(|| EntraError::tenant(name))?
            .id
            .to_string(),
    };
    let origin = issue.origin;
    Ok(json!({
        "token_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/token"),
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "jwks_uri": format!("{origin}/{tenant}/discovery/v2.0/keys"),
        "response_modes_supported": ["query", "fragment", "form_post"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "response_types_supported": ["code"],
        "scopes_supported": ["openid", "profile", "email", "offline_access"],
        "issuer": format!("{origin}/{id}/v2.0"),
        "authorization_endpoint": format!("{origin}/{tenant}/oauth2/v2.0/authorize"),
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "nbf", "tid", "oid", "appid", "ver"],
        "grant_types_supported": ["client_credentials"],
        "tenant_region_scope": "NA",
    }))
}
