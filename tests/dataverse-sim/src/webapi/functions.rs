//! Unbound functions about the caller and the organisation.

use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::OrgContext;

/// A function: what it is called and how it is computed.
struct Function {
    name: &'static str,
    compute: fn(&OrgContext<'_>) -> Value,
}

const FUNCTIONS: [Function; 3] = [
    Function {
        name: "WhoAmI",
        compute: who_am_i,
    },
    Function {
        name: "RetrieveVersion",
        compute: version,
    },
    Function {
        name: "RetrieveCurrentOrganization",
        compute: current_organisation,
    },
];

/// Answers a function call; `None` when the segment names no function.
pub(super) fn handle(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    segment: &str,
) -> Option<Result<Response, SimError>> {
    let name = segment.split('(').next().unwrap_or_default();
    let function = FUNCTIONS.iter().find(|function| function.name == name)?;
    Some(call(context, request, function))
}

fn call(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    function: &Function,
) -> Result<Response, SimError> {
    if request.method != Method::GET {
        return Err(SimError::wrong_verb(&format!(
            "{}/{}",
            context.service_root, request.path
        )));
    }
    if let Some((_, beyond)) = request
        .path
        .split_once('/')
        .filter(|(_, beyond)| !beyond.is_empty())
    {
        return Err(SimError::unknown_segment(beyond));
    }
    let mut body = serde_json::Map::new();
    let kind = format!(
        "{}/$metadata#Microsoft.Dynamics.CRM.{}Response",
        context.service_root, function.name
    );
    body.insert("@odata.context".to_owned(), Value::String(kind));
    if let Value::Object(members) = (function.compute)(context) {
        body.extend(members);
    }
    Ok(Response::json(
        StatusCode::OK,
        Value::Object(body).to_string(),
        request.metadata_level,
    ))
}

fn who_am_i(context: &OrgContext<'_>) -> Value {
    json!({
        "BusinessUnitId": context.caller.business_unit_id,
        "UserId": context.caller.user_id,
        "OrganizationId": context.organisation.identity.organization_id,
    })
}

fn version(context: &OrgContext<'_>) -> Value {
    json!({ "Version": context.organisation.identity.version })
}

/// The access type asked for only selects which addresses are listed; a simulator has one.
fn current_organisation(context: &OrgContext<'_>) -> Value {
    let identity = &context.organisation.identity;
    let origin = context
        .service_root
        .split("/api/")
        .next()
        .unwrap_or_default();
    let endpoints = [
        ("WebApplication", format!("{origin}/")),
        (
            "OrganizationService",
            format!("{origin}/XRMServices/2011/Organization.svc"),
        ),
        (
            "OrganizationDataService",
            format!("{origin}/XRMServices/2011/OrganizationData.svc"),
        ),
    ];
    let (keys, values): (Vec<_>, Vec<_>) = endpoints.into_iter().unzip();
    json!({"Detail": {
        "OrganizationId": identity.organization_id,
        "FriendlyName": identity.friendly_name,
        "OrganizationVersion": identity.version,
        "EnvironmentId": identity.environment_id,
        "DatacenterId": uuid::Uuid::new_v5(&identity.environment_id, b"datacenter"),
        "Geo": "NA",
        "TenantId": identity.tenant_id,
        "UrlName": identity.url_name,
        "UniqueName": identity.unique_name,
        "State": "Enabled",
        "Endpoints": {"Count": keys.len(), "IsReadOnly": false, "Keys": keys, "Values": values},
    }})
}
