//! Operations in the background.

use airlock_connector::{Error, http::Method, testing::Script};
use serde_json::{Value, json};

use super::refused;
use crate::actions::testing::{ID, last, run};

const LOCATION: &str =
    "https://contoso.crm.dynamics.com/api/backgroundoperation/5f3e0c11-1111-4222-8333-000000000001";

fn told(status: u32, more: Value) -> String {
    let mut told = json!({"backgroundOperationId": ID, "backgroundOperationStateCode": 3,
        "backgroundOperationStatusCode": status});
    told.as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    told.to_string()
}

fn plan(more: Value) -> Value {
    let mut input = json!({"name": "new_Plan", "parameters": {"Task": {"subject": "x"}}});
    input
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    input
}

fn accepted() -> Script {
    super::script().answer_with(Method::Post, "new_Plan", 202, &[("location", LOCATION)], "")
}

#[test]
fn a_background_operation_is_asked_for_until_it_is_done() {
    let script = accepted()
        .answer(Method::Get, LOCATION, 200, &told(20, json!({})))
        .answer(Method::Get, LOCATION, 503, "")
        .answer(Method::Get, LOCATION, 200, &told(30, json!({"Sum": 7})));
    let output = run(&script, "run-in-background", plan(json!({}))).unwrap();
    assert_eq!(
        output,
        json!({"outcome": "done", "operation-id": ID, "location": LOCATION, "result": {"Sum": 7}})
    );
    let posted = script
        .sent()
        .iter()
        .position(|line| line.starts_with("POST"))
        .unwrap();
    assert_eq!(
        script.request(posted).headers.get("prefer"),
        Some("respond-async")
    );
}

#[test]
fn nobody_has_to_wait_and_the_end_is_asked_for_later() {
    let script = accepted();
    let input = plan(json!({"wait": false, "callback-url": "https://example.org/done?code=1"}));
    let output = run(&script, "run-in-background", input).unwrap();
    assert_eq!(
        output,
        json!({"outcome": "running", "operation-id": ID, "location": LOCATION})
    );
    assert_eq!(
        last(&script).headers.get("prefer"),
        Some("respond-async,odata.callback;url=\"https://example.org/done?code=1\"")
    );
    for operation in [ID, LOCATION] {
        let script =
            script
                .clone()
                .answer(Method::Get, LOCATION, 200, &told(30, json!({"Sum": 7})));
        let output = run(
            &script,
            "get-background-operation",
            json!({"operation": operation}),
        );
        assert_eq!(output.unwrap()["result"]["Sum"], 7);
    }
}

#[test]
fn what_fails_in_the_background_is_an_error_with_its_reason() {
    let reason = json!({"backgroundOperationErrorCode": "0x80040265", "backgroundOperationErrorMessage": "no prices"});
    let script = accepted().answer(Method::Get, LOCATION, 200, &told(31, reason));
    let error = run(&script, "run-in-background", plan(json!({}))).unwrap_err();
    let Error::Rejected(failure) = error else {
        panic!("{error:?}");
    };
    assert!(failure.message.ends_with("no prices"), "{failure:?}");
    assert_eq!(failure.code.as_deref(), Some("0x80040265"));
    let script = accepted().answer(Method::Get, LOCATION, 200, &told(32, json!({})));
    let error = run(&script, "run-in-background", plan(json!({}))).unwrap_err();
    assert!(error.to_string().contains("cancelled"), "{error}");
}

#[test]
fn what_the_service_does_at_once_is_done() {
    let script = super::script().answer(Method::Post, "new_Plan", 200, r#"{"Sum": 7}"#);
    let output = run(&script, "run-in-background", plan(json!({}))).unwrap();
    assert_eq!(output, json!({"outcome": "done", "result": {"Sum": 7}}));
}

#[test]
fn addresses_that_lead_elsewhere_are_refused() {
    for url in [
        "http://example.org",
        "example.org",
        "https://example.org/\"x",
    ] {
        let found = refused("run-in-background", plan(json!({"callback-url": url})));
        assert_eq!(found[0].0, "/callback-url");
    }
    let foreign = "https://evil.example/api/backgroundoperation/1";
    let found = refused("get-background-operation", json!({"operation": foreign}));
    assert_eq!(found[0].0, "/operation");
    let script =
        super::script().answer_with(Method::Post, "new_Plan", 202, &[("location", foreign)], "");
    assert!(run(&script, "run-in-background", plan(json!({}))).is_err());
}
