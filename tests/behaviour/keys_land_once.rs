//! Same key, same effect: a repeat under an idempotency key is answered and not done again, another
//! request under it is refused, and a key that could promise nothing is refused before anything
//! leaves.

use airlock_runtime::store::{RunFilter, RunOutcome};
use airlock_runtime::{Category, HostError, IdempotencyError, Invoked};
use futures::future::join_all;
use serde_json::{Value, json};
use support::{Connected, Lab};

fn code(result: Result<Invoked<Value>, HostError>) -> &'static str {
    match result.unwrap_err() {
        HostError::Idempotency(error) => error.code().as_str(),
        other => panic!("{other:?}"),
    }
}

async fn put(guest: &Connected, key: &str, input: Value) -> Result<Invoked<Value>, HostError> {
    guest.keyed("put", key, input).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_repeat_is_answered_with_the_first_answer_and_nothing_is_sent() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    let input = json!({ "path": "/counted", "method": "POST" });
    let first = put(&guest, "order-1", input.clone()).await.unwrap();
    assert_eq!(first.replayed, None);
    // Its members in another order are the same request.
    let turned = json!({ "method": "POST", "path": "/counted" });
    let second = put(&guest, "order-1", turned).await.unwrap();
    assert!(second.replayed.is_some());
    assert_eq!(second.output, first.output);
    // And through a process of its own.
    let elsewhere = guest.on(lab.reopen().await.unwrap());
    let third = put(&elsewhere, "order-1", input.clone()).await.unwrap();
    assert_eq!(third.replayed, second.replayed);
    assert_eq!(lab.service.seen_at("/counted").len(), 1);
    // Without the key, or under another, the same is done again.
    put(&guest, "order-2", input.clone()).await.unwrap();
    guest.write(input).await.unwrap();
    assert_eq!(lab.service.seen_at("/counted").len(), 3);
    // A replay is no run.
    let runs = guest.runs(&lab, RunFilter::default()).await;
    assert_eq!(runs.len(), 3, "{runs:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_request_under_the_same_key_is_refused_and_nothing_is_sent() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    put(&guest, "order-1", json!({ "path": "/one" }))
        .await
        .unwrap();
    let other = put(&guest, "order-1", json!({ "path": "/other" })).await;
    let error = other.unwrap_err();
    assert_eq!(error.category(), Category::Input);
    assert!(
        matches!(
            &error,
            HostError::Idempotency(IdempotencyError::Conflict { key, action, .. })
                if key == "order-1" && action == "put"
        ),
        "{error:?}"
    );
    assert!(lab.service.seen_at("/other").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_promises_nothing_is_refused_before_anything_leaves() {
    let lab = Lab::open().await;
    let honest = lab.guest("honest").await;
    let input = json!({ "path": "/never" });
    for action in ["put", "write", "run"] {
        for key in ["", " ", &"k".repeat(256), "a\u{1b}[2J"] {
            let refused = honest.keyed(action, key, input.clone()).await;
            assert_eq!(
                code(refused),
                "idempotency-key-unusable",
                "{action} {key:?}"
            );
        }
    }
    let refused = honest.keyed("write", "order-1", input.clone()).await;
    let error = refused.unwrap_err();
    assert!(error.to_string().contains("\"write\""), "{error}");
    let call = honest.call_under("order-1", "write", input.clone());
    let error = lab.host.dry_run(&call).await.unwrap_err();
    assert!(matches!(error, HostError::Idempotency(_)), "{error:?}");
    let call = honest.call_under(" ", "pour", input);
    let error = lab.host.pipe(&call, None).await.map(drop).unwrap_err();
    assert!(matches!(error, HostError::Idempotency(_)), "{error:?}");
    assert!(lab.service.seen_at("/never").is_empty());
    assert!(honest.runs(&lab, RunFilter::default()).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_may_carry_a_key_and_is_read_anew() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    // The guest's own reads take none.
    let refused = guest.keyed("run", "order-1", json!({})).await;
    assert_eq!(code(refused), "idempotency-key-not-taken");
    for path in ["/one", "/two"] {
        let read = guest
            .keyed("look", "order-1", json!({ "path": path }))
            .await;
        assert_eq!(read.unwrap().replayed, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_an_outcome_is_unknown_the_same_goes_on_and_another_request_does_not() {
    let lab = Lab::with(|config| config.budgets.call_ms = 60_000).await;
    let guest = lab.guest("honest").await;
    let input = json!({ "path": "/gate" });
    // The first caller goes away while its request is at the service.
    let first = tokio::spawn({
        let (guest, input) = (guest.clone(), input.clone());
        async move { put(&guest, "order-1", input).await }
    });
    lab.service.gathered(1).await;
    first.abort();
    assert!(first.await.unwrap_err().is_cancelled());
    let other = put(&guest, "order-1", json!({ "path": "/other" })).await;
    assert_eq!(code(other), "idempotency-conflict");
    let second = tokio::spawn({
        let guest = guest.clone();
        async move { put(&guest, "order-1", input).await }
    });
    lab.service.gathered(1).await;
    lab.service.open_gate(2);
    assert_eq!(second.await.unwrap().unwrap().replayed, None);
    let third = put(&guest, "order-1", json!({ "path": "/gate" })).await;
    assert!(third.unwrap().replayed.is_some());
    // The record of the first says that its end is not known.
    let runs = guest.runs(&lab, RunFilter::default()).await;
    let RunOutcome::Failed(failure) = &runs[1].outcome else {
        panic!("{runs:?}");
    };
    assert!(failure.error.contains("went away"), "{failure:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_too_long_to_keep_is_given_once_and_the_effect_is_not_repeated() {
    let lab = Lab::open().await;
    let guest = lab.guest("huge_string").await;
    let input = json!({ "as": "answer", "bytes": 70_000 });
    let first = put(&guest, "order-1", input.clone()).await.unwrap();
    assert_eq!(first.output.as_str().unwrap().len(), 70_000);
    let second = put(&guest, "order-1", input).await;
    assert_eq!(code(second), "idempotency-answer-not-kept");
    assert_eq!(guest.runs(&lab, RunFilter::default()).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_of_two_connections_and_two_tenants_are_apart() {
    let lab = Lab::open().await;
    let guests = [
        support::Connect::to("honest"),
        support::Connect::to("honest").named("other"),
        support::Connect::to("honest").tenant("fabrikam"),
    ];
    for (number, connect) in guests.into_iter().enumerate() {
        let guest = lab.connect(connect).await;
        let input = json!({ "path": format!("/{number}") });
        let put = put(&guest, "order-1", input).await.unwrap();
        assert_eq!(put.replayed, None);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_twelve_hosts_at_once_none_is_refused_and_whoever_comes_later_is_answered_from_memory() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    let mut hosts = Vec::new();
    for _ in 0..12 {
        hosts.push(guest.on(lab.reopen().await.unwrap()));
    }
    let input = json!({ "path": "/counted" });
    let answers = join_all(hosts.iter().map(|host| put(host, "order-1", input.clone()))).await;
    for answer in answers {
        assert_eq!(answer.unwrap().output["status"], 200);
    }
    let sent = lab.service.seen_at("/counted").len();
    assert!((1..=12).contains(&sent), "{sent}");
    let later = put(&guest, "order-1", input).await.unwrap();
    assert!(later.replayed.is_some());
    assert_eq!(lab.service.seen_at("/counted").len(), sent);
}
