//! No call is refused for want of an instance while one that does nothing could serve it, and
//! nobody's instances go for what a tenant could pay with its own.

use airlock_runtime::{Config, HostError};
use futures::future::join_all;
use serde_json::{Value, json};
use std::time::Duration;
use support::{Connect, Connected, Lab};

const CONTOSO: &str = "contoso";
const FABRIKAM: &str = "fabrikam";

async fn connected(lab: &Lab, guest: &str, tenant: &str, name: &str) -> Connected {
    lab.connect(Connect::to(guest).tenant(tenant).named(name))
        .await
}

async fn status(guest: &Connected) -> Value {
    guest.run(json!({})).await.unwrap()["status"].clone()
}

async fn remembered(keeper: &Connected) -> usize {
    let told = keeper.run(json!({ "note": "one more" })).await.unwrap();
    told["remembered"].as_array().unwrap().len()
}

/// Refuses at once what has to wait for others.
fn impatient(config: &mut Config) {
    config.budgets.tenant_wait_ms = 0;
}

#[tokio::test(flavor = "multi_thread")]
async fn more_connections_than_instances_work_one_after_the_other() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.budgets.tenant_instances = 2;
    })
    .await;
    for _ in 0..2 {
        for name in ["a", "b", "c"] {
            let guest = connected(&lab, "honest", CONTOSO, name).await;
            assert_eq!(status(&guest).await, 200, "{name}");
            let name = name.parse().unwrap();
            lab.host
                .remove_connection(&guest.tenant, &name)
                .await
                .unwrap();
        }
    }
    let mut guests = Vec::new();
    for name in ["a", "b", "c", "d", "e"] {
        guests.push(connected(&lab, "honest", CONTOSO, name).await);
    }
    for guest in guests.iter().chain(&guests) {
        assert_eq!(status(guest).await, 200, "{}", guest.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn more_calls_than_instances_overlap_deeper() {
    for limit in [
        |config: &mut Config| config.budgets.tenant_instances = 1,
        |config: &mut Config| config.runtime.max_instances = 1,
    ] {
        let lab = Lab::with(|config| {
            impatient(config);
            limit(config);
        })
        .await;
        let guest = lab.guest("honest").await;
        let calls = (0..64).map(|_| {
            let guest = guest.clone();
            tokio::spawn(async move { guest.run(json!({ "path": "/gate" })).await })
        });
        let calls: Vec<_> = calls.collect();
        lab.service.gathered(64).await;
        lab.service.open_gate(64);
        for call in join_all(calls).await {
            assert_eq!(call.unwrap().unwrap()["status"], 200);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_idle_instance_makes_room_for_a_stream() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.budgets.tenant_instances = 1;
    })
    .await;
    let guest = connected(&lab, "honest", CONTOSO, "a").await;
    let streamer = connected(&lab, "streamer", CONTOSO, "b").await;
    assert_eq!(status(&guest).await, 200);
    let piped = streamer
        .stream(json!({ "bytes": 10, "end": "summary" }))
        .await;
    assert_eq!(piped.unwrap().done.await.unwrap(), "done");
    assert_eq!(status(&guest).await, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tenant_at_its_limit_pays_with_its_own() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.budgets.tenant_instances = 1;
    })
    .await;
    let theirs = connected(&lab, "state_keeper", FABRIKAM, "keeper").await;
    assert_eq!(remembered(&theirs).await, 0);
    let ours = connected(&lab, "state_keeper", CONTOSO, "keeper").await;
    let other = connected(&lab, "honest", CONTOSO, "other").await;
    for round in 0..3 {
        assert_eq!(remembered(&ours).await, 0, "gone for the other, {round}");
        assert_eq!(status(&other).await, 200);
    }
    assert_eq!(remembered(&theirs).await, 1, "it has been there all along");
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_full_process_growing_takes_from_nobody() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.runtime.max_instances = 2;
        config.runtime.instances_per_connection = 8;
    })
    .await;
    let theirs = connected(&lab, "state_keeper", FABRIKAM, "keeper").await;
    assert_eq!(remembered(&theirs).await, 0);
    let busy = connected(&lab, "honest", CONTOSO, "busy").await;
    let calls = (0..64).map(|_| {
        let busy = busy.clone();
        tokio::spawn(async move { busy.run(json!({ "path": "/gate" })).await })
    });
    let calls: Vec<_> = calls.collect();
    lab.service.gathered(64).await;
    lab.service.open_gate(64);
    for call in join_all(calls).await {
        assert_eq!(call.unwrap().unwrap()["status"], 200);
    }
    assert_eq!(remembered(&theirs).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_full_process_ones_own_idle_instance_goes_first_and_a_newcomer_gets_one() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.runtime.max_instances = 3;
    })
    .await;
    let ours = connected(&lab, "state_keeper", CONTOSO, "ours").await;
    let second = connected(&lab, "honest", CONTOSO, "second").await;
    let third = connected(&lab, "honest", CONTOSO, "third").await;
    let theirs = connected(&lab, "state_keeper", FABRIKAM, "keeper").await;
    assert_eq!(status(&second).await, 200);
    assert_eq!(remembered(&theirs).await, 0);
    assert_eq!(remembered(&ours).await, 0);
    // Contoso's third connection costs its own second one, which has been idle for longest.
    assert_eq!(status(&third).await, 200);
    assert_eq!(remembered(&ours).await, 1);
    assert_eq!(remembered(&theirs).await, 1);
    // Who has none takes from whoever has most.
    let newcomer = connected(&lab, "honest", "northwind", "first").await;
    assert_eq!(status(&newcomer).await, 200);
    assert_eq!(remembered(&theirs).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn where_all_work_a_newcomer_gets_the_room_of_one_that_ends() {
    let lab = Lab::with(|config| {
        config.budgets.tenant_wait_ms = 60_000;
        config.runtime.max_instances = 2;
        config.runtime.instances_per_connection = 2;
        config.runtime.calls_per_instance = 1;
    })
    .await;
    let busy = connected(&lab, "honest", CONTOSO, "busy").await;
    let newcomer = connected(&lab, "honest", FABRIKAM, "first").await;
    let gate = |guest: &Connected| {
        let guest = guest.clone();
        tokio::spawn(async move { guest.run(json!({ "path": "/gate" })).await })
    };
    let mut calls = vec![gate(&busy), gate(&busy)];
    lab.service.gathered(2).await;
    calls.push(gate(&newcomer));
    // The first that is let through makes room, and the busy one's next call does not take it back.
    lab.service.open_gate(1);
    lab.service.gathered(2).await;
    calls.push(gate(&busy));
    lab.service.open_gate(3);
    for call in calls {
        assert_eq!(call.await.unwrap().unwrap()["status"], 200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_caller_that_gives_up_waiting_for_room_takes_nobody_along() {
    let lab = Lab::with(|config| {
        config.budgets.tenant_wait_ms = 60_000;
        config.budgets.tenant_instances = 1;
    })
    .await;
    let streamer = connected(&lab, "streamer", CONTOSO, "streamer").await;
    let guest = connected(&lab, "honest", CONTOSO, "honest").await;
    let held = streamer.stream(json!({ "end": "summary" })).await.unwrap();
    let patient = {
        let guest = guest.clone();
        tokio::spawn(async move { guest.run(json!({ "path": "/patient" })).await })
    };
    let hasty = guest
        .run_within(Duration::from_millis(50), json!({ "path": "/hasty" }))
        .await;
    assert!(
        matches!(hasty, Err(HostError::Deadline { .. })),
        "{hasty:?}"
    );
    drop(held);
    assert_eq!(patient.await.unwrap().unwrap()["status"], 200);
    assert!(
        lab.service.seen_at("/hasty").is_empty(),
        "nobody wanted it any more"
    );
}

const LITTLE: usize = 16 << 20;

/// One connection's instance has nearly all memory of its tenant, and another connection needs one.
async fn without_memory(lab: &Lab) -> (Connected, Connected) {
    let hoarder = connected(lab, "memory_bomb", CONTOSO, "hoarder").await;
    // The most that leaves less than another instance begins with.
    let mut bytes = LITTLE;
    while hoarder
        .run(json!({ "how": "at-once", "bytes": bytes }))
        .await
        .is_err()
    {
        bytes -= 64 << 10;
    }
    (hoarder, connected(lab, "honest", CONTOSO, "other").await)
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_rule_an_instance_that_cannot_start_is_started_until_the_deadline() {
    let lab =
        Lab::that_starts_without_end(|config| config.budgets.tenant_memory_bytes = LITTLE).await;
    let (_hoarder, other) = without_memory(&lab).await;
    let deadline = Duration::from_millis(500);
    let error = other.run_within(deadline, json!({})).await.unwrap_err();
    assert!(matches!(error, HostError::Deadline { .. }), "{error:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_cannot_start_is_tried_once_and_says_why() {
    let lab = Lab::with(|config| config.budgets.tenant_memory_bytes = LITTLE).await;
    let (hoarder, other) = without_memory(&lab).await;
    let calls = join_all((0..8).map(|_| other.run(json!({})))).await;
    for call in calls {
        let error = call.unwrap_err();
        assert!(matches!(error, HostError::Budget { .. }), "{error:?}");
        assert!(error.to_string().contains("tenant-memory-bytes"), "{error}");
    }
    let neighbour = connected(&lab, "honest", FABRIKAM, "other").await;
    assert_eq!(status(&neighbour).await, 200);
    // And when there is memory again, it starts.
    let name = hoarder.name.parse().unwrap();
    lab.host
        .remove_connection(&hoarder.tenant, &name)
        .await
        .unwrap();
    while let Err(error) = other.run(json!({})).await {
        assert!(error.to_string().contains("tenant-memory-bytes"), "{error}");
        tokio::task::yield_now().await;
    }
}
