//! The ways to connect to a Dataverse environment.
//!
//! The host makes the requests to the token endpoint itself, so the only host that the connector
//! may reach is the Web API's.

use airlock_connector::declare::{ConnectionKind, Grant, Oauth, Placement, schema};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which addresses [`crate::webapi`] makes a Web API's root of. On premises the organisation's name comes
/// before `/api/data`; such addresses are not served.
const WEB_API_PATTERN: &str = r"^[A-Za-z]+://[^/?#]+(/api/data(/v[0-9]+\.[0-9]+)?)?/*$";

/// Token endpoints that take scopes: Entra's second version, AD FS, and any that lies at the root. Entra's
/// first version (`/oauth2/token`) asks for a resource instead.
const TOKEN_PATTERN: &str = r"^[A-Za-z]+://[^/?#]+(/|/([^?#]+/)?v2\.0/|/adfs/oauth2/)token/?$";

/// What every way needs to know of the environment.
const WEB_API_HOST: &str = "{web-api-url:host}";

/// What is asked for when a person signs in: to act as that person, to stay signed in, and to know
/// who it is.
const DELEGATED_SCOPES: &str =
    "{web-api-url:origin}/user_impersonation offline_access openid profile";

/// Settings of the kind `client-credentials`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "read by the host; here it only gives the schema its shape"
)]
struct ClientCredentialsSettings {
    /// Address of the environment, such as `https://contoso.crm.dynamics.com`. A path such as
    /// `/api/data/v9.1` chooses that version of the Web API; without one it is v9.2. Organisations on
    /// premises (`/Org/api/data/…`) are not served.
    #[schemars(extend("format" = "uri", "pattern" = WEB_API_PATTERN))]
    web_api_url: String,
    /// OAuth 2.0 token endpoint (v2) of the tenant, such as
    /// `https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token`. The Azure
    /// portal lists it under the app registration's Endpoints.
    #[schemars(extend("format" = "uri", "pattern" = TOKEN_PATTERN))]
    token_url: String,
    /// OAuth 2.0 scopes, separated by spaces. The default is right for every environment.
    #[schemars(extend("default" = "{web-api-url:origin}/.default", "x-airlock-advanced" = true))]
    scopes: Option<String>,
}

/// Settings of the kind `authorization-code`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "read by the host; here it only gives the schema its shape"
)]
struct AuthorizationCodeSettings {
    /// Address of the environment, such as `https://contoso.crm.dynamics.com`. A path such as
    /// `/api/data/v9.1` chooses that version of the Web API; without one it is v9.2. Organisations on
    /// premises (`/Org/api/data/…`) are not served.
    #[schemars(extend("format" = "uri", "pattern" = WEB_API_PATTERN))]
    web_api_url: String,
    /// OAuth 2.0 authorization endpoint (v2). The default lets people of any organisation sign in.
    #[schemars(extend(
        "format" = "uri",
        "default" = "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
        "x-airlock-advanced" = true
    ))]
    authorize_url: Option<String>,
    /// OAuth 2.0 token endpoint (v2) that belongs to the authorization endpoint.
    #[schemars(extend(
        "format" = "uri",
        "pattern" = TOKEN_PATTERN,
        "default" = "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        "x-airlock-advanced" = true
    ))]
    token_url: Option<String>,
    /// OAuth 2.0 scopes, separated by spaces. Without `offline_access` a person has to sign in
    /// again whenever the token runs out; without `openid profile` nobody can tell who signed in.
    #[schemars(extend("default" = DELEGATED_SCOPES, "x-airlock-advanced" = true))]
    scopes: Option<String>,
}

/// Settings of the kind `device-code`.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[expect(
    dead_code,
    reason = "read by the host; here it only gives the schema its shape"
)]
struct DeviceCodeSettings {
    /// Address of the environment, such as `https://contoso.crm.dynamics.com`. A path such as
    /// `/api/data/v9.1` chooses that version of the Web API; without one it is v9.2.
    #[schemars(extend("format" = "uri"))]
    web_api_url: String,
    /// OAuth 2.0 device authorization endpoint (v2). The default lets people of any organisation
    /// sign in.
    #[schemars(extend(
        "format" = "uri",
        "default" = "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode",
        "x-airlock-advanced" = true
    ))]
    device_url: Option<String>,
    /// OAuth 2.0 token endpoint (v2) that belongs to the device authorization endpoint.
    #[schemars(extend(
        "format" = "uri",
        "default" = "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        "x-airlock-advanced" = true
    ))]
    token_url: Option<String>,
    /// OAuth 2.0 scopes, separated by spaces. Without `offline_access` a person has to sign in
    /// again whenever the token runs out; without `openid profile` nobody can tell who signed in.
    #[schemars(extend("default" = DELEGATED_SCOPES, "x-airlock-advanced" = true))]
    scopes: Option<String>,
}

/// An app registration that people sign in to.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct SignInClient {
    /// Application (client) id of the app registration.
    client_id: String,
    /// Value of the client secret, where the app registration is a web application. One for mobile
    /// and desktop applications has none.
    client_secret: Option<String>,
}

/// What an app registration proves itself with.
#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct ClientSecret {
    /// Application (client) id of the app registration.
    client_id: String,
    /// Value of the client secret. It is not the secret's id, which looks like a GUID.
    client_secret: String,
}

/// Every way to connect, the usual one first.
#[must_use]
pub fn all() -> Vec<ConnectionKind> {
    vec![client_credentials(), authorization_code(), device_code()]
}

fn client_credentials() -> ConnectionKind {
    ConnectionKind {
        name: "client-credentials",
        title: "App registration (client credentials)",
        description: "For servers and jobs: the connector speaks as an application. Register an \
                      app in the Azure portal, create a client secret for it, then add it in the \
                      Power Platform admin centre under Environments > Settings > Application \
                      users and give it a security role. Without that last step the sign-in \
                      succeeds and every request is refused with 403.",
        grant: Grant::ClientCredentials,
        oauth: Some(Oauth {
            token_url: "{token-url}",
            authorize_url: None,
            device_url: None,
            scopes: vec!["{scopes}"],
        }),
        placement: Placement::Bearer,
        hosts: vec![WEB_API_HOST],
        settings: schema::of::<ClientCredentialsSettings>(),
        secrets: schema::of::<ClientSecret>(),
    }
}

fn authorization_code() -> ConnectionKind {
    ConnectionKind {
        name: "authorization-code",
        title: "A person's sign-in (authorization code)",
        description: "The connector speaks as the person who signs in, with that person's rights. \
                      Register an app in the Azure portal, add the platform \"Mobile and desktop \
                      applications\" with the redirect URI http://localhost, and add the delegated \
                      permission user_impersonation of Dynamics CRM. Such an app has no secret.",
        grant: Grant::AuthorizationCode,
        oauth: Some(Oauth {
            token_url: "{token-url}",
            authorize_url: Some("{authorize-url}"),
            device_url: None,
            scopes: vec!["{scopes}"],
        }),
        placement: Placement::Bearer,
        hosts: vec![WEB_API_HOST],
        settings: schema::of::<AuthorizationCodeSettings>(),
        secrets: schema::of::<SignInClient>(),
    }
}

fn device_code() -> ConnectionKind {
    ConnectionKind {
        name: "device-code",
        title: "A person's sign-in on another device (device code)",
        description: "As authorization-code, for machines without a browser: a short code is typed \
                      in on any other device. Many organisations block it by policy, because a \
                      code can be passed on; prefer authorization-code where a browser is at hand. \
                      The app registration has to allow public client flows.",
        grant: Grant::DeviceCode,
        oauth: Some(Oauth {
            token_url: "{token-url}",
            authorize_url: None,
            device_url: Some("{device-url}"),
            scopes: vec!["{scopes}"],
        }),
        placement: Placement::Bearer,
        hosts: vec![WEB_API_HOST],
        settings: schema::of::<DeviceCodeSettings>(),
        secrets: schema::of::<SignInClient>(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The names between braces in a template, without their `:part`.
    fn placeholders(template: &str) -> Vec<String> {
        template
            .split('{')
            .skip(1)
            .filter_map(|rest| rest.split_once('}'))
            .map(|(inner, _)| inner.split(':').next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn every_template_names_a_setting_that_exists() {
        for kind in all() {
            let settings = kind.settings["properties"].as_object().unwrap();
            let oauth = kind.oauth.unwrap();
            let mut templates = vec![oauth.token_url];
            templates.extend(oauth.authorize_url);
            templates.extend(oauth.device_url);
            templates.extend(&oauth.scopes);
            templates.extend(&kind.hosts);
            templates.extend(settings.values().filter_map(|one| one["default"].as_str()));
            for template in templates {
                for name in placeholders(template) {
                    assert!(settings.contains_key(&name), "{}: {template}", kind.name);
                }
            }
        }
    }

    #[test]
    fn a_default_builds_on_settings_that_a_person_gives() {
        for kind in all() {
            let settings = kind.settings["properties"].as_object().unwrap();
            for template in settings.values().filter_map(|one| one["default"].as_str()) {
                for name in placeholders(template) {
                    assert!(settings[&name].get("default").is_none(), "{template}");
                }
            }
        }
    }

    #[test]
    fn what_is_needed_is_what_cannot_be_derived() {
        let kinds = all();
        let required = |index: usize| kinds[index].settings["required"].clone();
        assert_eq!(required(0), serde_json::json!(["web-api-url", "token-url"]));
        assert_eq!(required(1), serde_json::json!(["web-api-url"]));
        assert_eq!(required(2), serde_json::json!(["web-api-url"]));
        let secrets = |index: usize| kinds[index].secrets["required"].clone();
        assert_eq!(
            secrets(0),
            serde_json::json!(["client-id", "client-secret"])
        );
        for of_a_person in [1, 2] {
            assert_eq!(secrets(of_a_person), serde_json::json!(["client-id"]));
        }
    }
}
