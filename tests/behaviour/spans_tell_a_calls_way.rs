//! Whoever traces a host sees each call, what happened of it in a component, every request that left
//! because of it and every look into the store, and no secret in any of them.

use airlock_runtime::{Config, Isolation};
use serde_json::json;
use support::{AUTHORITY, Connected, Lab, SERVICE, TENANT, Traced, Traces, traced};

/// What no span may say: it stands in the request's query and in what the service answers.
const CANARY: &str = "canary-of-the-query";

async fn connected(change: impl FnOnce(&mut Config)) -> (Lab, Connected) {
    let lab = Lab::with(change).await;
    let guest = lab.guest("honest").await;
    (lab, guest)
}

async fn run(guest: &Connected) {
    let input = json!({ "path": format!("/rows?token={CANARY}") });
    assert_eq!(guest.run(input).await.unwrap()["status"], 200);
}

fn calls(traces: &Traces, operation: &str) -> Vec<Traced> {
    let mut calls = traces.named("call");
    calls.retain(|call| call.says("airlock.operation") == operation);
    calls
}

fn has_no_secret(traces: &Traces, guest: &Connected) {
    let all = format!("{:?}", traces.all());
    for secret in [&guest.login.secret, &guest.login.token, CANARY] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
}

/// The way of one call, from the caller to the wire.
fn is_whole(traces: &Traces, call: &Traced, kind: &str) {
    assert!(call.is_root());
    assert_eq!(call.says("airlock.tenant"), TENANT);
    assert_eq!(call.says("airlock.connection"), "honest");
    assert_eq!(call.says("airlock.action"), "run");
    let instance = traces.only("instance", call);
    assert_eq!(instance.says("airlock.instance.kind"), kind);
    let exchange = traces.only("exchange", &instance);
    for (field, says) in [
        ("otel.kind", "client"),
        ("http.request.method", "GET"),
        ("server.address", SERVICE),
        ("url.scheme", "https"),
        ("url.path", "/rows"),
        ("http.response.status_code", "200"),
        ("error.type", ""),
    ] {
        assert_eq!(exchange.says(field), says, "{field}");
    }
}

#[test]
fn a_call_in_a_fresh_instance_is_a_tree_down_to_the_wire() {
    traced(async |traces| {
        let (_lab, guest) = connected(|config| config.runtime.isolation = Isolation::PerCall).await;
        run(&guest).await;
        let [call] = calls(&traces, "invoke").try_into().unwrap();
        is_whole(&traces, &call, "fresh");
        let instance = traces.only("instance", &call);
        let exchange = traces.only("exchange", &instance);
        let token = traces.only("exchange", &exchange);
        assert_eq!(
            token.says("server.address"),
            AUTHORITY,
            "for its credential"
        );
        let mut looks = traces.named("store");
        looks.retain(|look| look.is_within(&call));
        assert!(!looks.is_empty(), "the connection was looked up");
        for look in looks {
            assert_eq!(look.says("db.system.name"), "sqlite");
            assert!(!look.says("db.operation.name").is_empty());
        }
        has_no_secret(&traces, &guest);
    });
}

#[test]
fn calls_one_after_the_other_in_a_warm_instance_each_have_their_own() {
    traced(async |traces| {
        let (_lab, guest) = connected(|_| {}).await;
        for _ in 0..3 {
            run(&guest).await;
        }
        let calls = calls(&traces, "invoke");
        assert_eq!(calls.len(), 3);
        for call in &calls {
            is_whole(&traces, call, "warm");
        }
        has_no_secret(&traces, &guest);
    });
}

#[test]
fn among_several_calls_in_one_instance_no_request_is_told_as_anothers() {
    traced(async |traces| {
        let (lab, guest) = connected(|config| {
            config.runtime.instances_per_connection = 1;
        })
        .await;
        let calls: Vec<_> = (0..2)
            .map(|_| {
                let guest = guest.clone();
                tokio::spawn(async move { guest.run(json!({ "path": "/gate" })).await })
            })
            .collect();
        lab.service.gathered(2).await;
        lab.service.open_gate(2);
        for call in calls {
            call.await.unwrap().unwrap();
        }
        let mut exchanges = traces.named("exchange");
        exchanges.retain(|it| it.says("server.address") == SERVICE);
        assert_eq!(exchanges.len(), 2);
        let alone = exchanges.iter().filter(|it| !it.is_root()).count();
        assert!(alone <= 1, "the first may have left before the second came");
    });
}

#[test]
fn what_failed_says_of_what_kind_its_failure_was() {
    traced(async |traces| {
        let (lab, guest) = connected(|_| {}).await;
        let denied = json!({ "url": lab.evil_url("/") });
        assert_eq!(guest.run(denied).await.unwrap()["status"], 403);
        let [call] = calls(&traces, "invoke").try_into().unwrap();
        assert_eq!(call.says("error.type"), "", "its component was answered");
        let instance = traces.only("instance", &call);
        let exchange = traces.only("exchange", &instance);
        assert_eq!(exchange.says("error.type"), "egress-denied");
        let name = guest.name.parse().unwrap();
        let removed = lab.host.remove_connection(&guest.tenant, &name);
        removed.await.unwrap();
        guest.run(json!({})).await.unwrap_err();
        let [_, failed] = calls(&traces, "invoke").try_into().unwrap();
        assert_eq!(failed.says("error.type"), "no-such-connection");
        has_no_secret(&traces, &guest);
    });
}
