//! Change sets: what refers to what, and who is named when one fails.

use airlock_connector::Error;
use serde_json::{Value, json};

use super::{GONE, answering, delete, made, part, set, within};
use crate::{
    actions::testing::{ID, faults, run, sent},
    tables::testing::organisation,
    webapi::batch::MOST,
};

#[test]
fn a_row_of_the_same_change_set_is_referred_to_wherever_a_row_may_be_named() {
    let script = answering(organisation(), 200, &set(&made("accounts").repeat(7)));
    let input = json!({"operations": [
        {"action": "create", "table": "account", "row": {"name": "$shop"}, "content-id": "shop"},
        {"action": "create", "table": "contact", "row": {"lastname": "Rossi"}, "content-id": "one-2"},
        {"action": "create", "table": "task", "row": {"subject": "$shop", "regardingobjectid": "$shop"}},
        {"action": "create", "table": "task", "row": {"regardingobjectid_contact_task@odata.bind": "/$one-2"}},
        {"action": "update", "id": "$shop", "row": {"primarycontactid": "$one-2"}},
        {"action": "associate", "id": "$shop", "relation": "primarycontactid", "to": "$one-2"},
        {"action": "disassociate", "table": "account", "id": ID, "relation": "Account_Tasks", "to": "$one-2"},
    ]});
    run(&script, "changeset", input).unwrap();
    let found = within(&script);
    let bodies: Vec<Value> = found
        .iter()
        .map(|(_, body)| serde_json::from_str(body).unwrap_or_default())
        .collect();
    assert_eq!(bodies[0], json!({"name": "$shop"}));
    assert_eq!(
        bodies[2],
        json!({"subject": "$shop", "regardingobjectid_account_task@odata.bind": "$1"})
    );
    assert_eq!(
        bodies[3],
        json!({"regardingobjectid_contact_task@odata.bind": "$2"})
    );
    assert_eq!(bodies[4], json!({"primarycontactid@odata.bind": "$2"}));
    assert_eq!(bodies[5], json!({"@odata.id": "$2"}));
    let lines: Vec<&str> = found
        .iter()
        .map(|(line, _)| line.as_str())
        .skip(4)
        .collect();
    let last = format!("DELETE accounts({ID})/Account_Tasks/$ref?$id=$2");
    assert_eq!(
        lines,
        ["PATCH $1", "PUT $1/primarycontactid/$ref", last.as_str()]
    );
}

#[test]
fn a_change_set_names_the_operation_that_failed() {
    let operations = json!({"operations": [
        delete(),
        {"action": "update", "table": "task", "id": ID, "row": {"subject": "x"}, "content-id": "late"},
    ]});
    let json = "Content-Type: application/json\r\n";
    let script = answering(organisation(), 404, &part("2", 404, json, GONE));
    let error = run(&script, "changeset", operations.clone()).unwrap_err();
    assert!(matches!(error, Error::NotFound(_)), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("operation 2 `late` (update in tasks)"),
        "{text}"
    );
    assert!(
        text.contains("no operation of the change set has any effect"),
        "{text}"
    );

    let long = r#"{"error": {"code": "0x80044331", "message": "A validation error occurred.  The length of the 'subject' attribute of the 'task' entity exceeded the maximum allowed length of '200'."}}"#;
    let script = answering(organisation(), 400, &part("2", 400, json, long));
    let found = faults(run(&script, "changeset", operations.clone()).unwrap_err());
    assert_eq!(found[0].0, "/operations/1/row/subject");

    // A service that does not repeat the Content-ID leaves open which one it was.
    let script = answering(organisation(), 404, &part("", 404, json, GONE));
    let text = run(&script, "changeset", operations)
        .unwrap_err()
        .to_string();
    assert!(text.contains("does not say of which operation"), "{text}");
}

#[test]
fn a_change_set_is_neither_split_nor_nested_and_reads_nothing() {
    let script = organisation();
    let input = json!({"operations": vec![delete(); MOST + 1]});
    let found = faults(run(&script, "changeset", input).unwrap_err());
    assert_eq!(found[0].0, "/operations/1000");
    let input = json!({"operations": [
        {"action": "get", "table": "task", "id": ID},
        {"action": "delete", "table": "task", "id": ID, "change-set": "1"},
    ]});
    let found = faults(run(&script, "changeset", input).unwrap_err());
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(
        pointers,
        ["/operations/0/action", "/operations/1/change-set"]
    );
    assert!(sent(&script).is_empty());
}
