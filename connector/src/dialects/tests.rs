//! Each system's operations, case by case: what was written, what is asked of the service for it, and what is
//! answered.

mod faults;
mod logic_apps;
mod power_automate;
mod prismatic;

use airlock_connector::{http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{last, run, sent},
    tables::testing::organisation,
};

/// Runs `operation` over an organisation that answers one request so.
pub(super) fn asked(
    operation: &str,
    input: Value,
    (method, resource, status): (Method, &str, u16),
    answer: &Value,
) -> (Value, Script) {
    let text = match answer {
        Value::Null => String::new(),
        answer => answer.to_string(),
    };
    let script = organisation().answer(method, resource, status, &text);
    let output = run(&script, operation, input.clone());
    (
        output.unwrap_or_else(|error| panic!("{operation} {input}: {error:?}")),
        script,
    )
}

/// The one request that an operation made, apart from questions for metadata.
pub(super) fn request(script: &Script) -> String {
    let sent = sent(script);
    assert_eq!(sent.len(), 1, "{sent:?}");
    sent[0].clone()
}

/// The body of the last request.
pub(super) fn body(script: &Script) -> Value {
    serde_json::from_slice(&last(script).body).unwrap()
}

/// A header of the last request.
pub(super) fn header(script: &Script, name: &str) -> String {
    last(script)
        .headers
        .get(name)
        .unwrap_or_default()
        .to_owned()
}

/// What a service gives for a row that is asked for whole.
pub(super) fn whole(id: &str) -> Value {
    json!({
        "@odata.id": format!("https://contoso.crm.dynamics.com/api/data/v9.2/tasks({id})"),
        "@odata.etag": "W/\"7\"",
        "activityid": id,
        "subject": "Call",
        "percentcomplete@OData.Community.Display.V1.FormattedValue": "40",
        "percentcomplete": 40,
    })
}
