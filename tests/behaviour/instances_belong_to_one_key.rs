//! What an instance remembers can only be met by the same tenant, through the same connection, in
//! the same component.

use airlock_runtime::{HostError, Isolation};
use serde_json::{Value, json};
use support::{Connect, Connected, Lab};

async fn remembered(keeper: &Connected, note: &str) -> Value {
    keeper.run(json!({ "note": note })).await.unwrap()["remembered"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_warm_instance_remembers_and_only_its_own_connection_meets_it() {
    let lab = Lab::open().await;
    let keeper = lab.connect(Connect::to("state_keeper")).await;
    let other_connection = lab
        .connect(Connect::to("state_keeper").named("other"))
        .await;
    let other_tenant = lab
        .connect(Connect::to("state_keeper").tenant("fabrikam"))
        .await;
    assert_eq!(remembered(&keeper, "first").await, json!([]));
    // The attack works where it may: within one key.
    assert!(
        remembered(&keeper, "second")
            .await
            .to_string()
            .contains("first")
    );
    assert_eq!(remembered(&other_connection, "third").await, json!([]));
    assert_eq!(remembered(&other_tenant, "fourth").await, json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_per_call_remembers_nothing() {
    let lab = Lab::with(|config| config.runtime.isolation = Isolation::PerCall).await;
    let keeper = lab.guest("state_keeper").await;
    for note in ["first", "second", "third"] {
        assert_eq!(remembered(&keeper, note).await, json!([]));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_was_removed_is_gone_at_once() {
    let lab = Lab::open().await;
    let keeper = lab.connect(Connect::to("state_keeper")).await;
    remembered(&keeper, "first").await;
    lab.host
        .remove_connection(&keeper.tenant, &keeper.name.parse().unwrap())
        .await
        .unwrap();
    let error = keeper.run(json!({ "note": "second" })).await.unwrap_err();
    assert!(matches!(error, HostError::Unknown { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_that_was_replaced_does_not_live_on() {
    let lab = Lab::open().await;
    let keeper = lab.connect(Connect::to("state_keeper")).await;
    remembered(&keeper, "first").await;
    lab.host
        .add_connector(
            &keeper.tenant,
            Some("state_keeper".parse().unwrap()),
            support::guest("honest"),
        )
        .await
        .unwrap();
    let told = keeper.run(json!({ "note": "second" })).await.unwrap();
    assert_eq!(told["status"], 200, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_is_retired_with_all_that_it_remembers() {
    let lab = Lab::with(|config| config.runtime.retire_after_calls = 2).await;
    let keeper = lab.guest("state_keeper").await;
    assert_eq!(remembered(&keeper, "first").await, json!([]));
    remembered(&keeper, "second").await;
    assert_eq!(
        remembered(&keeper, "third").await,
        json!([]),
        "retired after two calls"
    );
}
