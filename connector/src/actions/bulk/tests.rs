//! Batches and change sets against a script: what goes out, and what is told of what came back.

mod changeset;

use airlock_connector::{Error, TransportError, http::Method, testing::Script};
use serde_json::{Value, json};

use crate::{
    actions::testing::{ID, faults, last, run, run_with_key, sent},
    tables::testing::organisation,
    webapi::{batch::MOST, testing::ROOT},
};

const BATCH: (&str, &str) = ("content-type", "multipart/mixed; boundary=r");
const GONE: &str = r#"{"error": {"code": "0x80040217", "message": "It Does Not Exist"}}"#;

/// One answer within the answer.
fn part(content_id: &str, status: u16, fields: &str, body: &str) -> String {
    format!(
        "--r\r\nContent-Type: application/http\r\nContent-ID: {content_id}\r\n\r\nHTTP/1.1 {status} X\r\n{fields}\r\n{body}\r\n"
    )
}

/// The same for a row that was made.
fn made(set: &str) -> String {
    part(
        "",
        204,
        &format!("OData-EntityId: {ROOT}/{set}({ID})\r\n"),
        "",
    )
}

/// Answers within a change set.
fn set(parts: &str) -> String {
    let inner = parts.replace("--r\r\n", "--s\r\n");
    format!("--r\r\nContent-Type: multipart/mixed; boundary=s\r\n\r\n{inner}--s--\r\n")
}

fn answering(script: Script, status: u16, parts: &str) -> Script {
    let body = format!("{parts}--r--\r\n");
    script.answer_with(Method::Post, "$batch", status, &[BATCH], &body)
}

/// The requests within the last batch: method, URL below the root and body of each.
fn within(script: &Script) -> Vec<(String, String)> {
    let body = String::from_utf8(last(script).body).unwrap();
    let requests = body.split("\r\n\r\n").collect::<Vec<_>>();
    requests
        .windows(2)
        .filter_map(|pair| {
            let line = pair[0].split("\r\n").next()?.strip_suffix(" HTTP/1.1")?;
            let content = pair[1].split("\r\n--").next()?;
            let line = line.replace(&format!("{ROOT}/"), "");
            Some((line, content.trim().to_owned()))
        })
        .collect()
}

fn outcomes(output: &Value) -> Vec<&str> {
    let results = output["results"].as_array().unwrap();
    results
        .iter()
        .map(|one| one["outcome"].as_str().unwrap())
        .collect()
}

fn delete() -> Value {
    json!({"action": "delete", "table": "task", "id": ID})
}

#[test]
fn each_operation_goes_out_as_its_request_and_has_its_result() {
    let row = r#"{"@odata.etag": "W/\"7\"", "accountid": "5f3e0c11-1111-4222-8333-000000000001"}"#;
    let answers = [
        made("tasks"),
        part("", 204, "", ""),
        part("", 201, "", row),
        part("", 204, "", ""),
        part("", 200, "ETag: W/\"7\"\r\n", r#"{"subject": "Call"}"#),
        part("", 204, "", ""),
        part("", 204, "", ""),
        part("", 204, "", ""),
        part("", 204, "", ""),
    ];
    let script = answering(organisation(), 200, &answers.concat());
    let input = json!({"operations": [
        {"action": "create", "table": "task", "content-id": "new",
         "row": {"subject": "Call", "prioritycode": "High", "scheduledend": "2026-12-01T10:00"}},
        {"action": "update", "table": "tasks", "id": ID, "row": {"subject": "Call"}, "if-match": "7"},
        {"action": "upsert", "table": "account", "key": {"accountnumber": "A1"},
         "row": {"name": "Verona"}, "select": ["accountid"]},
        delete(),
        {"action": "get", "table": "task", "id": ID, "select": ["Subject"]},
        {"action": "associate", "table": "account", "id": ID, "relation": "account_tasks", "to": ID},
        {"action": "associate", "table": "account", "id": ID, "relation": "primarycontactid",
         "to": "contacts(emailaddress1='a')"},
        {"action": "disassociate", "table": "account", "id": ID, "relation": "Account_Tasks", "to": ID},
        {"action": "disassociate", "table": "account", "id": ID, "relation": "primarycontactid"},
    ]});
    let output = run(&script, "batch", input).unwrap();
    assert_eq!(
        outcomes(&output),
        [
            "created",
            "updated",
            "created",
            "deleted",
            "read",
            "associated",
            "associated",
            "disassociated",
            "disassociated"
        ]
    );
    assert_eq!(
        (&output["done"], &output["not-done"]),
        (&json!(9), &json!(0))
    );
    let results = &output["results"];
    assert_eq!(results[0]["id"], ID);
    assert_eq!(results[0]["content-id"], "new");
    assert!(
        results[0]["notes"][0]
            .as_str()
            .unwrap()
            .contains("no time zone")
    );
    assert_eq!(
        results[2]["id"], ID,
        "read from the row, for the key tells none"
    );
    assert_eq!(results[4]["row"], json!({"subject": "Call"}));
    assert_eq!(results[4]["etag"], "W/\"7\"");

    let expected = [
        (
            "POST tasks".to_owned(),
            r#"{"subject":"Call","prioritycode":2,"scheduledend":"2026-12-01T10:00:00Z"}"#
                .to_owned(),
        ),
        (
            format!("PATCH tasks({ID})"),
            r#"{"subject":"Call"}"#.to_owned(),
        ),
        (
            "PATCH accounts(accountnumber='A1')?$select=accountid".to_owned(),
            r#"{"name":"Verona"}"#.to_owned(),
        ),
        (format!("DELETE tasks({ID})"), String::new()),
        (format!("GET tasks({ID})?$select=subject"), String::new()),
        (
            format!("POST accounts({ID})/Account_Tasks/$ref"),
            format!("{{\"@odata.id\":\"{ROOT}/tasks({ID})\"}}"),
        ),
        (
            format!("PUT accounts({ID})/primarycontactid/$ref"),
            format!("{{\"@odata.id\":\"{ROOT}/contacts(emailaddress1='a')\"}}"),
        ),
        (
            format!("DELETE accounts({ID})/Account_Tasks/$ref?$id=tasks({ID})"),
            String::new(),
        ),
        (
            format!("DELETE accounts({ID})/primarycontactid/$ref"),
            String::new(),
        ),
    ];
    let found = within(&script);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found.0, expected.0);
        let json = |text: &str| serde_json::from_str::<Value>(text).ok();
        assert_eq!(json(&found.1), json(&expected.1), "{}", found.0);
    }
    assert_eq!(found.len(), expected.len());
    let body = String::from_utf8(last(&script).body).unwrap();
    for header in ["if-match: W/\"7\"\r\n", "prefer: return=representation\r\n"] {
        assert_eq!(body.matches(header).count(), 1, "{header}");
    }
}

#[test]
fn every_fault_is_told_before_anything_is_sent() {
    let script = organisation();
    let input = json!({"operations": [
        {"action": "create", "table": "account", "row": {"nam": "x"}, "content-id": "a", "change-set": "1"},
        {"action": "update", "id": "$a", "row": {"name": "x"}, "change-set": "1"},
        {"action": "update", "id": "$a", "row": {"name": "x"}, "change-set": "2"},
        {"action": "delete", "table": "tsk", "id": ID},
        {"action": "delete", "table": "task", "id": "12"},
        {"action": "associate", "table": "account", "id": ID, "relation": "account_task", "to": ID},
        {"action": "create", "table": "task", "row": {"contoso_Project@odata.bind": "$b"}, "content-id": "a"},
        {"action": "get", "table": "task", "id": ID, "select": ["subjet"]},
        {"action": "delete", "table": "task"},
    ]});
    let found = faults(run(&script, "batch", input).unwrap_err());
    let expected = [
        (
            "/operations/6/content-id",
            "operation 1 is called `a` already",
        ),
        ("/operations/0/row/nam", "name"),
        ("/operations/2/id", "same change set"),
        ("/operations/3/table", "task"),
        ("/operations/4/id", "not a row id"),
        ("/operations/5/relation", "did you mean Account_Tasks"),
        (
            "/operations/6/row/contoso_Project@odata.bind",
            "no operation has the content-id `b`",
        ),
        ("/operations/7/select/0", "subject"),
        ("/operations/8/id", "which row?"),
    ];
    let pointers: Vec<&str> = found.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(pointers, expected.map(|(pointer, _)| pointer));
    for ((pointer, message), (_, part)) in found.iter().zip(expected) {
        assert!(message.contains(part), "{pointer}: {message}");
    }
    assert!(sent(&script).is_empty());

    let nothing = faults(run(&script, "batch", json!({"operations": []})).unwrap_err());
    assert_eq!(nothing[0].0, "/operations");
    let wrong = json!({"operations": [{"action": "remove"}]});
    let wrong = faults(run(&script, "batch", wrong).unwrap_err());
    assert_eq!(wrong[0].0, "/operations/0/action");
}

#[test]
fn a_failure_stops_the_batch_unless_it_goes_on() {
    let failed = part("2", 404, "Content-Type: application/json\r\n", GONE);
    let done = part("", 204, "", "");
    let operations = json!([delete(), delete(), delete()]);

    let script = answering(organisation(), 404, &format!("{done}{failed}"));
    let output = run(&script, "batch", json!({"operations": operations})).unwrap();
    assert_eq!(outcomes(&output), ["deleted", "failed", "not-begun"]);
    assert_eq!(
        (&output["done"], &output["not-done"]),
        (&json!(1), &json!(2))
    );
    let reason = &output["results"][1]["error"];
    assert_eq!(reason["status"], 404);
    assert_eq!(reason["code"], "0x80040217");
    assert!(
        reason["message"]
            .as_str()
            .unwrap()
            .contains("Does Not Exist")
    );

    let script = answering(organisation(), 200, &format!("{done}{failed}{done}"));
    let input = json!({"operations": operations, "continue-on-error": true});
    let output = run(&script, "batch", input).unwrap();
    assert_eq!(outcomes(&output), ["deleted", "failed", "deleted"]);
    let prefer = last(&script).headers.get("prefer").map(str::to_owned);
    assert_eq!(prefer.as_deref(), Some("odata.continue-on-error"));
}

#[test]
fn a_change_set_within_a_batch_is_undone_whole() {
    let failed = part("3", 404, "Content-Type: application/json\r\n", GONE);
    let script = answering(
        organisation(),
        200,
        &(made("tasks") + &failed + &part("", 204, "", "")),
    );
    let mut in_set = delete();
    in_set["change-set"] = json!("1");
    let input =
        json!({"operations": [delete(), in_set, in_set, delete()], "continue-on-error": true});
    let output = run(&script, "batch", input).unwrap();
    assert_eq!(
        outcomes(&output),
        ["deleted", "undone", "failed", "deleted"]
    );
}

#[test]
fn more_operations_than_a_batch_takes_become_several() {
    let mut operations = vec![delete(); MOST - 1];
    let mut in_set = delete();
    in_set["change-set"] = json!("whole");
    operations.extend([in_set.clone(), in_set]);
    let done = part("", 204, "", "");
    let input = json!({"operations": operations});

    let lost = TransportError::Interrupted("the connection broke".to_owned());
    let throttled = r#"{"error": {"code": "0x80072322", "message": "Too many requests."}}"#;
    let first = answering(organisation(), 200, &done.repeat(MOST - 1));
    let script = first.answer_with(
        Method::Post,
        "$batch",
        429,
        &[("retry-after", "5")],
        throttled,
    );
    let script = answering(script, 200, &set(&done.repeat(2)));
    let output = run(&script, "batch", input.clone()).unwrap();
    assert_eq!(output["done"], MOST + 1);
    assert_eq!(sent(&script).len(), 3, "the second one was throttled once");
    assert_eq!(script.slept().len(), 1);

    // What was done before the connection broke is told all the same.
    let script =
        answering(organisation(), 200, &done.repeat(MOST - 1)).fail(Method::Post, "$batch", lost);
    let output = run(&script, "batch", input).unwrap();
    assert_eq!(output["done"], MOST - 1);
    assert_eq!(outcomes(&output)[MOST - 1..], ["unknown", "unknown"]);
    let reason = output["results"][MOST]["error"]["message"]
        .as_str()
        .unwrap();
    assert!(reason.contains("it is not known"), "{reason}");
}

#[test]
fn a_connection_lost_in_the_first_batch_is_an_error_of_the_whole() {
    let lost = TransportError::Interrupted("the connection broke".to_owned());
    for action in ["batch", "changeset"] {
        let script = organisation().fail(Method::Post, "$batch", lost.clone());
        let error = run(&script, action, json!({"operations": [delete()]})).unwrap_err();
        assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    }
}

#[test]
fn an_idempotency_key_promises_nothing_here_and_is_refused() {
    for action in ["batch", "changeset"] {
        let script = organisation();
        let input = json!({"operations": [delete()]});
        let found = faults(run_with_key(&script, action, input, Some("k")).unwrap_err());
        assert!(found[0].1.contains("idempotency key"), "{found:?}");
        assert!(sent(&script).is_empty());
    }
}

#[test]
fn what_holds_for_all_operations_stands_in_each_request() {
    let script = answering(organisation(), 200, &part("", 204, "", "").repeat(2));
    let input = json!({
        "operations": [delete(), {"action": "create", "table": "task", "row": {"subject": "x"}}],
        "impersonate-user-id": ID, "bypass-logic": ["sync"], "return-row": true,
    });
    run(&script, "batch", input).unwrap();
    let body = String::from_utf8(last(&script).body).unwrap();
    let caller = format!("mscrmcallerid: {ID}\r\n");
    assert_eq!(body.matches(&caller).count(), 2);
    let count = |text: &str| body.to_lowercase().matches(text).count();
    assert_eq!(count("bypassbusinesslogicexecution: customsync"), 2);
    assert_eq!(
        count("return=representation"),
        1,
        "a delete has no row to give"
    );
}
