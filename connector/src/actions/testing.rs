//! Calls of actions against a script, for the tests of this folder and of discovery.

use airlock_connector::{
    Error,
    dispatch::{self, Invocation},
    http::{Method, Request},
    testing::Script,
};
use futures::executor::block_on;
use serde_json::Value;

use crate::Dynamics;
use crate::{
    session::Session,
    tables::Memory,
    webapi::testing::{ROOT, contoso},
};

/// The table of most tests.
pub(crate) const LEAD: &str = r#"{"value": [{
    "LogicalName": "lead", "EntitySetName": "leads", "SchemaName": "Lead",
    "LogicalCollectionName": "leads", "PrimaryIdAttribute": "leadid",
    "PrimaryNameAttribute": "fullname",
    "DisplayName": {"UserLocalizedLabel": {"Label": "Lead"}},
    "DisplayCollectionName": {"UserLocalizedLabel": {"Label": "Leads"}}
}]}"#;

/// Its columns.
pub(crate) const LEAD_COLUMNS: &str = r#"{"value": [
    {"LogicalName": "leadid", "AttributeTypeName": {"Value": "UniqueidentifierType"},
     "IsPrimaryId": true, "IsValidForUpdate": false},
    {"LogicalName": "subject", "AttributeTypeName": {"Value": "StringType"},
     "RequiredLevel": {"Value": "ApplicationRequired"},
     "DisplayName": {"UserLocalizedLabel": {"Label": "Topic"}}},
    {"LogicalName": "leadsourcecode", "AttributeTypeName": {"Value": "PicklistType"},
     "DisplayName": {"UserLocalizedLabel": {"Label": "Lead Source"}}},
    {"LogicalName": "donotemail", "AttributeTypeName": {"Value": "BooleanType"}},
    {"LogicalName": "estimatedclosedate", "AttributeTypeName": {"Value": "DateTimeType"}},
    {"LogicalName": "ownerid", "AttributeTypeName": {"Value": "OwnerType"},
     "RequiredLevel": {"Value": "SystemRequired"},
     "DisplayName": {"UserLocalizedLabel": {"Label": "Owner"}}},
    {"LogicalName": "owneridname", "AttributeTypeName": {"Value": "StringType"},
     "AttributeOf": "ownerid", "IsValidODataAttribute": false},
    {"LogicalName": "createdon", "AttributeTypeName": {"Value": "DateTimeType"},
     "IsValidForCreate": false, "IsValidForUpdate": false}
]}"#;

/// A GUID.
pub(crate) const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

/// A script that knows the table `lead` and its columns.
pub(crate) fn leads() -> Script {
    contoso()
        .always(Method::Get, "EntityDefinitions?", 200, LEAD)
        .always(
            Method::Get,
            "EntityDefinitions(LogicalName='lead')/Attributes?",
            200,
            LEAD_COLUMNS,
        )
        .always(
            Method::Get,
            "EntityDefinitions(LogicalName='lead')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?",
            200,
            r#"{"value": [{"LogicalName": "subject", "MaxLength": 300}]}"#,
        )
}

/// A connection to the organisation of the script.
pub(crate) fn session(script: &Script) -> Session<Script> {
    let settings = format!("{{\"web-api-url\": \"{ROOT}\", \"token-url\": \"ignored\"}}");
    Session::open(script.clone(), &Memory::new(), "c1", &settings).unwrap()
}

/// Runs an action over a new connection.
pub(crate) fn run(script: &Script, action: &str, input: Value) -> Result<Value, Error> {
    run_with_key(script, action, input, None)
}

/// The same under an idempotency key.
pub(crate) fn run_with_key(
    script: &Script,
    action: &str,
    input: Value,
    key: Option<&str>,
) -> Result<Value, Error> {
    let call = Invocation {
        action: action.to_owned(),
        input: input.to_string(),
        idempotency_key: key.map(str::to_owned),
        may_be_done: false,
    };
    block_on(dispatch::invoke::<Dynamics, _>(&session(script), &call))
        .map(|text| serde_json::from_str(&text).unwrap())
}

/// The pointers and messages of an error that blames the input.
pub(crate) fn faults(error: Error) -> Vec<(String, String)> {
    match error {
        Error::InvalidInput(faults) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("not the input's fault: {other:?}"),
    }
}

/// What was sent apart from questions for metadata.
pub(crate) fn sent(script: &Script) -> Vec<String> {
    let prepares = |line: &String| line.starts_with("GET EntityDefinitions");
    script
        .sent()
        .into_iter()
        .filter(|line| !prepares(line))
        .collect()
}

/// The last request that was sent.
pub(crate) fn last(script: &Script) -> Request {
    script.request(script.sent().len() - 1)
}
