//! A host that is closed ends what it began, loses nothing of it, and begins nothing more.

use airlock_runtime::HostError;
use airlock_runtime::store::{RunFilter, RunOutcome};
use futures::{StreamExt, poll};
use serde_json::json;
use std::pin::pin;
use std::time::Duration;
use support::{Connect, Lab};
use tokio::runtime::Handle;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_under_way_ends_and_the_next_is_refused() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    let under_way = tokio::spawn({
        let guest = guest.clone();
        async move { guest.run(json!({ "path": "/gate" })).await }
    });
    lab.service.gathered(1).await;
    let mut close = pin!(lab.host.close());
    assert!(poll!(close.as_mut()).is_pending(), "a call is under way");
    for refused in [
        guest.run(json!({})).await.map(drop),
        guest.write(json!({})).await.map(drop),
        guest.dry_run(json!({})).await.map(drop),
        guest.stream(json!({})).await.map(drop),
    ] {
        let error = refused.unwrap_err();
        assert!(matches!(error, HostError::Closed), "{error:?}");
        assert!(error.to_string().contains("closing"), "{error}");
    }
    lab.service.open_gate(1);
    assert_eq!(under_way.await.unwrap().unwrap()["status"], 200);
    close.await;
}

// On one thread, so that a task that has ended is counted out before whoever waits for it goes on.
#[tokio::test]
async fn the_end_of_every_warm_instance_is_waited_for() {
    let lab = Lab::open().await;
    let keepers = [
        lab.connect(Connect::to("state_keeper").named("one").anonymous())
            .await,
        lab.connect(Connect::to("state_keeper").named("two").anonymous())
            .await,
    ];
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    for keeper in &keepers {
        keeper.run(json!({ "note": "one" })).await.unwrap();
    }
    assert!(tasks() >= before + keepers.len(), "they are kept warm");
    lab.host.close().await;
    assert_eq!(tasks(), before);
}

#[tokio::test]
async fn the_connections_to_service_and_authority_are_closed() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    let tasks = || Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    assert_eq!(guest.run(json!({})).await.unwrap()["status"], 200);
    lab.host.close().await;
    // The servers are tasks of this runtime too: theirs end when they see that ours have.
    let ended = async {
        while tasks() > before {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), ended)
        .await
        .expect("a connection stays open");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_is_read_to_its_end_or_given_up() {
    let lab = Lab::open().await;
    let guest = lab.guest("streamer").await;
    let bytes = 4 << 20;
    let input = json!({ "bytes": bytes, "end": "summary" });
    let read = guest.stream(input.clone()).await.unwrap();
    let given_up = guest.stream(input).await.unwrap();
    let mut close = pin!(lab.host.close());
    assert!(poll!(close.as_mut()).is_pending());
    let pieces: Vec<_> = read.data.collect().await;
    assert_eq!(pieces.iter().map(|piece| piece.len()).sum::<usize>(), bytes);
    assert_eq!(read.done.await.unwrap(), "done");
    assert!(poll!(close.as_mut()).is_pending(), "nobody reads the other");
    drop(given_up);
    close.await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_became_of_an_abandoned_call_is_written_down_before() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    let abandoned = tokio::spawn({
        let guest = guest.clone();
        async move { guest.write(json!({ "path": "/gate" })).await }
    });
    lab.service.gathered(1).await;
    abandoned.abort();
    abandoned.await.unwrap_err();
    lab.host.close().await;
    let runs = guest.runs(&lab, RunFilter::default()).await;
    let [run] = runs.as_slice() else {
        panic!("{runs:?}");
    };
    let RunOutcome::Failed(failure) = &run.outcome else {
        panic!("{run:?}");
    };
    assert!(failure.error.contains("went away"), "{failure:?}");
}
