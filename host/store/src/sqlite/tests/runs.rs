//! The history of runs.

use time::OffsetDateTime;
use uuid::Uuid;

use super::*;
use crate::model::{Run, RunOutcome};

const START: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

fn run(tenant: &TenantId, action: &str) -> Run {
    Run {
        id: Uuid::new_v4(),
        tenant: tenant.clone(),
        connection: "contoso".parse().unwrap(),
        action: action.into(),
        started_at: START,
        finished_at: None,
        outcome: RunOutcome::Running,
        idempotency_key: Some("order-4711".into()),
    }
}

#[tokio::test]
async fn a_run_is_remembered_with_its_end_newest_first() {
    let home = Home::new();
    let store = home.open();
    let a = tenant("a");
    let (first, second) = (run(&a, "list-rows"), run(&a, "create-row"));
    store.begin_run(&first).await.unwrap();
    store.begin_run(&second).await.unwrap();
    let failed = RunOutcome::Failed {
        error: "no such column".into(),
    };
    let end = datetime!(2026-11-21 08:01 UTC);

    let known = store.finish_run(&first.id, &a, failed.clone(), end).await;

    assert_eq!(known, Ok(true));
    let ended = Run {
        finished_at: Some(end),
        outcome: failed,
        ..first
    };
    assert_eq!(store.runs(&a, 10).await.unwrap(), [second.clone(), ended]);
    assert_eq!(store.runs(&a, 1).await.unwrap(), [second]);
    assert_eq!(store.runs(&a, 0).await.unwrap(), []);
}

#[tokio::test]
async fn another_tenant_neither_sees_nor_ends_a_run() {
    let home = Home::new();
    let store = home.open();
    let (a, b) = (tenant("a"), tenant("b"));
    let of_a = run(&a, "list-rows");
    store.begin_run(&of_a).await.unwrap();

    let ended = store
        .finish_run(&of_a.id, &b, RunOutcome::Succeeded, START)
        .await;

    assert_eq!(ended, Ok(false));
    assert!(store.runs(&b, 10).await.unwrap().is_empty());
    assert_eq!(store.runs(&a, 10).await.unwrap(), [of_a]);
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
    assert_eq!(store.runs(&a, 256).await.unwrap().len(), 256);
}
