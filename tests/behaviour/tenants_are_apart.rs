//! Two tenants of one host: neither sees, slows or exhausts the other, nor shares a socket with it.

use airlock_runtime::store::TenantId;
use airlock_runtime::{Config, HostError};
use futures::future::join_all;
use serde_json::json;
use std::collections::HashSet;
use std::time::Duration;
use support::{Connect, Connected, Lab, Pool, guest, with_core_instances};

/// Far beyond what anything here takes on any machine: its end means "never".
const NEVER: Duration = Duration::from_secs(120);

const CONTOSO: &str = "contoso";
const FABRIKAM: &str = "fabrikam";

fn tenant(name: &str) -> TenantId {
    name.parse().unwrap()
}

async fn honest(lab: &Lab, tenant: &str) -> Connected {
    lab.connect(Connect::to("honest").tenant(tenant)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_sees_what_the_other_has() {
    let lab = Lab::open().await;
    let theirs = lab
        .connect(Connect::to("honest").named("salaries").tenant(CONTOSO))
        .await;
    let name = "salaries".parse().unwrap();
    let nosy = tenant(FABRIKAM);
    assert_eq!(lab.host.connections(&nosy).await.unwrap().len(), 0);
    assert_eq!(lab.host.connectors(&nosy).await.unwrap().len(), 0);
    for error in [
        lab.host.connection(&nosy, &name).await.unwrap_err(),
        lab.host.check(&nosy, &name).await.unwrap_err(),
        lab.host.remove_connection(&nosy, &name).await.unwrap_err(),
        // A wrong name suggests the nearest right one, but never somebody else's.
        lab.host
            .connection(&nosy, &"salarie".parse().unwrap())
            .await
            .unwrap_err(),
    ] {
        let text = error.to_string();
        assert!(matches!(error, HostError::Unknown { .. }), "{text}");
        assert!(
            !text.contains("did you mean") && !text.contains("there are"),
            "{text}"
        );
    }
    // The same name is free for everyone, and is somebody else's connection.
    let ours = lab
        .connect(Connect::to("honest").named("salaries").tenant(FABRIKAM))
        .await;
    ours.run(json!({ "path": "/ours" })).await.unwrap();
    theirs.run(json!({ "path": "/theirs" })).await.unwrap();
    let token_at = |path| {
        lab.service.seen_at(path)[0]
            .header("authorization")
            .unwrap()
            .to_owned()
    };
    assert_eq!(token_at("/ours"), format!("Bearer {}", ours.login.token));
    assert_eq!(
        token_at("/theirs"),
        format!("Bearer {}", theirs.login.token)
    );
    lab.host.remove_connection(&nosy, &name).await.unwrap();
    assert_eq!(theirs.run(json!({})).await.unwrap()["status"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn sixteen_spinners_of_one_do_not_stop_the_other() {
    let lab = Lab::with(|config| config.budgets.cpu_ms = 60_000).await;
    let spinner = lab.connect(Connect::to("spin").tenant(CONTOSO)).await;
    let neighbour = honest(&lab, FABRIKAM).await;
    let spinning: Vec<_> = (0..16)
        .map(|_| {
            let spinner = spinner.clone();
            tokio::spawn(async move { spinner.run(json!({ "while": "silent" })).await })
        })
        .collect();
    let calls = join_all((0..32).map(|_| neighbour.run(json!({}))));
    for answer in tokio::time::timeout(NEVER, calls)
        .await
        .expect("the neighbour starves")
    {
        assert_eq!(answer.unwrap()["status"], 200);
    }
    assert!(
        spinning.iter().all(|call| !call.is_finished()),
        "the spinners still spin"
    );
    spinning.iter().for_each(tokio::task::JoinHandle::abort);
}

fn impatient(config: &mut Config) {
    config.budgets.tenant_wait_ms = 0;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_its_limit_of_calls_leaves_the_other_alone() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.budgets.tenant_calls = 3;
    })
    .await;
    let (busy, idle) = (honest(&lab, CONTOSO).await, honest(&lab, FABRIKAM).await);
    let held: Vec<_> = (0..3)
        .map(|_| {
            let busy = busy.clone();
            tokio::spawn(async move { busy.run(json!({ "path": "/gate" })).await })
        })
        .collect();
    lab.service.gathered(3).await;
    let error = busy.run(json!({})).await.unwrap_err().to_string();
    assert!(
        error.contains(CONTOSO) && error.contains("tenant-calls"),
        "{error}"
    );
    assert_eq!(idle.run(json!({})).await.unwrap()["status"], 200);
    lab.service.open_gate(3);
    for call in held {
        assert_eq!(call.await.unwrap().unwrap()["status"], 200);
    }
    assert_eq!(
        busy.run(json!({})).await.unwrap()["status"],
        200,
        "and then it may again"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_its_limit_of_instances_leaves_the_other_alone() {
    let lab = Lab::with(|config| {
        impatient(config);
        config.budgets.tenant_instances = 1;
    })
    .await;
    let busy = lab.connect(Connect::to("streamer").tenant(CONTOSO)).await;
    let idle = lab.connect(Connect::to("streamer").tenant(FABRIKAM)).await;
    let endless = json!({ "end": "summary" });
    let held = busy.stream(endless.clone()).await.unwrap();
    let error = busy
        .stream(endless.clone())
        .await
        .map(drop)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains(CONTOSO) && error.contains("tenant-instances"),
        "{error}"
    );
    assert!(idle.stream(endless).await.is_ok());
    drop(held);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_at_its_limit_of_memory_leaves_the_other_alone() {
    let lab = Lab::with(|config| config.budgets.tenant_memory_bytes = 40 << 20).await;
    let connect = async |tenant: &str, name: &str| {
        lab.connect(Connect::to("memory_bomb").tenant(tenant).named(name))
            .await
    };
    let take = json!({ "how": "pieces", "bytes": 24 << 20 });
    // A warm instance keeps what it once took.
    let first = connect(CONTOSO, "first").await;
    first.run(take.clone()).await.unwrap();
    let error = connect(CONTOSO, "second")
        .await
        .run(take.clone())
        .await
        .unwrap_err()
        .to_string();
    assert!(error.contains("tenant-memory-bytes"), "{error}");
    connect(FABRIKAM, "first").await.run(take).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_uses_the_others_sockets_or_tls_sessions() {
    let sockets = async |lab: &Lab| {
        let (ours, theirs) = (honest(lab, CONTOSO).await, honest(lab, FABRIKAM).await);
        for _ in 0..4 {
            ours.run(json!({ "path": "/ours" })).await.unwrap();
            theirs.run(json!({ "path": "/theirs" })).await.unwrap();
        }
        let over = |path| -> HashSet<u64> {
            lab.service
                .seen_at(path)
                .iter()
                .map(|seen| seen.connection)
                .collect()
        };
        let (ours, theirs) = (over("/ours"), over("/theirs"));
        assert!(ours.len() < 4, "sockets are kept: {ours:?}");
        ours.intersection(&theirs).count()
    };
    let lab = Lab::open().await;
    assert_eq!(sockets(&lab).await, 0);
    assert_eq!(
        lab.service.resumed(),
        0,
        "no session of one was resumed by the other"
    );
    assert!(sockets(&Lab::without(|up| up.lane_isolation = false).await).await > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_uses_up_the_others_quota() {
    let lab = Lab::with(|config| {
        config.egress.max_in_flight_per_connection = 1;
        config.egress.queue_wait_ms = 0;
    })
    .await;
    let (busy, idle) = (honest(&lab, CONTOSO).await, honest(&lab, FABRIKAM).await);
    let held = tokio::spawn({
        let busy = busy.clone();
        async move { busy.run(json!({ "path": "/gate" })).await }
    });
    lab.service.gathered(1).await;
    assert_eq!(busy.run(json!({})).await.unwrap()["status"], 429);
    assert_eq!(idle.run(json!({})).await.unwrap()["status"], 200);
    lab.service.open_gate(1);
    assert_eq!(held.await.unwrap().unwrap()["status"], 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_of_many_instances_does_not_take_the_places_of_another_tenants() {
    let greedy = with_core_instances(&guest("honest"), 12);
    let lab = Lab::open().await;
    let refused = lab
        .host
        .add_connector(&CONTOSO.parse().unwrap(), None, greedy.clone())
        .await
        .unwrap_err()
        .to_string();
    assert!(refused.contains("core module instances"), "{refused}");
    let neighbour = honest(&lab, FABRIKAM).await;
    assert_eq!(neighbour.run(json!({})).await.unwrap()["status"], 200);

    // Where nobody refuses it, one call of the one tenant is enough.
    let pool = Pool::of(4);
    let placed = pool.place(&greedy).await.unwrap();
    let error = pool.place(&guest("honest")).await.map(drop).unwrap_err();
    assert!(error.contains("core instance"), "{error}");
    drop(placed);
    assert!(pool.place(&guest("honest")).await.is_ok());
}
