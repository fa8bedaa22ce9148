//! The actions as a caller sees them, and what holds for all of them.

use airlock_connector::{
    Error,
    dispatch::{self, Invocation},
    http::Method,
    testing::{Script, keeps_promises},
};
use futures::executor::block_on;
use serde_json::json;

use super::{
    all,
    testing::{ID, faults, last, leads, run, run_with_key, sent, session},
};
use crate::{Dynamics, webapi::testing::contoso};

#[test]
fn every_action_keeps_its_promises() {
    keeps_promises::<Dynamics>();
}

#[test]
fn an_action_lies_in_the_folder_of_its_group() {
    for one in all::<Script>() {
        let group = one.declaration.group.to_lowercase().replace(' ', "_");
        let path = (one.path)();
        assert!(path.contains(&format!("::actions::{group}::")), "{path}");
    }
}

#[test]
fn who_writes_a_row_has_one_and_says_of_which_table() {
    for one in all::<Script>().iter().filter(|one| one.writes.is_some()) {
        let input = (one.input)();
        for name in ["table", "row"] {
            let property = &input["properties"][name];
            assert!(property.is_object(), "{}: {name}", one.declaration.name);
        }
        assert!(!one.declaration.traits.read_only);
    }
}

#[test]
fn an_old_name_leads_to_what_it_did() {
    let found = dispatch::find::<Dynamics, Script>("whoami").unwrap();
    assert_eq!(found.declaration.name, "get-current-user");
    // The Dataverse connector's UpdateRecord creates rows that it does not find.
    let found = dispatch::find_operation::<Dynamics>("updaterecord").unwrap();
    assert_eq!(
        (found.system, found.action),
        ("power-automate", "upsert-row")
    );
    // Two systems have a GetItem: alone it is the first one's, and each is reached by its system.
    for (name, system) in [
        ("getitem", "power-automate"),
        ("Power-Automate:GetItem", "power-automate"),
        ("logic-apps:getitem", "logic-apps"),
    ] {
        assert_eq!(
            dispatch::find_operation::<Dynamics>(name).unwrap().system,
            system
        );
    }
}

#[test]
fn an_unknown_action_is_answered_with_the_nearest() {
    let found = faults(run(&contoso(), "list-row", json!({})).unwrap_err());
    assert!(
        found[0].1.contains("did you mean list-rows"),
        "{}",
        found[0].1
    );
    let found = faults(run(&contoso(), "frobnicate", json!({})).unwrap_err());
    assert!(found[0].1.contains("create-row"), "{}", found[0].1);
}

#[test]
fn the_inputs_of_a_raw_request_are_all_there() {
    let raw = dispatch::find::<Dynamics, Script>("raw-request").unwrap();
    let input = (raw.input)();
    for name in [
        "url",
        "method",
        "data",
        "body-base64",
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
        assert!(input["properties"].get(name).is_some(), "{name}");
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
        let script = contoso();
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

/// What promises nothing under a key: what may do anything, and what makes definitions, whose names are keys
/// themselves.
const NO_KEY: &[&str] = &[
    "raw-request",
    "upload-file",
    "batch",
    "changeset",
    "call-action",
    "run-in-background",
    "create-table",
    "create-column",
    "create-relationship",
    "create-choice",
    "update-choice",
    "create-key",
];

#[test]
fn an_empty_key_and_a_key_that_could_promise_nothing_are_refused() {
    let row = json!({"table": "leads", "row": {"subject": "x"}});
    for key in ["", "  "] {
        let script = leads();
        let found =
            faults(run_with_key(&script, "create-row", row.clone(), Some(key)).unwrap_err());
        assert!(found[0].1.contains("key is empty"), "{found:?}");
        assert!(script.sent().is_empty());
    }
    let input = json!({"url": "leads", "method": "POST", "data": {}});
    let script = contoso();
    let found = faults(run_with_key(&script, "raw-request", input, Some("k")).unwrap_err());
    assert!(found[0].1.contains("takes no idempotency key"), "{found:?}");
    assert!(script.sent().is_empty());
    // What promises that twice equals once has to take one.
    for one in all::<Script>().iter().map(|one| one.declaration) {
        assert_eq!(
            one.traits.idempotent,
            !NO_KEY.contains(&one.name),
            "{}",
            one.name
        );
    }
}

#[test]
fn a_row_that_was_read_is_written_back_without_its_own_id() {
    let script = leads().answer(Method::Patch, "leads(", 204, "");
    let row = json!({"@odata.etag": "W/\"7\"", "leadid": ID, "subject": "x"});
    let input = json!({"table": "lead", "id": format!("leads({ID})"), "row": row});
    run(&script, "update-row", input).unwrap();
    assert_eq!(sent(&script), [format!("PATCH leads({ID})")]);
    assert_eq!(last(&script).body, b"{\"subject\":\"x\"}");
}

#[test]
fn a_row_of_another_table_is_not_taken_for_one_of_this() {
    let input = json!({"table": "lead", "id": format!("contacts({ID})")});
    let contact = r#"{"value": [{"LogicalName": "contact", "EntitySetName": "contacts"}]}"#;
    let script = contoso()
        .always(
            Method::Get,
            "EntityDefinitions?$select=LogicalName,EntitySetName,SchemaName,LogicalCollectionName,PrimaryIdAttribute,PrimaryNameAttribute,DisplayName,DisplayCollectionName,IsActivity,IsIntersect,IsPrivate&$filter=LogicalName%20eq%20'contacts'",
            200,
            contact,
        )
        .always(Method::Get, "EntityDefinitions?", 200, super::testing::LEAD);
    let found = faults(run(&script, "get-row", input).unwrap_err());
    assert_eq!(
        found,
        [(
            "/id".to_owned(),
            "this is a row of contact and not of lead".to_owned()
        )]
    );
}

#[test]
fn a_conflict_of_a_repeated_update_says_what_may_have_happened() {
    let script = leads().answer(Method::Patch, "leads(", 412, "");
    let input = json!({"table": "lead", "id": ID, "row": {"subject": "x"}, "if-match": "7"});
    let call = Invocation {
        action: "update-row".to_owned(),
        input: input.to_string(),
        idempotency_key: Some("k".to_owned()),
        may_be_done: true,
    };
    let error = block_on(dispatch::invoke::<Dynamics, _>(&session(&script), &call)).unwrap_err();
    assert!(
        error.to_string().contains("may have made just this change"),
        "{error}"
    );
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
    let script = contoso()
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
    let script = contoso().answer(Method::Get, "WhoAmI", 401, "");
    let error = run(&script, "get-current-user", json!({})).unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(_)), "{error:?}");
}
