//! What the host holds for a component, outside of its memory, is its tenant's: bodies, answers and header
//! fields are refused with the name of the setting, and the neighbour notices nothing.

use airlock_runtime::{Config, HostError};
use serde_json::{Value, json};
use support::{Connect, Connected, Lab};

const MIB: u64 = 1 << 20;

fn small(config: &mut Config) {
    config.budgets.tenant_memory_bytes = 24 << 20;
}

fn generous(config: &mut Config) {
    config.budgets.cpu_ms = 60_000;
    config.budgets.tenant_memory_bytes = 1 << 30;
}

async fn neighbour(lab: &Lab) -> Connected {
    lab.connect(Connect::to("honest").tenant("fabrikam")).await
}

async fn is_well(neighbour: &Connected) {
    assert_eq!(neighbour.run(json!({})).await.unwrap()["status"], 200);
}

/// 30 requests of 2 MiB at once: how many came through, and what the others were told.
async fn fanned_out(change: fn(&mut Config)) -> (usize, Vec<String>) {
    let lab = Lab::with(change).await;
    let guest = lab.guest("fan_out").await;
    let neighbour = neighbour(&lab).await;
    // Those for which there is room wait at the gate until it is open for all.
    lab.service.open_gate(30);
    let told = guest
        .run(json!({ "count": 30, "bytes": 2 * MIB }))
        .await
        .unwrap();
    is_well(&neighbour).await;
    let next = guest.run(json!({ "count": 1, "bytes": 2 * MIB, "path": "/ok" }));
    assert_eq!(next.await.unwrap()[0]["status"], 200);
    let told = told.as_array().unwrap().clone();
    let (through, refused): (Vec<Value>, _) =
        told.into_iter().partition(|answer| answer["status"] == 200);
    (
        through.len(),
        refused.iter().map(Value::to_string).collect(),
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_on_their_way_are_counted_before_they_are_kept() {
    let (through, refused) = fanned_out(small).await;
    assert!((1..12).contains(&through), "{through} came through");
    for answer in &refused {
        assert!(
            answer.contains("429") && answer.contains("tenant-memory-bytes"),
            "{answer}"
        );
    }
    assert_eq!(fanned_out(generous).await, (30, Vec::new()));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_of_too_many_values_is_not_read_into_memory() {
    let bomb = |unit: &str| json!({ "unit": unit, "bytes": 2 * MIB });
    for unit in ["1", r#"{"a":1}"#] {
        let lab = Lab::with(|config| config.budgets.answer_values = 100_000).await;
        let guest = lab.guest("json_bomb").await;
        let error = guest.run(bomb(unit)).await.unwrap_err();
        assert!(
            matches!(error, HostError::Budget { .. })
                && error.to_string().contains("answer-values"),
            "{unit}: {error}"
        );
        let next = guest.run(json!({ "unit": unit, "bytes": 100 })).await;
        assert!(next.unwrap().is_array(), "{unit}: the next call");
        // Whoever passes it on as text has no values to keep.
        let text = guest.run_text(bomb(unit)).await.unwrap();
        assert!(text.len() as u64 >= 2 * MIB && text.ends_with("0]"));

        let lab = Lab::open().await;
        let read = lab.guest("json_bomb").await.run(bomb(unit)).await.unwrap();
        assert!(read.as_array().unwrap().len() > 100_000, "{unit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_for_which_there_is_no_room_ends_that_call_alone() {
    let lab = Lab::with(small).await;
    let guest = lab.guest("json_bomb").await;
    let long =
        json!({ "unit": "\"a rather long text, of which there are few\"", "bytes": 16 * MIB });
    let error = guest.run(long.clone()).await.unwrap_err();
    assert!(error.to_string().contains("tenant-memory-bytes"), "{error}");
    is_well(&neighbour(&lab).await).await;

    let lab = Lab::with(generous).await;
    let read = lab.guest("json_bomb").await.run(long).await.unwrap();
    assert!(read.is_array());
}

#[tokio::test(flavor = "multi_thread")]
async fn header_fields_are_counted_while_they_are_kept() {
    let hoard = json!({ "count": 1_900, "bytes": 60_000 });
    let lab = Lab::with(small).await;
    let guest = lab.guest("fields_hoard").await;
    let error = guest.run(hoard.clone()).await.unwrap_err();
    assert!(error.to_string().contains("tenant-memory-bytes"), "{error}");
    let few = json!({ "count": 10, "bytes": 60_000 });
    assert_eq!(guest.run(few).await.unwrap()["hoarded"], 10);
    is_well(&neighbour(&lab).await).await;

    let lab = Lab::with(generous).await;
    let told = lab.guest("fields_hoard").await.run(hoard).await.unwrap();
    assert_eq!(told["hoarded"], 1_900);
}
