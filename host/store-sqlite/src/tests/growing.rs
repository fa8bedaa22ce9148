//! What keeps a file from growing for ever, and what an older one becomes.

use airlock_store::{CallKey, KeyedCall, Run, RunFilter, RunOutcome};
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
        .execute_batch("DROP TABLE keyed_call; PRAGMA user_version = 1;")
        .unwrap();

    let store = home.open();

    let held = store
        .hold_key(&key(&contoso, "order-1"), &call(START), UNTIL)
        .await;
    assert_eq!(held, Ok(None));
}
