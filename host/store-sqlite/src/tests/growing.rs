//! What keeps a file from growing for ever, and what an older one becomes.

use airlock_store::driver::{Keep, RunRow, RunRows};
use airlock_store::{CallKey, KeyedCall, Run, RunFailure, RunFilter, RunOutcome};
use time::{Duration as Span, OffsetDateTime};
use uuid::Uuid;

use super::*;

const START: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const UNTIL: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

fn run(tenant: &TenantId, action: &str) -> Run {
    Run {
        id: Uuid::new_v4(),
        tenant: tenant.clone(),
        connection: "contoso".parse().unwrap(),
        action: action.into(),
        started_at: START,
        finished_at: None,
        outcome: RunOutcome::Running,
        idempotency_key: None,
    }
}

fn call(began_at: OffsetDateTime) -> KeyedCall {
    KeyedCall {
        attempt: Uuid::new_v4(),
        action: "create-row".into(),
        fingerprint: "one".into(),
        began_at,
        joined: false,
        done: None,
    }
}

fn key(connection: &Connection, key: &str) -> CallKey {
    CallKey {
        tenant: connection.tenant.clone(),
        connection: connection.id,
        key: key.into(),
    }
}

fn count(home: &Home, table: &str) -> i64 {
    home.raw()
        .query_row(&format!("SELECT count(*) FROM {table}"), [], |row| {
            row.get(0)
        })
        .unwrap()
}

#[tokio::test]
async fn history_does_not_grow_for_ever_and_one_tenants_does_not_push_out_anothers() {
    let home = Home::new();
    let store = home.open();
    let (a, b) = (tenant("a"), tenant("b"));
    store.begin_run(&run(&b, "only")).await.unwrap();
    // What thousands of runs would leave behind.
    home.raw()
        .execute_batch(
            "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
             INSERT INTO run (id, tenant, details) SELECT randomblob(16), 'a', x'00' FROM n",
        )
        .unwrap();

    for _ in 0..256 {
        store.begin_run(&run(&a, "one more")).await.unwrap();
    }

    let kept = |tenant: &str| -> i64 {
        home.raw()
            .query_row(
                "SELECT count(*) FROM run WHERE tenant = ?1",
                [tenant],
                |r| r.get(0),
            )
            .unwrap()
    };
    assert!((10_000..=10_256).contains(&kept("a")), "{}", kept("a"));
    assert_eq!(kept("b"), 1);
    let newest = store.runs(&a, &RunFilter::default(), 256).await.unwrap();
    assert_eq!(newest.len(), 256);
}

/// Bytes of everything in the home's folder.
fn size(home: &Home) -> u64 {
    std::fs::read_dir(home.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().metadata().unwrap().len())
        .sum()
}

#[tokio::test]
async fn an_error_without_end_is_cut_where_the_driver_alone_would_keep_all_of_it() {
    const MIB: usize = 1 << 20;
    let home = Home::new();
    let store = home.open();
    let a = tenant("a");

    let before = size(&home);
    for _ in 0..5 {
        let begun = run(&a, "write");
        store.begin_run(&begun).await.unwrap();
        let endless = RunOutcome::Failed(RunFailure {
            error: "x".repeat(10 * MIB),
            http_status: None,
            code: Some("y".repeat(10 * MIB)),
            request_id: None,
        });
        assert_eq!(
            store.finish_run(&begun.id, &a, endless, UNTIL).await,
            Ok(true)
        );
    }
    assert!(size(&home) - before < MIB as u64);

    let row = RunRow {
        id: Uuid::new_v4(),
        tenant: a,
        details: vec![0; 10 * MIB],
    };
    store.driver().add_run(Keep::Written, row).await.unwrap();
    assert!(size(&home) - before > 10 * MIB as u64);
}

#[tokio::test]
async fn a_key_that_has_expired_leaves_nothing_behind() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let hold = async |name: &str, began_at, until| {
        let key = key(&contoso, name);
        store.hold_key(&key, &call(began_at), until).await.unwrap();
    };
    for number in 0..10 {
        hold(&format!("order-{number}"), START, UNTIL).await;
    }

    hold("another", UNTIL - Span::SECOND, UNTIL + Span::DAY).await;
    assert_eq!(count(&home, "keyed_call"), 11);
    hold("another", UNTIL, UNTIL + Span::DAY).await;
    assert_eq!(count(&home, "keyed_call"), 1);
}

#[tokio::test]
async fn a_removed_connection_leaves_no_row() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let token = SecretString::from("token");
    store
        .put_sealed(&contoso.tenant, &contoso.id, "token", &token)
        .await
        .unwrap();
    store
        .hold_key(&key(&contoso, "order-1"), &call(START), UNTIL)
        .await
        .unwrap();
    let rows = || ["connection", "sealed", "keyed_call"].map(|table| count(&home, table));
    assert_eq!(rows(), [1, 1, 1]);

    store
        .remove_connection(&contoso.tenant, &contoso.name)
        .await
        .unwrap();

    assert_eq!(rows(), [0, 0, 0]);
}

#[tokio::test]
async fn a_store_of_the_release_before_learns_to_hold_keys() {
    let home = Home::new();
    let contoso = add(&home.open(), &tenant("a"), "contoso", "x").await;
    home.raw()
        .execute_batch(
            "DROP TABLE keyed_call; DROP TABLE event; DROP TABLE subscription; DROP TABLE task;
             DROP TABLE worker; PRAGMA user_version = 1;",
        )
        .unwrap();

    let store = home.open();

    let held = store
        .hold_key(&key(&contoso, "order-1"), &call(START), UNTIL)
        .await;
    assert_eq!(held, Ok(None));
}
