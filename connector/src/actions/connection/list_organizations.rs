//! `list-organizations`: the organisations that whoever is connected can reach (Microsoft, global discovery).

use airlock_connector::{
    Action, Error, IdempotencyKey, Transport,
    declare::{Declaration, Streams, Traits},
};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    session::{Dataverse, Session},
    webapi::{ApiRequest, BaseUrl, address::Origin, literal::encode_expression},
};

/// Where each cloud's discovery is, by the end of its organisations' hosts; the first that fits.
const CLOUDS: [(&str, &str); 5] = [
    (
        ".crm9.dynamics.com",
        "https://globaldisco.crm9.dynamics.com",
    ),
    (
        ".crm.microsoftdynamics.us",
        "https://globaldisco.crm.microsoftdynamics.us",
    ),
    (
        ".crm.appsplatform.us",
        "https://globaldisco.crm.appsplatform.us",
    ),
    (".dynamics.cn", "https://globaldisco.crm.dynamics.cn"),
    (".dynamics.com", "https://globaldisco.crm.dynamics.com"),
];

/// The list, below the host.
const INSTANCES: &str = "/api/discovery/v2.0/Instances";

/// Input of `list-organizations`.
#[derive(Debug, serde::Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Input {
    /// Only names, addresses and unique names that contain this text, in any case.
    pub search: Option<String>,
    /// OData condition on the service's own members, such as `State eq 0`, without `$filter=`.
    #[schemars(extend("x-airlock-advanced" = true))]
    pub filter: Option<String>,
    /// Origin of the discovery service, where it is not that of the organisation's cloud.
    #[schemars(extend("x-airlock-advanced" = true))]
    pub discovery_url: Option<String>,
}

/// Output of `list-organizations`.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub struct Output {
    /// The organisations by name.
    organizations: Vec<OrganizationShown>,
    /// How many there are.
    count: usize,
}

/// One organisation.
#[derive(Debug, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
struct OrganizationShown {
    /// Id of the organisation.
    id: String,
    /// Name for people.
    name: String,
    /// Name that is unique among all.
    unique_name: String,
    /// Address at which people work.
    url: String,
    /// Address of its Web API, for a connection of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    api_url: Option<String>,
    /// Whether it can be used.
    enabled: bool,
    /// Its version.
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    /// Where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// Id of its environment.
    #[serde(skip_serializing_if = "Option::is_none")]
    environment_id: Option<String>,
    /// Id of its tenant in Entra ID.
    #[serde(skip_serializing_if = "Option::is_none")]
    tenant_id: Option<String>,
    /// Whether it is the one of this connection.
    current: bool,
}

#[derive(Deserialize)]
struct List {
    value: Vec<Instance>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Instance {
    id: Option<String>,
    unique_name: Option<String>,
    friendly_name: Option<String>,
    url: Option<String>,
    api_url: Option<String>,
    state: Option<i64>,
    version: Option<String>,
    region: Option<String>,
    environment_id: Option<String>,
    tenant_id: Option<String>,
}

/// The action.
#[derive(Debug)]
pub struct ListOrganizations;

impl Action<Dataverse> for ListOrganizations {
    const DECLARATION: Declaration = Declaration {
        name: "list-organizations",
        aliases: &[],
        title: "List organisations",
        description: "Lists the organisations that the person who signed in can reach, from the discovery service. \
                      The connection has to be allowed to reach that host, and its token to be meant for it: an \
                      application's own token is not taken there.",
        group: "Connection",
        traits: Traits::READS,
        streams: Streams::NONE,
        examples: &[r#"{"search": "sales"}"#],
    };
    type Input = Input;
    type Output = Output;

    async fn run<T: Transport>(
        session: &Session<T>,
        input: Input,
        _: Option<IdempotencyKey<'_>>,
    ) -> Result<Output, Error> {
        let base = session.client().base();
        let host = match input.discovery_url.as_deref() {
            Some(url) => given(url)?,
            None => discovery_of(base),
        };
        let mut url = format!("{host}{INSTANCES}");
        if let Some(filter) = input.filter.as_deref() {
            url.extend(["?$filter=", &encode_expression(filter)]);
        }
        let answer = session.client().send(ApiRequest::get(url)).await;
        let found: List = answer.map_err(|error| explained(error, &host))?.json()?;
        let search = input.search.unwrap_or_default().trim().to_lowercase();
        let mut organizations: Vec<OrganizationShown> = found
            .value
            .into_iter()
            .map(|one| shown(one, base))
            .filter(|one| {
                [&one.name, &one.unique_name, &one.url]
                    .iter()
                    .any(|text| text.to_lowercase().contains(&search))
            })
            .collect();
        organizations.sort_by_cached_key(|one| one.name.to_lowercase());
        Ok(Output {
            count: organizations.len(),
            organizations,
        })
    }
}

/// The origin of the discovery service of the organisation's cloud. An organisation elsewhere, such as a
/// simulated one, has its own.
fn discovery_of(base: &BaseUrl) -> String {
    let origin = base.origin().to_string();
    let cloud = CLOUDS.iter().find(|(end, _)| origin.ends_with(end));
    cloud.map_or(origin, |(_, discovery)| (*discovery).to_owned())
}

fn given(url: &str) -> Result<String, Error> {
    match Origin::split(url.trim().trim_end_matches('/')) {
        Some((origin, "")) => Ok(origin.to_string()),
        _ => Err(Error::invalid(
            "/discovery-url",
            format!("`{url}` is no origin such as https://globaldisco.crm.dynamics.com"),
        )),
    }
}

fn explained(error: Error, host: &str) -> Error {
    match error {
        Error::Unauthenticated(_) => error.noting(&format!(
            "the discovery service takes only tokens of people who signed in for it: scope {host}//user_impersonation"
        )),
        other => other,
    }
}

fn shown(one: Instance, base: &BaseUrl) -> OrganizationShown {
    let current = [&one.url, &one.api_url].into_iter().flatten().any(|url| {
        Origin::split(url.trim_end_matches('/')).is_some_and(|(origin, _)| origin == *base.origin())
    });
    OrganizationShown {
        id: one.id.unwrap_or_default(),
        name: one.friendly_name.unwrap_or_default(),
        unique_name: one.unique_name.unwrap_or_default(),
        url: one.url.unwrap_or_default(),
        api_url: one.api_url,
        enabled: one.state.unwrap_or(0) == 0,
        version: one.version,
        region: one.region,
        environment_id: one.environment_id,
        tenant_id: one.tenant_id,
        current,
    }
}

#[cfg(test)]
mod tests {
    use airlock_connector::{TransportError, http::Method};
    use serde_json::json;

    use super::*;
    use crate::{
        actions::testing::{faults, run},
        webapi::testing::contoso,
    };

    const DISCOVERY: &str = "https://globaldisco.crm.dynamics.com/api/discovery/v2.0/Instances";

    fn instances() -> String {
        json!({"value": [
            {"Id": "2", "FriendlyName": "Zeta", "UniqueName": "unq2", "Url": "https://zeta.crm4.dynamics.com", "State": 1},
            {"Id": "1", "FriendlyName": "Contoso Sales", "UniqueName": "unq1", "State": 0,
                "Url": "https://contoso.crm.dynamics.com", "ApiUrl": "https://contoso.api.crm.dynamics.com"},
        ]})
        .to_string()
    }

    #[test]
    fn each_cloud_has_a_discovery_of_its_own() {
        for (host, discovery) in [
            (
                "contoso.crm4.dynamics.com",
                "https://globaldisco.crm.dynamics.com",
            ),
            (
                "contoso.crm9.dynamics.com",
                "https://globaldisco.crm9.dynamics.com",
            ),
            (
                "contoso.crm.dynamics.cn",
                "https://globaldisco.crm.dynamics.cn",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ] {
            assert_eq!(discovery_of(&BaseUrl::parse(host).unwrap()), discovery);
        }
    }

    #[test]
    fn organisations_come_by_name_and_the_own_one_is_marked() {
        let script = contoso().answer(Method::Get, DISCOVERY, 429, "").answer(
            Method::Get,
            DISCOVERY,
            200,
            &instances(),
        );
        let output = run(&script, "list-organizations", json!({})).unwrap();
        assert_eq!(output["count"], 2);
        assert_eq!(output["organizations"][0]["name"], "Contoso Sales");
        assert_eq!(output["organizations"][0]["current"], true);
        assert_eq!(output["organizations"][1]["enabled"], false);
        let script = contoso().answer(Method::Get, DISCOVERY, 200, &instances());
        let output = run(&script, "list-organizations", json!({"search": "CRM4"})).unwrap();
        assert_eq!(output["count"], 1);
    }

    #[test]
    fn a_token_for_something_else_and_a_host_that_is_not_allowed_are_said_so() {
        let script = contoso().answer(Method::Get, DISCOVERY, 401, "");
        let error = run(&script, "list-organizations", json!({})).unwrap_err();
        assert!(
            error.to_string().contains("//user_impersonation"),
            "{error}"
        );
        let denied = TransportError::Denied("the connection may not reach it".into());
        let script = contoso().fail(Method::Get, DISCOVERY, denied);
        let error = run(&script, "list-organizations", json!({})).unwrap_err();
        assert!(error.to_string().contains("may not reach"), "{error}");
        let input = json!({"discovery-url": "globaldisco"});
        let found = faults(run(&contoso(), "list-organizations", input).unwrap_err());
        assert_eq!(found[0].0, "/discovery-url");
    }
}
