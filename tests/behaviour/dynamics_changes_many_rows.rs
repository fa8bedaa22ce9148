//! Many changes at once through the real connector: batches, change sets, and rows by the thousand, which land once
//! each whatever becomes of the process that sends them.

use airlock_runtime::{HostError, Piped};
use bytes::Bytes;
use dataverse_sim::control::{Effect, FaultRule};
use futures::{StreamExt, stream};
use serde_json::{Value, json};
use support::{Office, Terminal};

/// What was told of each row, and what all of it came to.
async fn told(piped: Piped) -> (Vec<Value>, Result<Value, HostError>) {
    let bytes: Vec<Bytes> = piped.data.collect().await;
    let text = String::from_utf8(bytes.concat()).unwrap();
    let results = text.lines().map(|line| serde_json::from_str(line).unwrap());
    (results.collect(), piped.done.await)
}

/// Streams `text` through an action.
async fn stream_through(
    office: &Office,
    action: &str,
    key: Option<&str>,
    table: &str,
    text: &str,
) -> (Vec<Value>, Result<Value, HostError>) {
    let mut call = office.call(action, json!({ "table": table }));
    call.idempotency_key = key.map(str::to_owned);
    let pieces: Vec<Bytes> = text
        .as_bytes()
        .chunks(1_000)
        .map(Bytes::copy_from_slice)
        .collect();
    told(
        office
            .host
            .pipe(&call, Some(stream::iter(pieces).boxed()))
            .await
            .unwrap(),
    )
    .await
}

async fn count(office: &Office, filter: &str) -> u64 {
    let input = json!({ "table": "task", "filter": filter });
    office.run("count-rows", input).await.unwrap()["count"]
        .as_u64()
        .unwrap()
}

fn outcomes(results: &[Value], outcome: &str) -> usize {
    results
        .iter()
        .filter(|one| one["outcome"] == outcome)
        .count()
}

/// What the service says to one request too many.
fn throttle() -> Effect {
    Effect::Status {
        status: 429,
        code: "0x80072322".to_owned(),
        message: "Number of requests exceeded the limit".to_owned(),
        retry_after: Some(0),
        body: None,
    }
}

/// So many tasks as NDJSON.
fn tasks(count: usize) -> String {
    (1..=count)
        .map(|at| format!("{{\"subject\":\"many\",\"description\":\"{at}\"}}\n"))
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_go_through_all_four_actions_and_a_wrong_one_keeps_nobody_out() {
    let office = Office::open().await;
    let text = "subject;prioritycode;regardingobjectid\n\
                many;High;\n\
                many;Highest;\n\
                many;Low;accounts(00000000-0000-4000-8000-00000000dead)\n\
                many;Low;\n";
    let (results, end) = stream_through(&office, "create-rows", None, "task", text).await;
    let end = end.unwrap();
    assert_eq!(
        (&end["done"], &end["not-done"]),
        (&json!(2), &json!(2)),
        "{results:#?}"
    );
    let lines: Vec<u64> = results
        .iter()
        .map(|one| one["line"].as_u64().unwrap())
        .collect();
    assert_eq!(lines, [2, 3, 4, 5]);
    // One is wrong by metadata, the other only for the service, which refuses the message as a whole.
    for (at, part) in [(1, "prioritycode"), (2, "Does Not Exist")] {
        assert!(
            results[at]["error"].to_string().contains(part),
            "{}",
            results[at]
        );
        assert_eq!(results[at]["row"]["subject"], "many");
    }
    assert_eq!(count(&office, "subject eq 'many'").await, 2);

    let changed: String = results
        .iter()
        .filter_map(|one| {
            Some(json!({"activityid": one.get("id")?, "subject": "changed"}).to_string() + "\n")
        })
        .collect();
    let (_, end) = stream_through(&office, "update-rows", None, "task", &changed).await;
    assert_eq!(end.unwrap()["done"], 2);
    assert_eq!(count(&office, "subject eq 'changed'").await, 2);

    let (results, end) = stream_through(&office, "delete-rows", None, "task", &changed).await;
    assert_eq!(end.unwrap()["done"], 2, "{results:?}");
    let (results, end) = stream_through(&office, "delete-rows", None, "task", &changed).await;
    assert_eq!(end.unwrap()["not-done"], 2, "{results:?}");
    let (results, end) = stream_through(&office, "upsert-rows", None, "task", &changed).await;
    assert_eq!(end.unwrap()["done"], 2, "{results:?}");
    assert_eq!(count(&office, "subject eq 'changed'").await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn throttling_and_lost_answers_in_the_middle_leave_each_row_once() {
    let office = Office::open().await;
    office.sim.add_fault(
        FaultRule::new("CreateMultiple", throttle())
            .skip(1)
            .times(2),
    );
    office.sim.add_fault(
        FaultRule::new("CreateMultiple", Effect::ResetAfter)
            .skip(3)
            .times(2),
    );
    let (results, end) =
        stream_through(&office, "create-rows", Some("k"), "task", &tasks(600)).await;
    assert_eq!(end.unwrap()["not-done"], 0);
    assert_eq!(outcomes(&results, "created"), 600);
    assert_eq!(count(&office, "subject eq 'many'").await, 600);

    // The same again under the same key adds nothing; another request may not use it.
    let (results, _) = stream_through(&office, "create-rows", Some("k"), "task", &tasks(600)).await;
    assert_eq!(outcomes(&results, "already-created"), 600);
    assert_eq!(count(&office, "subject eq 'many'").await, 600);
    let mut other = office.call("create-rows", json!({ "table": "lead" }));
    other.idempotency_key = Some("k".to_owned());
    let refused = office
        .host
        .pipe(&other, Some(stream::empty().boxed()))
        .await;
    assert!(matches!(refused, Err(HostError::Idempotency(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_whose_run_could_not_even_begin_may_be_used_again() {
    let office = Office::open().await;
    let (_, end) = stream_through(&office, "create-rows", Some("k"), "taks", &tasks(1)).await;
    assert!(end.unwrap_err().to_string().contains("task"));
    let (_, end) = stream_through(&office, "create-rows", Some("k"), "task", &tasks(1)).await;
    assert_eq!(end.unwrap()["done"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_what_would_go_first() {
    let office = Office::open().await;
    let before = count(&office, "subject eq 'many'").await;
    let call = office.call("create-rows", json!({ "table": "task" }));
    let body = stream::iter([Bytes::from(tasks(3))]).boxed();
    let shown = office.host.dry_run_of_stream(&call, body).await.unwrap();
    assert!(
        shown
            .url
            .ends_with("/tasks/Microsoft.Dynamics.CRM.CreateMultiple"),
        "{}",
        shown.url
    );
    assert!(shown.body.unwrap().contains("\"subject\":\"many\""));

    let operations = json!({"operations": [
        {"action": "create", "table": "task", "row": {"subject": "many"}},
    ]});
    for action in ["batch", "changeset"] {
        let shown = office
            .host
            .dry_run(&office.call(action, operations.clone()))
            .await
            .unwrap();
        assert!(shown.url.ends_with("/$batch"), "{}", shown.url);
        assert!(shown.body.unwrap().contains("POST "));
    }
    assert_eq!(count(&office, "subject eq 'many'").await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_tells_of_each_operation_and_a_change_set_is_all_or_nothing() {
    let office = Office::open().await;
    let gone = "00000000-0000-4000-8000-00000000dead";
    let input = json!({"continue-on-error": true, "operations": [
        {"action": "create", "table": "account", "content-id": "shop", "change-set": "1",
         "row": {"name": "Bottega"}},
        {"action": "create", "table": "contact", "change-set": "1",
         "row": {"lastname": "Bottegai", "parentcustomerid": "$shop"}},
        {"action": "delete", "table": "task", "id": gone},
        {"action": "create", "table": "task", "row": {"subject": "after"}},
    ]});
    let output = office.run("batch", input).await.unwrap();
    let outcomes: Vec<&str> = output["results"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["outcome"].as_str().unwrap())
        .collect();
    assert_eq!(
        outcomes,
        ["created", "created", "failed", "created"],
        "{output}"
    );
    assert_eq!(output["results"][2]["error"]["status"], 404);

    let input = json!({"operations": [
        {"action": "create", "table": "task", "row": {"subject": "undone"}},
        {"action": "delete", "table": "task", "id": gone},
    ]});
    let error = office.run("changeset", input).await.unwrap_err();
    assert!(error.to_string().contains("operation 2"), "{error}");
    assert_eq!(count(&office, "subject eq 'undone'").await, 0);
    assert_eq!(count(&office, "subject eq 'after'").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_sent_again_when_it_was_throttled_and_tells_when_its_fate_is_unknown() {
    let office = Office::open().await;
    office
        .sim
        .add_fault(FaultRule::new("/$batch", throttle()).times(1));
    let input =
        json!({"operations": [{"action": "create", "table": "task", "row": {"subject": "once"}}]});
    office.run("batch", input.clone()).await.unwrap();
    assert_eq!(count(&office, "subject eq 'once'").await, 1);
    office
        .sim
        .add_fault(FaultRule::new("/$batch", Effect::ResetAfter).times(1));
    let error = office.run("batch", input).await.unwrap_err();
    assert!(error.to_string().contains("it is not known"), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_is_killed_again_and_again_lands_every_row_once() {
    const ROWS: usize = 400;
    let terminal = Terminal::open().await;
    terminal.connect_by_secret("crm").await;
    let file = terminal.path("rows.ndjson");
    std::fs::write(&file, tasks(ROWS)).unwrap();
    let slow = FaultRule::new("CreateMultiple", Effect::Delay { milliseconds: 40 });
    terminal.sim.add_fault(slow);
    let words = [
        "run",
        "crm",
        "create-rows",
        "--table",
        "task",
        "--idempotency-key",
        "k",
        "--input",
        file.to_str().unwrap(),
    ];
    // Killed after so many requests of rows, drawn once; what is under way then may land or not.
    let mut dice: u64 = 0x5eed;
    for _ in 0..4 {
        dice = dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let sent = || {
            let seen = terminal.sim.requests();
            seen.iter()
                .filter(|seen| seen.target.contains("CreateMultiple"))
                .count()
        };
        let until = sent() + 1 + usize::try_from((dice >> 33) % 3).unwrap();
        let mut running = terminal.begin(&words);
        while sent() < until && running.is_running() {
            tokio::task::yield_now().await;
        }
        running.kill().await;
    }
    let ended = terminal.run(&words).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    assert_eq!(ended.out.lines().count(), ROWS);
    let counted = terminal
        .run(&[
            "run",
            "crm",
            "count-rows",
            "--table",
            "task",
            "--filter",
            "subject eq 'many'",
        ])
        .await;
    let counted: Value = serde_json::from_str(&counted.out).unwrap();
    assert_eq!(counted["count"], ROWS);
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_that_failed_are_kept_mended_and_sent_again() {
    let terminal = Terminal::open().await;
    terminal.connect_by_secret("crm").await;
    let file = |name: &str, text: &str| {
        let path = terminal.path(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let rows = file(
        "rows.csv",
        "subject,prioritycode\nmended,High\nmended,Hihg\n",
    );
    let failed = terminal.path("failed.ndjson").to_str().unwrap().to_owned();
    let words = |input: &str| {
        let words = [
            "run",
            "crm",
            "create-rows",
            "--table",
            "task",
            "--idempotency-key",
            "k",
            "--failed",
            &failed,
            "--input",
            input,
        ];
        words.map(str::to_owned)
    };
    let run = async |words: [String; 11]| terminal.run(&words.each_ref().map(String::as_str)).await;
    let ended = run(words(&rows)).await;
    assert_eq!(
        ended.code,
        Some(6),
        "some rows were not done: {}",
        ended.err
    );
    assert!(ended.err.contains("not-done 1"), "{}", ended.err);
    assert_eq!(ended.out.lines().count(), 2);
    let kept = std::fs::read_to_string(&failed).unwrap();
    let mended = file("mended.ndjson", &kept.replace("Hihg", "High"));
    let ended = run(words(&mended)).await;
    assert_eq!(ended.code, Some(0), "{}", ended.err);
    let result: Value = serde_json::from_str(ended.out.trim()).unwrap();
    assert_eq!(
        (&result["line"], &result["outcome"]),
        (&json!(3), &json!("created"))
    );

    let ended = terminal
        .run(&["run", "crm", "create-rows", "--table", "task"])
        .await;
    assert_eq!(ended.code, Some(2), "{}", ended.err);
    assert!(ended.err.contains("which rows?"), "{}", ended.err);
}
