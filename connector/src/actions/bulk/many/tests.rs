//! Rows by the thousand against a script: what goes out, and what is told of each row.

use airlock_connector::{
    Error, TransportError,
    dispatch::{self, Invocation},
    http::Method,
    stream::Pipe,
    testing::{Collected, Pieces, Script},
};
use futures::executor::block_on;
use serde_json::{Value, json};

use crate::{
    Dynamics,
    actions::testing::{ID, faults, last, run, sent, session},
    tables::testing::organisation,
    webapi::{idempotency, testing::ROOT},
};

const CREATE: &str = "tasks/Microsoft.Dynamics.CRM.CreateMultiple";
const BATCH: (&str, &str) = ("content-type", "multipart/mixed; boundary=r");
const GONE: &str = r#"{"error": {"code": "0x80040217", "message": "It Does Not Exist"}}"#;
const THERE: &str =
    r#"{"error": {"code": "0x80040237", "message": "Cannot insert duplicate key."}}"#;
const WRONG: &str = r#"{"error": {"code": "0x80040203", "message": "One of them is wrong."}}"#;

/// The organisation, whose tables take these messages.
fn taking(messages: &[&str]) -> Script {
    let mut script = organisation();
    for message in messages {
        let asked = format!(
            "sdkmessagefilters?$select=sdkmessagefilterid&$filter=sdkmessageid/name%20eq%20'{message}'"
        );
        script = script.always(Method::Get, &asked, 200, r#"{"value": [{}]}"#);
    }
    script.always(Method::Get, "sdkmessagefilters?", 200, r#"{"value": []}"#)
}

/// A stream: what was told of each row, and of all.
struct Streamed {
    results: Vec<Value>,
    end: Result<Value, Error>,
}

impl Streamed {
    fn outcomes(&self) -> Vec<(u64, &str)> {
        let told = |one: &Value| one["line"].as_u64().unwrap();
        let results = self.results.iter();
        results
            .map(|one| (told(one), one["outcome"].as_str().unwrap()))
            .collect()
    }
}

fn stream(
    script: &Script,
    action: &str,
    input: Value,
    key: Option<(&str, bool)>,
    text: &str,
) -> Streamed {
    let call = Invocation {
        action: action.to_owned(),
        input: input.to_string(),
        idempotency_key: key.map(|(key, _)| key.to_owned()),
        may_be_done: key.is_some_and(|(_, may_be_done)| may_be_done),
    };
    let mut source = Pieces::of(text.as_bytes().chunks(7));
    let mut sink = Collected::default();
    let kept = sink.clone();
    let pipe = Pipe {
        source: &mut source,
        sink: &mut sink,
    };
    let piping = dispatch::pipe::<Dynamics, Script>(&call, true).unwrap();
    let end = block_on(piping.run(&session(script), pipe));
    let text = kept.text();
    Streamed {
        results: text
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect(),
        end: end.map(|text| serde_json::from_str(&text).unwrap()),
    }
}

/// What was sent to change something.
fn writes(script: &Script) -> Vec<String> {
    let sent = sent(script).into_iter();
    sent.filter(|line| !line.starts_with("GET ")).collect()
}

/// The rows of the last message.
fn targets(script: &Script) -> Vec<Value> {
    let sent = script.sent();
    let at = sent
        .iter()
        .rposition(|line| line.contains("Multiple"))
        .unwrap();
    let body: Value = serde_json::from_slice(&script.request(at).body).unwrap();
    body["Targets"].as_array().unwrap().clone()
}

/// The id of the row that line `line` makes under the key `k`.
fn id(line: u64) -> String {
    idempotency::row_id(&format!("k\n{line}"), "c1", "task").to_string()
}

fn part(status: u16, body: &str) -> String {
    format!(
        "--r\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n{body}\r\n"
    )
}

fn batch(script: Script, parts: &[String]) -> Script {
    script.answer_with(
        Method::Post,
        "$batch",
        200,
        &[BATCH],
        &(parts.concat() + "--r--\r\n"),
    )
}

fn ids(ids: &[String]) -> String {
    let rows = ids.iter().map(|id| json!({"activityid": id}));
    json!({"value": rows.collect::<Vec<_>>()}).to_string()
}

#[test]
fn rows_of_a_file_go_in_one_message_and_each_has_its_result() {
    let script = taking(&["CreateMultiple"]).answer(Method::Post, CREATE, 200, r#"{"Ids": []}"#);
    let text =
        "subject;prioritycode;percentcomplete\r\nCall;High;5\r\nWrite;Highest;x\r\n\r\nMeet;;7\r\n";
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        text,
    );
    assert_eq!(
        streamed.outcomes(),
        [(2, "created"), (3, "failed"), (5, "created")]
    );
    let failed = &streamed.results[1];
    assert_eq!(
        failed["row"],
        json!({"subject": "Write", "prioritycode": "Highest", "percentcomplete": "x"})
    );
    let message = failed["error"]["message"].as_str().unwrap();
    assert!(
        message.contains("/prioritycode: ") && message.contains("/percentcomplete: "),
        "{message}"
    );
    assert_eq!(
        streamed.end.unwrap(),
        json!({"rows": 3, "done": 2, "not-done": 1, "done-before": 0})
    );
    let kind = "Microsoft.Dynamics.CRM.task";
    assert_eq!(
        targets(&script),
        [
            json!({"@odata.type": kind, "activityid": id(2), "subject": "Call", "prioritycode": 2, "percentcomplete": 5}),
            json!({"@odata.type": kind, "activityid": id(5), "subject": "Meet", "percentcomplete": 7}),
        ]
    );
    assert_eq!(streamed.results[0]["id"], id(2));
}

#[test]
fn a_row_that_keeps_the_others_out_is_found_and_they_land() {
    let script = taking(&["CreateMultiple"]).answer(Method::Post, CREATE, 400, WRONG);
    let script = batch(script, &[part(204, ""), part(400, WRONG), part(204, "")]);
    let text = "{\"subject\":\"a\"}\n{\"subject\":\"b\"}\n{\"subject\":\"c\"}\n";
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        text,
    );
    assert_eq!(
        streamed.outcomes(),
        [(1, "created"), (2, "failed"), (3, "created")]
    );
    assert_eq!(streamed.results[1]["row"], json!({"subject": "b"}));
    assert_eq!(streamed.results[1]["error"]["status"], Value::Null);
    assert_eq!(
        writes(&script),
        [format!("POST {CREATE}"), "POST $batch".to_owned()]
    );
    let body = String::from_utf8(last(&script).body).unwrap();
    assert!(
        body.contains(&format!("PATCH {ROOT}/tasks({}) HTTP/1.1", id(2))),
        "{body}"
    );
    assert_eq!(body.matches("if-none-match: *\r\n").count(), 3);
    let prefer = last(&script).headers.get("prefer").map(str::to_owned);
    assert_eq!(prefer.as_deref(), Some("odata.continue-on-error"));
}

#[test]
fn what_an_earlier_run_has_made_is_looked_up_and_not_made_again() {
    let asked = "tasks?$select=activityid&$filter=Microsoft.Dynamics.CRM.In(";
    // Known to have begun before: asked first. Not known: asked when the service refuses.
    for may_be_done in [true, false] {
        let mut script = taking(&["CreateMultiple"]);
        if !may_be_done {
            script = script.answer(Method::Post, CREATE, 412, THERE);
        }
        let script = script
            .answer(Method::Get, asked, 200, &ids(&[id(1), id(2)]))
            .answer(Method::Post, CREATE, 200, "{}");
        let text = r#"[{"subject":"a"},{"subject":"b"},{"subject":"c"}]"#;
        let streamed = stream(
            &script,
            "create-rows",
            json!({"table": "task"}),
            Some(("k", may_be_done)),
            text,
        );
        assert_eq!(
            streamed.outcomes(),
            [
                (1, "already-created"),
                (2, "already-created"),
                (3, "created")
            ]
        );
        assert_eq!(streamed.end.unwrap()["done-before"], 2);
        assert_eq!(targets(&script).len(), 1);
        assert_eq!(targets(&script)[0]["activityid"], id(3));
    }
}

#[test]
fn results_that_were_mended_go_on_under_their_old_numbers() {
    let script = taking(&["CreateMultiple"]).answer(Method::Post, CREATE, 200, "{}");
    let text = r#"{"line":41,"outcome":"failed","error":{"message":"x"},"row":{"subject":"b"}}"#;
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        text,
    );
    assert_eq!(streamed.outcomes(), [(41, "created")]);
    assert_eq!(targets(&script)[0]["activityid"], id(41));
}

#[test]
fn a_lost_answer_and_throttling_in_the_middle_make_no_row_twice() {
    let lost = TransportError::Interrupted("the connection broke".to_owned());
    let asked = "tasks?$select=activityid&$filter=Microsoft.Dynamics.CRM.In(";
    let script = taking(&["CreateMultiple"])
        .answer_with(Method::Post, CREATE, 429, &[("retry-after", "7")], "")
        .fail(Method::Post, CREATE, lost)
        .answer(Method::Post, CREATE, 412, THERE)
        .answer(Method::Get, asked, 200, &ids(&[id(1)]));
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        r#"{"subject":"a"}"#,
    );
    assert_eq!(
        streamed.outcomes(),
        [(1, "created")],
        "made by the attempt whose answer was lost"
    );
    assert_eq!(writes(&script).len(), 3);
    assert!(script.slept().iter().any(|wait| wait.as_secs() >= 7));
}

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

#[test]
fn many_rows_with_one_fault_ask_for_metadata_once() {
    let script = taking(&["CreateMultiple"]);
    let text = "{\"subjct\":1}\n".repeat(300);
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        &text,
    );
    assert_eq!(streamed.results.len(), 300);
    let message = streamed.results[299]["error"]["message"].as_str().unwrap();
    assert!(message.contains("subject"), "{message}");
    let asked = script
        .sent()
        .into_iter()
        .filter(|line| line.contains("/Attributes?"));
    assert!(asked.count() <= 2);
    assert!(writes(&script).is_empty());
}

#[test]
fn many_rows_become_several_messages() {
    let mut script = taking(&["CreateMultiple"]);
    for _ in 0..50 {
        script = script.answer_with(Method::Post, CREATE, 200, &[("x-ms-dop-hint", "3")], "{}");
    }
    let text: String = (0..950)
        .map(|at| format!("{{\"subject\":\"{at}\"}}\n"))
        .collect();
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        &text,
    );
    let numbers: Vec<u64> = streamed.outcomes().iter().map(|(line, _)| *line).collect();
    assert_eq!(
        numbers,
        (1..=950).collect::<Vec<u64>>(),
        "in the order of the rows"
    );
    assert_eq!(streamed.end.unwrap()["done"], 950);
    let messages = writes(&script).len();
    assert!((2..=20).contains(&messages), "{messages}");
}

#[test]
fn what_ends_the_run_is_told_with_how_far_it_came() {
    let script = taking(&["CreateMultiple"])
        .answer(Method::Post, CREATE, 200, "{}")
        .answer(Method::Post, CREATE, 401, "")
        .answer(Method::Post, CREATE, 401, "");
    let text: String = (0..250)
        .map(|at| format!("{{\"subject\":\"{at}\"}}\n"))
        .collect();
    let streamed = stream(
        &script,
        "create-rows",
        json!({"table": "task"}),
        Some(("k", false)),
        &text,
    );
    let error = streamed.end.as_ref().unwrap_err();
    assert!(matches!(error, Error::Unauthenticated(_)), "{error:?}");
    assert!(error.to_string().contains("each lands once"), "{error}");
    let done = streamed
        .outcomes()
        .into_iter()
        .filter(|(_, outcome)| *outcome == "created");
    let done = done.count();
    assert!(
        error
            .to_string()
            .contains(&format!("{done} rows had been done")),
        "{error}"
    );
    assert!(done > 0);
    let left = streamed
        .outcomes()
        .into_iter()
        .filter(|(_, outcome)| *outcome == "not-begun");
    assert!(left.count() > 0);
}

#[test]
fn rows_may_stand_in_the_input_and_are_never_missing_in_silence() {
    let script = taking(&["CreateMultiple"]).answer(Method::Post, CREATE, 200, "{}");
    let input = json!({"table": "task", "rows": [{"subject": "a"}, {"subjct": "b"}]});
    let output = run(&script, "create-rows", input).unwrap();
    assert_eq!(output["done"], 1);
    assert_eq!(output["results"][0]["outcome"], "created");
    assert_eq!(output["results"][1]["row"], json!({"subjct": "b"}));

    let found = faults(run(&taking(&[]), "create-rows", json!({"table": "task"})).unwrap_err());
    assert_eq!(found[0].0, "/rows");
    let twice = stream(
        &taking(&[]),
        "create-rows",
        json!({"table": "task", "rows": []}),
        None,
        "{}",
    );
    assert!(matches!(twice.end, Err(Error::InvalidInput(_))));
}
