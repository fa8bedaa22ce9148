//! The history of runs.

use airlock_store::{Run, RunFailure, RunFilter, RunOutcome, RunStatus, Store, TenantId};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use crate::Home;
use crate::fixtures::tenant;

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

fn failed(error: &str) -> RunOutcome {
    RunOutcome::Failed(RunFailure {
        error: error.into(),
        http_status: Some(400),
        code: Some("0x80060888".into()),
        request_id: Some("f00".into()),
    })
}

async fn all(store: &(impl Store + ?Sized), tenant: &TenantId, limit: usize) -> Vec<Run> {
    let filter = RunFilter::default();
    store.runs(tenant, &filter, limit).await.unwrap()
}

pub async fn a_run_is_remembered_with_its_end_newest_first(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let (first, second) = (run(&a, "list-rows"), run(&a, "create-row"));
    store.begin_run(&first).await.unwrap();
    store.begin_run(&second).await.unwrap();
    let failed = failed("no such column");
    let end = datetime!(2026-11-21 08:01 UTC);

    let known = store.finish_run(&first.id, &a, failed.clone(), end).await;

    assert_eq!(known, Ok(true));
    let ended = Run {
        finished_at: Some(end),
        outcome: failed,
        ..first
    };
    assert_eq!(ended.duration(), Some(time::Duration::MINUTE));
    assert_eq!(second.duration(), None);
    let found = store.run(&a, &ended.id).await.unwrap();
    assert_eq!(found.as_ref(), Some(&ended));
    assert_eq!(all(&*store, &a, 10).await, [second.clone(), ended]);
    assert_eq!(all(&*store, &a, 1).await, [second]);
    assert_eq!(all(&*store, &a, 0).await, []);
}

pub async fn runs_are_found_by_connection_action_and_outcome_page_by_page(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let mut ids = Vec::new();
    // More than are opened at once, so that what is rare is looked for further back.
    for number in 0..600 {
        let mut run = run(&a, "create-row");
        if number == 3 {
            run.action = "delete-row".into();
            run.connection = "fabrikam".parse().unwrap();
        }
        store.begin_run(&run).await.unwrap();
        if number % 2 == 0 {
            let ended = store.finish_run(&run.id, &a, failed("x"), START).await;
            assert_eq!(ended, Ok(true));
        }
        ids.push(run.id);
    }
    let found = async |filter: RunFilter, limit| -> Vec<usize> {
        let runs = store.runs(&a, &filter, limit).await.unwrap();
        let place = |run: &Run| ids.iter().position(|id| *id == run.id).unwrap();
        runs.iter().map(place).collect()
    };
    let deleted = RunFilter {
        action: Some("delete-row".into()),
        ..RunFilter::default()
    };
    assert_eq!(found(deleted, 10).await, [3]);
    let elsewhere = RunFilter {
        connection: Some("fabrikam".parse().unwrap()),
        ..RunFilter::default()
    };
    assert_eq!(found(elsewhere, 10).await, [3]);
    let failures = |before| RunFilter {
        status: Some(RunStatus::Failed),
        before,
        ..RunFilter::default()
    };
    assert_eq!(found(failures(None), 2).await, [598, 596]);
    assert_eq!(found(failures(Some(ids[596])), 2).await, [594, 592]);
    assert!(found(failures(Some(ids[0])), 2).await.is_empty());
    assert!(found(failures(Some(Uuid::new_v4())), 2).await.is_empty());
}

pub async fn every_text_of_a_run_has_a_longest_length(home: &impl Home) {
    let store = home.open().await;
    let a = tenant("a");
    let long = || "ß".repeat(1 << 20);
    let mut hoard = run(&a, &long());
    hoard.idempotency_key = Some(long());
    store.begin_run(&hoard).await.unwrap();
    let outcome = RunOutcome::Failed(RunFailure {
        error: long(),
        http_status: None,
        code: Some(long()),
        request_id: Some(long()),
    });

    let known = store.finish_run(&hoard.id, &a, outcome, START).await;

    assert_eq!(known, Ok(true));
    let kept = store.run(&a, &hoard.id).await.unwrap().unwrap();
    let RunOutcome::Failed(failure) = kept.outcome else {
        panic!("{:?}", kept.outcome);
    };
    assert!(failure.error.ends_with(" bytes more)"), "{}", failure.error);
    assert!(failure.error.len() < 2_100, "{}", failure.error.len());
    for text in [
        kept.action,
        kept.idempotency_key.unwrap(),
        failure.code.unwrap(),
        failure.request_id.unwrap(),
    ] {
        assert!(text.len() < 300, "{}", text.len());
    }
}

pub async fn another_tenant_neither_sees_nor_ends_a_run(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let of_a = run(&a, "list-rows");
    store.begin_run(&of_a).await.unwrap();

    let ended = store
        .finish_run(&of_a.id, &b, RunOutcome::Succeeded, START)
        .await;

    assert_eq!(ended, Ok(false));
    assert_eq!(store.run(&b, &of_a.id).await, Ok(None));
    assert!(all(&*store, &b, 10).await.is_empty());
    assert_eq!(all(&*store, &a, 10).await, [of_a]);
}
