//! What idempotency keys promise of the real connector: whatever the action, whatever became of the
//! first answer, one key is one effect, and every answer is true.

use airlock_runtime::{ConnectorError, Host, HostError, Invoked};
use dataverse_sim::control::{Effect, FaultRule};
use futures::future::join_all;
use serde_json::{Value, json};
use support::Office;

async fn under(
    office: &Office,
    host: &Host,
    key: &str,
    action: &str,
    input: Value,
) -> Result<Invoked<Value>, HostError> {
    let mut call = office.call(action, input);
    call.idempotency_key = Some(key.to_owned());
    host.invoke(&call).await?.json().await
}

fn writes(office: &Office, method: &str) -> usize {
    office
        .sim
        .requests()
        .iter()
        .filter(|seen| seen.method == method && !seen.target.ends_with("/token"))
        .count()
}

async fn tasks(office: &Office, subject: &str) -> usize {
    let filter = format!("subject eq '{subject}'");
    let input = json!({ "table": "task", "select": ["subject"], "filter": filter });
    let found = office.run("list-rows", input).await.unwrap();
    found["rows"].as_array().unwrap().len()
}

async fn task(office: &Office) -> Value {
    let input = json!({ "table": "task", "row": { "subject": "to be changed" } });
    office.run("create-row", input).await.unwrap()["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twelve_processes_at_once_one_creates_and_the_others_find_it() {
    let office = Office::open().await;
    let mut hosts = Vec::new();
    for _ in 0..12 {
        hosts.push(office.reopen().await);
    }
    let input = json!({ "table": "task", "row": { "subject": "exactly one" } });
    let calls = hosts
        .iter()
        .map(|host| under(&office, host, "order-1", "create-row", input.clone()));
    let answers: Vec<Invoked<Value>> = join_all(calls)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect();
    let created = answers
        .iter()
        .filter(|answer| answer.replayed.is_none() && answer.output["outcome"] == "created")
        .count();
    assert_eq!(created, 1, "{answers:?}");
    for answer in &answers {
        assert_eq!(answer.output["id"], answers[0].output["id"]);
        let truthful = answer.replayed.is_some()
            || ["created", "already-created"].contains(&answer.output["outcome"].as_str().unwrap());
        assert!(truthful, "{answer:?}");
    }
    assert_eq!(tasks(&office, "exactly one").await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unset_variable_as_key_creates_nothing() {
    let office = Office::open().await;
    for subject in ["one", "another"] {
        let input = json!({ "table": "task", "row": { "subject": subject } });
        let error = under(&office, &office.host, "", "create-row", input).await;
        assert!(matches!(error, Err(HostError::Idempotency(_))), "{error:?}");
        assert_eq!(tasks(&office, subject).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn created_deleted_and_created_again_under_one_key_is_created_once() {
    let office = Office::open().await;
    let input = json!({ "table": "task", "row": { "subject": "short-lived" } });
    let create = || {
        under(
            &office,
            &office.host,
            "order-1",
            "create-row",
            input.clone(),
        )
    };
    let first = create().await.unwrap();
    let delete = json!({ "table": "task", "id": first.output["id"] });
    office.run("delete-row", delete).await.unwrap();
    let third = create().await.unwrap();
    assert!(third.replayed.is_some(), "it says that this was then");
    assert_eq!(third.output, first.output);
    assert_eq!(tasks(&office, "short-lived").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn updates_and_upserts_are_not_repeated() {
    let office = Office::open().await;
    for (number, action) in ["update-row", "upsert-row"].into_iter().enumerate() {
        let id = task(&office).await;
        let write = |subject: &str| {
            let input = json!({ "table": "task", "id": id, "row": { "subject": subject } });
            under(&office, &office.host, action, action, input)
        };
        let first = write("first").await.unwrap();
        assert_eq!(writes(&office, "PATCH"), number + 1);
        let again = write("first").await.unwrap();
        assert_eq!(again.output, first.output);
        assert!(again.replayed.is_some());
        let other = write("second").await;
        assert!(matches!(other, Err(HostError::Idempotency(_))), "{other:?}");
        assert_eq!(writes(&office, "PATCH"), number + 1, "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delete_whose_answer_was_lost_was_a_delete() {
    let office = Office::open().await;
    let input = json!({ "table": "task", "id": task(&office).await });
    let delete = || {
        under(
            &office,
            &office.host,
            "order-1",
            "delete-row",
            input.clone(),
        )
    };
    // The row is deleted, and whoever asked is cut off, however often.
    office.sim.add_fault(
        FaultRule::new("/tasks(", Effect::ResetAfter)
            .method("DELETE")
            .times(1),
    );
    office.sim.add_fault(
        FaultRule::new(
            "/tasks(",
            Effect::Status {
                status: 503,
                code: String::new(),
                message: "in maintenance".to_owned(),
                retry_after: None,
                body: None,
            },
        )
        .method("DELETE"),
    );
    let lost = delete().await.unwrap_err();
    assert!(
        matches!(lost, HostError::Connector(ConnectorError::Unavailable(_))),
        "{lost:?}"
    );
    office.sim.clear_faults();
    let repeated = delete().await.unwrap();
    assert_eq!(repeated.output["outcome"], "already-deleted");
    assert_eq!(repeated.replayed, None);
    let again = delete().await.unwrap();
    assert!(again.replayed.is_some());
    assert_eq!(again.output, repeated.output);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_may_be_put_right_under_its_key() {
    let office = Office::open().await;
    let create = |row: Value| {
        let input = json!({ "table": "task", "row": row });
        under(&office, &office.host, "order-1", "create-row", input)
    };
    // By the connector, by the service, and then right.
    let misspelt = create(json!({ "subjct": "put right" })).await.unwrap_err();
    assert!(
        matches!(
            misspelt,
            HostError::Connector(ConnectorError::InvalidInput(_))
        ),
        "{misspelt:?}"
    );
    let nobody = "00000000-0000-4000-8000-00000000dead";
    let row = json!({ "subject": "put right", "regardingobjectid": format!("accounts({nobody})") });
    let dangling = create(row).await.unwrap_err();
    assert!(matches!(dangling, HostError::Connector(_)), "{dangling:?}");
    let right = create(json!({ "subject": "put right" })).await.unwrap();
    assert_eq!(right.output["outcome"], "created");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_raw_request_takes_no_key() {
    let office = Office::open().await;
    let input = json!({ "method": "POST", "url": "tasks", "data": { "subject": "raw" } });
    let error = under(&office, &office.host, "order-1", "raw-request", input)
        .await
        .unwrap_err();
    assert!(error.to_string().contains("raw-request"), "{error}");
    assert_eq!(tasks(&office, "raw").await, 0);
}
