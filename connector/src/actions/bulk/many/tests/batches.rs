//! Rows that go in batches, and those that were there or gone before.

use super::*;

#[test]
fn a_table_without_messages_has_its_rows_changed_in_batches() {
    let script = batch(taking(&[]), &[part(204, ""), part(404, GONE)]);
    let text = format!(
        "{{\"activityid\":\"{ID}\",\"subject\":\"a\"}}\n{{\"activityid\":\"{}\",\"subject\":\"b\"}}\n{{\"subject\":\"c\"}}\n",
        id(9)
    );
    let streamed = stream(
        &script,
        "update-rows",
        json!({"table": "task"}),
        None,
        &text,
    );
    assert_eq!(
        streamed.outcomes(),
        [(1, "updated"), (2, "failed"), (3, "failed")]
    );
    assert_eq!(streamed.results[1]["error"]["status"], 404);
    let nameless = streamed.results[2]["error"]["message"].as_str().unwrap();
    assert!(nameless.contains("`activityid`"), "{nameless}");
    let body = String::from_utf8(last(&script).body).unwrap();
    assert_eq!(
        body.matches("if-match: *\r\n").count(),
        2,
        "an update never creates"
    );
    assert!(body.contains(r#"{"subject":"a"}"#), "{body}");
}

#[test]
fn rows_are_named_by_an_alternate_key_where_that_is_said() {
    let upsert = "accounts/Microsoft.Dynamics.CRM.UpsertMultiple";
    let script = taking(&["UpsertMultiple"]).answer(Method::Post, upsert, 204, "");
    let script = batch(script, &[part(204, "")]);
    let input = json!({"table": "account", "key": ["accountnumber"]});
    let text = "accountnumber,name\nA1,Verona\nA/2,Roma\n";
    let streamed = stream(&script, "upsert-rows", input, None, text);
    assert_eq!(streamed.outcomes(), [(2, "saved"), (3, "saved")]);
    let expected = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.account",
        "@odata.id": "accounts(accountnumber='A1')",
        "name": "Verona",
    });
    assert_eq!(targets(&script), [expected]);
    // A key that has no spelling in a body goes by itself.
    let body = String::from_utf8(last(&script).body).unwrap();
    assert!(
        body.contains("/accounts(accountnumber=@p1)?@p1='A%2F2' HTTP/1.1"),
        "{body}"
    );
}

#[test]
fn a_row_that_is_gone_was_deleted_by_the_run_that_broke_off() {
    for (key, expected) in [
        (Some(("k", true)), "already-deleted"),
        (Some(("k", false)), "failed"),
    ] {
        let script = batch(taking(&[]), &[part(404, GONE)]);
        let text = format!("{{\"activityid\":\"{ID}\",\"subject\":\"whatever\"}}");
        let streamed = stream(&script, "delete-rows", json!({"table": "task"}), key, &text);
        assert_eq!(streamed.outcomes(), [(1, expected)]);
        let body = String::from_utf8(last(&script).body).unwrap();
        assert!(
            body.contains(&format!("DELETE {ROOT}/tasks({ID}) HTTP/1.1")),
            "{body}"
        );
    }
}

#[test]
fn a_row_under_an_id_of_its_own_that_is_there_is_no_success() {
    let asked = "tasks?$select=activityid&$filter=Microsoft.Dynamics.CRM.In(";
    let script = taking(&["CreateMultiple"])
        .answer(Method::Post, CREATE, 412, THERE)
        .answer(Method::Get, asked, 200, &ids(&[ID.to_owned()]));
    let text = json!({"activityid": ID, "subject": "a"}).to_string();
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        &text,
    );
    assert_eq!(streamed.outcomes(), [(1, "failed")]);
}

#[test]
fn changes_of_one_row_keep_their_order() {
    let update = "tasks/Microsoft.Dynamics.CRM.UpdateMultiple";
    let script = taking(&["UpdateMultiple"])
        .answer(Method::Post, update, 204, "")
        .answer(Method::Post, update, 204, "");
    let row = |subject: &str| json!({"activityid": ID, "subject": subject}).to_string();
    let text = format!("{}\n{}\n", row("first"), row("second"));
    let streamed = stream(
        &script,
        "update-rows",
        json!({"table": "task"}),
        None,
        &text,
    );
    assert_eq!(streamed.outcomes(), [(1, "updated"), (2, "updated")]);
    assert_eq!(targets(&script)[0]["subject"], "second");
    assert_eq!(writes(&script).len(), 2);
}
