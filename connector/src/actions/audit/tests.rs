//! The actions of this folder against a script.

use airlock_connector::{Error, TransportError, http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{ID, faults, last, run, sent},
    tables::testing::organisation,
    webapi::testing::contoso,
};

const GET: Method = Method::Get;
const NEWER: &str = "aaaa0000-0000-4000-8000-000000000002";
const OLDER: &str = "aaaa0000-0000-4000-8000-000000000001";
const CONTACT: &str = "aaaa0000-0000-4000-8000-00000000000c";

fn entry(id: &str, operation: i64, action: &str) -> Value {
    json!({
        "auditid": id, "createdon": "2026-03-25T17:42:47Z", "operation": operation, "action": operation,
        "action@OData.Community.Display.V1.FormattedValue": action,
        "_userid_value": ID, "_userid_value@OData.Community.Display.V1.FormattedValue": "Ada Park",
    })
}

fn detail(old: Value, new: Value) -> String {
    json!({"AuditDetail": {"@odata.type": "#Microsoft.Dynamics.CRM.AttributeAuditDetail",
        "OldValue": old, "NewValue": new}})
    .to_string()
}

fn listed(script: Script, entries: &[Value]) -> Script {
    script.answer(GET, "audits?", 200, &json!({"value": entries}).to_string())
}

/// Two changes of one task: its priority and regarding, then its subject.
fn changed_twice() -> Script {
    let script = listed(
        organisation(),
        &[entry(NEWER, 2, "Update"), entry(OLDER, 2, "Update")],
    );
    script
        .answer(
            GET,
            &format!("audits({NEWER})/"),
            200,
            &detail(
                json!({"subject": "second"}),
                json!({"subject": "third", "modifiedon": "2026-03-25T17:42:47Z"}),
            ),
        )
        .answer(
            GET,
            &format!("audits({OLDER})/"),
            200,
            &detail(
                json!({"@odata.type": "#Microsoft.Dynamics.CRM.task", "subject": "first",
                    "prioritycode": 1,
                    "prioritycode@OData.Community.Display.V1.FormattedValue": "Normal",
                    "_regardingobjectid_value": CONTACT,
                    "_regardingobjectid_value@OData.Community.Display.V1.FormattedValue": "Ines Okoro",
                    "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "contact"}),
                json!({"subject": "second", "prioritycode": 2,
                    "prioritycode@OData.Community.Display.V1.FormattedValue": "High"}),
            ),
        )
}

fn input(more: Value) -> Value {
    let mut input = json!({"table": "task", "id": ID});
    let members = more.as_object().unwrap().clone();
    input.as_object_mut().unwrap().extend(members);
    input
}

#[test]
fn a_history_tells_old_and_new_values_with_what_people_call_them() {
    let output = run(&changed_twice(), "row-history", input(json!({}))).unwrap();
    let entries = output["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2);
    assert_eq!(entries[0]["id"], NEWER);
    assert_eq!(entries[0]["action"], "Update");
    assert_eq!(entries[0]["user"], "Ada Park");
    assert_eq!(
        entries[1]["changes"],
        json!([
            {"column": "regardingobjectid", "label": "The regardingobjectid", "old": CONTACT,
                "old-text": "Ines Okoro", "new": null},
            {"column": "prioritycode", "label": "The prioritycode", "old": 1, "old-text": "Normal",
                "new": 2, "new-text": "High"},
            {"column": "subject", "label": "The subject", "old": "first", "new": "second"},
        ])
    );
}

#[test]
fn a_history_of_one_column_leaves_the_others_out() {
    let script = changed_twice();
    let wanted = json!({"column": "PriorityCode", "since": "2026-01-01", "top": 5});
    let output = run(&script, "row-history", input(wanted)).unwrap();
    let entries = output["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0]["changes"].as_array().unwrap().len(), 1);
    let asked = &sent(&script)[0];
    assert!(asked.contains("createdon%20ge%202026-01-01"), "{asked}");
    assert!(asked.contains("$top=5"), "{asked}");
}

#[test]
fn a_history_is_read_through_throttling_and_a_lost_answer() {
    let script = organisation().answer(GET, "audits?", 429, "").fail(
        GET,
        "audits?",
        TransportError::Interrupted("broke".into()),
    );
    let output = run(&listed(script, &[]), "row-history", input(json!({}))).unwrap();
    assert_eq!(output["entries"], json!([]));
    assert!(output["note"].as_str().unwrap().contains("while it is on"));
}

#[test]
fn a_row_goes_back_to_a_moment_and_only_what_differs_is_written() {
    let stored = json!({"subject": "third", "prioritycode": 1, "_regardingobjectid_value": null});
    let script = changed_twice()
        .answer(GET, "tasks(", 200, &stored.to_string())
        .answer(Method::Patch, "tasks(", 204, "");
    let wanted = json!({"to": "2026-03-20T00:00:00Z", "if-match": "W/\"7\""});
    let output = run(&script, "restore-row", input(wanted)).unwrap();
    assert_eq!(output["outcome"], "restored");
    let body: Value = serde_json::from_slice(&last(&script).body).unwrap();
    assert_eq!(body["subject"], "first");
    assert_eq!(
        body["regardingobjectid_contact_task@odata.bind"],
        format!("/contacts({CONTACT})")
    );
    assert_eq!(body.get("prioritycode"), None);
    assert_eq!(output["restored"], body);
    assert_eq!(
        output["notes"],
        json!(["`modifiedon` is no column of the table any more"])
    );
    assert_eq!(last(&script).headers.get("if-match"), Some("W/\"7\""));
    // A dry run shows the first request that is more than a preparation.
    let prepares = |index| {
        script
            .request(index)
            .headers
            .get("airlock-prepares")
            .is_some()
    };
    let all = script.sent().len();
    assert!((0..all - 1).all(prepares) && !prepares(all - 1));
}

#[test]
fn one_change_is_undone_and_one_that_is_undone_is_left_alone() {
    let undone = |stored: Value| {
        let script = listed(organisation(), &[entry(NEWER, 2, "Update")])
            .answer(
                GET,
                &format!("audits({NEWER})/"),
                200,
                &detail(
                    json!({"subject": "second"}),
                    json!({"subject": "third", "description": "x"}),
                ),
            )
            .answer(GET, "tasks(", 200, &stored.to_string())
            .answer(Method::Patch, "tasks(", 204, "");
        let output = run(&script, "restore-row", input(json!({"change": NEWER}))).unwrap();
        (output, script)
    };
    let (output, script) = undone(json!({"subject": "third", "description": "x"}));
    assert_eq!(
        output["restored"],
        json!({"subject": "second", "description": null})
    );
    let asked = &sent(&script)[0];
    assert!(
        asked.contains(&format!("auditid%20eq%20{NEWER}")),
        "{asked}"
    );
    let (output, script) = undone(json!({"subject": "second", "description": null}));
    assert_eq!(output["outcome"], "unchanged");
    assert!(sent(&script).iter().all(|line| line.starts_with("GET")));
}

#[test]
fn what_cannot_be_restored_is_refused_with_the_reason() {
    for (wanted, pointer) in [
        (json!({}), ""),
        (json!({"change": "x"}), "/change"),
        (json!({"to": "yesterday"}), "/to"),
        (json!({"to": "2026-03-20", "change": NEWER}), "/to"),
    ] {
        let script = contoso();
        let found = faults(run(&script, "restore-row", input(wanted)).unwrap_err());
        assert_eq!(found[0].0, pointer);
        assert!(script.sent().is_empty());
    }
    let script = listed(organisation(), &[entry(NEWER, 1, "Create")]);
    let wanted = input(json!({"to": "2026-03-20"}));
    let found = faults(run(&script, "restore-row", wanted).unwrap_err());
    assert!(found[0].1.contains("created"), "{found:?}");
    let script = listed(organisation(), &[]);
    let found = faults(run(&script, "restore-row", input(json!({"change": NEWER}))).unwrap_err());
    assert_eq!(found[0].0, "/change");
    for top in [0, 501] {
        let script = contoso();
        let found = faults(run(&script, "row-history", input(json!({"top": top}))).unwrap_err());
        assert_eq!(found[0].0, "/top");
        assert!(script.sent().is_empty());
    }
    let wanted = input(json!({"to": "2026-03-20", "columns": ["subject", "fax"]}));
    let found = faults(run(&changed_twice(), "restore-row", wanted).unwrap_err());
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "/columns/1");
}

#[test]
fn a_privilege_that_is_missing_is_told() {
    let refused = r#"{"error": {"code": "0x80040220", "message": "prvReadAuditSummary"}}"#;
    let script = organisation().answer(GET, "audits?", 403, refused);
    let error = run(&script, "row-history", input(json!({}))).unwrap_err();
    assert!(matches!(error, Error::Forbidden(_)), "{error:?}");
}
