//! The actions as a caller sees them, and what holds for all of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    DECLARATIONS, catalogue, find,
    testing::{ID, faults, last, leads, run, run_after_an_attempt, run_with_key, sent},
};
use crate::webapi::{Error, Method, testing::Script};

fn objects(schema: &Value) -> Vec<&Value> {
    let below = schema["properties"]
        .as_object()
        .into_iter()
        .flat_map(|map| map.values());
    std::iter::once(schema)
        .chain(below.flat_map(objects))
        .collect()
}

#[test]
fn every_name_means_one_action() {
    let mut names = BTreeSet::new();
    for one in DECLARATIONS {
        for name in one.aliases.iter().chain([&one.name]) {
            assert!(names.insert(name.to_lowercase()), "{name} stands twice");
            assert_eq!(find(name).unwrap().name, one.name);
        }
    }
    // The Dataverse connector's UpdateRecord creates rows that it does not find.
    assert_eq!(find("updaterecord").unwrap().name, "upsert-row");
}

#[test]
fn an_unknown_action_is_answered_with_the_nearest() {
    let found = faults(run(&Script::new(), "list-row", json!({})).unwrap_err());
    assert!(
        found[0].1.contains("did you mean list-rows"),
        "{}",
        found[0].1
    );
    let found = faults(run(&Script::new(), "frobnicate", json!({})).unwrap_err());
    assert!(found[0].1.contains("create-row"), "{}", found[0].1);
}

#[test]
fn every_schema_is_flat_ordered_and_explained() {
    for action in catalogue() {
        let name = action.declaration.name;
        for schema in [&action.input, &action.output] {
            assert!(!schema.to_string().contains("$ref"), "{name}");
            for (property, inner) in objects(schema)
                .iter()
                .flat_map(|one| one["properties"].as_object())
                .flatten()
            {
                assert!(
                    inner["description"].is_string(),
                    "{name}: {property} is not explained"
                );
                assert_eq!(property, &property.to_lowercase(), "{name}");
                assert!(!property.contains('_'), "{name}: {property}");
            }
        }
        let properties: BTreeSet<&str> = action.input["properties"]
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        let order: Vec<&str> = action.input["x-airlock-order"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .collect();
        assert_eq!(properties, order.iter().copied().collect(), "{name}");
        assert_eq!(action.input["additionalProperties"], false, "{name}");
    }
}

#[test]
fn the_inputs_of_a_raw_request_are_all_there() {
    let catalogue = catalogue();
    let raw = catalogue
        .iter()
        .find(|one| one.declaration.name == "raw-request")
        .unwrap();
    for name in [
        "url",
        "method",
        "data",
        "form-data",
        "file-data",
        "file-data-file-names",
        "query-params",
        "headers",
        "response-type",
        "timeout-ms",
        "retry-delay-ms",
        "retry-on-all-errors",
        "max-retry-count",
        "use-exponential-backoff",
    ] {
        assert!(raw.input["properties"].get(name).is_some(), "{name}");
    }
}

#[test]
fn a_row_is_read_by_its_id_in_any_spelling() {
    for id in [
        ID.to_owned(),
        format!("{{{}}}", ID.to_uppercase()),
        ID.replace('-', ""),
    ] {
        let script = leads().answer_with(
            Method::Get,
            "leads(",
            200,
            &[("ETag", "W/\"7\"")],
            r#"{"@odata.etag": "W/\"7\"", "subject": "a"}"#,
        );
        let output = run(&script, "get-row", json!({"table": "lead", "id": id})).unwrap();
        let row = json!({"@odata.etag": "W/\"7\"", "subject": "a"});
        assert_eq!(output, json!({"row": row, "etag": "W/\"7\""}));
        assert_eq!(sent(&script), [format!("GET leads({ID})")]);
    }
}

#[test]
fn a_row_that_has_not_changed_is_not_given_again() {
    let script = leads().answer(Method::Get, "leads(", 304, "");
    let input = json!({"table": "lead", "id": ID, "if-none-match": "W/\"7\""});
    assert_eq!(
        run(&script, "get-row", input).unwrap(),
        json!({"changed": false})
    );
    assert_eq!(last(&script).headers.get("if-none-match"), Some("W/\"7\""));
}

#[test]
fn a_wrong_id_is_refused_before_anything_is_sent() {
    for (action, input) in [
        ("get-row", json!({"table": "lead", "id": "12"})),
        ("delete-row", json!({"table": "lead", "id": "12"})),
        (
            "update-row",
            json!({"table": "lead", "id": "12", "row": {"subject": "x"}}),
        ),
    ] {
        let script = Script::new();
        let found = faults(run(&script, action, input).unwrap_err());
        assert_eq!(found[0].0, "/id", "{action}");
        assert!(script.sent().is_empty());
    }
}

#[test]
fn a_create_under_a_key_always_aims_at_the_same_row() {
    let created = |key| {
        let script = leads().answer(Method::Patch, "leads(", 204, "");
        let input = json!({"table": "leads", "row": {"subject": "x"}});
        let output = run_with_key(&script, "create-row", input, Some(key)).unwrap();
        assert_eq!(last(&script).headers.get("if-none-match"), Some("*"));
        assert_eq!(output["outcome"], "created");
        output["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(created("order-1"), created("order-1"));
    assert_ne!(created("order-1"), created("order-2"));
}

#[test]
fn what_is_created_can_be_given_back() {
    let row = format!("{{\"leadid\": \"{ID}\", \"subject\": \"x\"}}");
    let script = leads().answer(Method::Post, "leads?$select=subject", 201, &row);
    let input = json!({"table": "lead", "row": {"subject": "x"}, "select": ["subject"]});
    let output = run(&script, "create-row", input).unwrap();
    assert_eq!(output["id"], ID);
    assert_eq!(output["row"]["subject"], "x");
    assert_eq!(
        last(&script).headers.get("prefer"),
        Some("return=representation")
    );
}

#[test]
fn an_update_never_creates_and_respects_a_version() {
    for (if_match, header) in [(None, "*"), (Some("*"), "*"), (Some("W/\"7\""), "W/\"7\"")] {
        let script = leads().answer(Method::Patch, "leads(", 204, "");
        let mut input = json!({"table": "lead", "id": ID, "row": {"subject": "x"}});
        if let Some(tag) = if_match {
            input["if-match"] = json!(tag);
        }
        let output = run(&script, "update-row", input).unwrap();
        assert_eq!(output, json!({"id": ID, "outcome": "updated"}));
        assert_eq!(last(&script).headers.get("if-match"), Some(header));
    }
}

#[test]
fn an_upsert_may_create_unless_told_otherwise() {
    let table = [
        (json!({}), Some("null"), None, "saved"),
        (json!({"if-match": "*"}), None, Some("*"), "updated"),
        (json!({"if-none-match": "*"}), Some("*"), None, "created"),
    ];
    for (more, if_none_match, if_match, outcome) in table {
        let script = leads().answer(Method::Patch, "leads(", 204, "");
        let mut input = json!({"table": "lead", "id": ID, "row": {"subject": "x"}});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(
            run(&script, "upsert-row", input).unwrap()["outcome"],
            outcome
        );
        let headers = last(&script).headers;
        assert_eq!(headers.get("if-none-match"), if_none_match);
        assert_eq!(headers.get("if-match"), if_match);
    }
}

#[test]
fn what_a_write_may_say_reaches_the_service() {
    let script = leads().answer(Method::Delete, "leads(", 204, "");
    let input = json!({
        "table": "lead", "id": ID, "impersonate-object-id": ID, "suppress-flows": true,
        "bypass-logic": ["sync"], "if-match": "W/\"7\"",
    });
    assert_eq!(
        run(&script, "delete-row", input).unwrap(),
        json!({"deleted": true, "outcome": "deleted"})
    );
    let headers = last(&script).headers;
    for (name, value) in [
        ("CallerObjectId", ID),
        ("MSCRM.SuppressCallbackRegistrationExpanderJob", "true"),
        ("MSCRM.BypassBusinessLogicExecution", "CustomSync"),
        ("If-Match", "W/\"7\""),
    ] {
        assert_eq!(headers.get(name), Some(value), "{name}");
    }
    let script = leads().answer(Method::Post, "leads", 204, "");
    let input = json!({
        "table": "lead", "row": {"subject": "x"}, "impersonate-user-id": ID,
        "detect-duplicates": true, "solution": "contoso",
    });
    run(&script, "create-row", input).unwrap();
    let headers = last(&script).headers;
    for (name, value) in [
        ("MSCRMCallerID", ID),
        ("MSCRM.SuppressDuplicateDetection", "false"),
        ("MSCRM.SolutionUniqueName", "contoso"),
    ] {
        assert_eq!(headers.get(name), Some(value), "{name}");
    }
}

#[test]
fn the_current_user_is_told_even_where_names_may_not_be_read() {
    let who =
        format!("{{\"UserId\": \"{ID}\", \"BusinessUnitId\": \"b\", \"OrganizationId\": \"o\"}}");
    let script = Script::new()
        .answer(Method::Get, "WhoAmI", 200, &who)
        .answer(
            Method::Get,
            "systemusers(",
            200,
            r##"{"fullname": "# Jobs", "applicationid": "a"}"##,
        )
        .answer(
            Method::Get,
            "RetrieveCurrentOrganization(",
            403,
            r#"{"error": {"message": "no"}}"#,
        );
    let output = run(&script, "WhoAmI", json!({})).unwrap();
    assert_eq!(output["user-id"], ID);
    assert_eq!(output["name"], "# Jobs");
    assert_eq!(output["organization-id"], "o");
    assert_eq!(output.get("organization"), None);
}

#[test]
fn a_refused_credential_is_not_taken_for_an_unreadable_name() {
    let script = Script::new().answer(Method::Get, "WhoAmI", 401, "");
    let error = run(&script, "get-current-user", json!({})).unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(_)), "{error:?}");
}

#[test]
fn a_row_that_is_gone_after_an_attempt_was_deleted_by_it() {
    let gone = || leads().answer(Method::Delete, "leads(", 404, "");
    let input = || json!({"table": "lead", "id": ID});
    let first = run_with_key(&gone(), "delete-row", input(), Some("order-1")).unwrap_err();
    assert!(matches!(first, Error::NotFound(_)), "{first:?}");
    assert_eq!(
        run_after_an_attempt(&gone(), "delete-row", input(), "order-1").unwrap(),
        json!({"deleted": true, "outcome": "already-deleted"})
    );
}

#[test]
fn a_refusal_after_an_attempt_says_that_it_may_be_done() {
    for (status, input) in [
        (
            404,
            json!({"table": "lead", "id": ID, "row": {"subject": "x"}}),
        ),
        (
            412,
            json!({"table": "lead", "id": ID, "row": {"subject": "x"}, "if-match": "W/\"7\""}),
        ),
    ] {
        let script = || leads().answer(Method::Patch, "leads(", status, "");
        let text = |error: Error| format!("{error:?}");
        let first = run_with_key(&script(), "update-row", input.clone(), Some("order-1"));
        let again = run_after_an_attempt(&script(), "update-row", input, "order-1");
        assert!(!text(first.unwrap_err()).contains("earlier attempt"));
        assert!(
            text(again.unwrap_err()).contains("earlier attempt"),
            "{status}"
        );
    }
}
