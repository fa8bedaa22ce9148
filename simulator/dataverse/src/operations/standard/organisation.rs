//! The caller and the organisation: WhoAmI, RetrieveVersion, RetrieveCurrentOrganization.
//!
//! Layer: operations.

use serde_json::json;

use crate::http::SimError;
use crate::operations::declaration::{Parameter, ValueType, choice, object};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::function("WhoAmI", who_am_i).gives(vec![
            Parameter::one("BusinessUnitId", ValueType::Guid),
            Parameter::one("UserId", ValueType::Guid),
            Parameter::one("OrganizationId", ValueType::Guid),
        ]),
        Operation::function("RetrieveVersion", version)
            .gives(vec![Parameter::one("Version", ValueType::String)]),
        Operation::function("RetrieveCurrentOrganization", current_organisation)
            .may_take("AccessType", choice("EndpointAccessType"))
            .gives(vec![Parameter::one("Detail", object("OrganizationDetail"))]),
    ]
}

fn who_am_i(call: &Call<'_>) -> Result<Answer, SimError> {
    let context = call.context;
    Ok(Answer::Members(json!({
        "BusinessUnitId": context.caller.business_unit_id,
        "UserId": context.caller.user_id,
        "OrganizationId": context.organisation.identity.organization_id,
    })))
}

fn version(call: &Call<'_>) -> Result<Answer, SimError> {
    let version = &call.context.organisation.identity.version;
    Ok(Answer::Members(json!({ "Version": version })))
}

/// The access type asked for only selects which addresses are listed; a simulator has one.
fn current_organisation(call: &Call<'_>) -> Result<Answer, SimError> {
    let context = call.context;
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
    Ok(Answer::Members(json!({"Detail": {
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
    }})))
}
