//! A stream that has no end, or no reader, holds neither memory nor a place.

use airlock_runtime::HostError;
use futures::StreamExt;
use serde_json::json;
use support::Lab;

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_comes_whole_with_its_summary() {
    let lab = Lab::open().await;
    let piped = lab
        .guest("streamer")
        .await
        .stream(json!({ "bytes": 1_000_000, "end": "summary" }))
        .await;
    let mut piped = piped.unwrap();
    let mut bytes = 0;
    while let Some(piece) = piped.data.next().await {
        bytes += piece.len();
    }
    assert_eq!(bytes, 1_000_000);
    assert_eq!(piped.done.await.unwrap(), "done");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_goes_away_ends_an_endless_stream_and_frees_its_place() {
    let lab = Lab::with(|config| {
        config.budgets.tenant_instances = 1;
        config.budgets.tenant_calls = 1;
    })
    .await;
    let guest = lab.guest("streamer").await;
    for _ in 0..3 {
        let mut piped = guest.stream(json!({ "end": "summary" })).await.unwrap();
        for _ in 0..10 {
            assert!(piped.data.next().await.is_some());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_stops_gets_what_was_handed_over_and_hears_how_far_that_was() {
    let lab = Lab::open().await;
    let mut piped = lab.guest("ticker").await.stream(json!({})).await.unwrap();
    assert!(piped.data.next().await.is_some());
    piped.stop();
    let mut rest = 0;
    while let Some(piece) = piped.data.next().await {
        rest += piece.len();
    }
    assert!(rest < 16 << 20, "{rest} bytes came after the end");
    assert_eq!(piped.done.await.unwrap(), json!({}));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_end_without_a_summary_is_an_error() {
    let lab = Lab::with(|config| config.budgets.pipe_ms = 500).await;
    let guest = lab.guest("streamer").await;
    let mut piped = guest
        .stream(json!({ "bytes": 10, "end": "mute" }))
        .await
        .unwrap();
    while piped.data.next().await.is_some() {}
    let error = piped.done.await.unwrap_err();
    assert!(
        matches!(error, HostError::Trap(_) | HostError::Deadline { .. }),
        "{error}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_that_outlasts_its_budget_is_ended() {
    let lab = Lab::with(|config| config.budgets.pipe_ms = 300).await;
    let guest = lab.guest("streamer").await;
    let mut piped = guest.stream(json!({ "end": "summary" })).await.unwrap();
    while piped.data.next().await.is_some() {}
    let error = piped.done.await.unwrap_err().to_string();
    assert!(error.contains("pipe-ms"), "{error}");
    let piped = guest
        .stream(json!({ "bytes": 1, "end": "summary" }))
        .await
        .unwrap();
    drop(piped.data);
}
