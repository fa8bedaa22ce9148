//! The suite over a driver without a disk, and what the vault does above any driver.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "helpers outside test functions may stop too"
)]

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use airlock_store::driver::Driver;
use airlock_store::{
    CallKey, Connection, KeptAnswer, KeyCheck, KeyedCall, KeyedCalls, MasterKey, Run, RunFailure,
    RunOutcome, Runs, Slots, Store, StoreError, Vault,
};
use airlock_store_suite::Home;
use airlock_store_suite::fixtures::{add, tenant};
use airlock_store_suite::memory::Memory;
use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

const START: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const UNTIL: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

/// Rows and the key that they are sealed under.
struct Place {
    driver: Memory,
    key: MasterKey,
    check: KeyCheck,
}

impl Place {
    fn new() -> Self {
        let key = master_key();
        Self {
            driver: Memory::default(),
            check: KeyCheck::new(&key).unwrap(),
            key,
        }
    }

    fn vault(&self) -> Vault<Memory> {
        Vault::open(self.driver.clone(), &self.check, &self.key).unwrap()
    }
}

fn master_key() -> MasterKey {
    let folder = tempfile::tempdir().unwrap();
    MasterKey::from_file_or_create(&folder.path().join("key")).unwrap()
}

#[async_trait]
impl Home for Place {
    async fn new() -> Self {
        Self::new()
    }

    async fn open(&self) -> Arc<dyn Store> {
        Arc::new(self.vault())
    }

    async fn driver(&self) -> Arc<dyn Driver> {
        Arc::new(self.driver.clone())
    }
}

airlock_store_suite::suite!(Place);

fn call(fingerprint: &str) -> KeyedCall {
    KeyedCall {
        attempt: Uuid::new_v4(),
        action: "create-row".into(),
        fingerprint: fingerprint.into(),
        began_at: START,
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

fn run(error: &str) -> Run {
    Run {
        id: Uuid::new_v4(),
        tenant: tenant("a"),
        connection: "contoso".parse().unwrap(),
        action: error.into(),
        started_at: START,
        finished_at: None,
        outcome: RunOutcome::Running,
        idempotency_key: Some(error.into()),
    }
}

#[tokio::test]
async fn a_driver_sees_nothing_that_was_entered_and_no_two_rows_alike() {
    const CANARY: &str = "canary-7f3a9c";
    let place = Place::new();
    let store = place.vault();
    let contoso = add(&store, &tenant("a"), "contoso", CANARY).await;
    let value = SecretString::from(CANARY);
    for slot in ["one", "two"] {
        let put = store.put_sealed(&contoso.tenant, &contoso.id, slot, &value);
        put.await.unwrap();
    }
    let begun = run(CANARY);
    store.begin_run(&begun).await.unwrap();
    let failed = RunOutcome::Failed(RunFailure {
        error: CANARY.into(),
        ..RunFailure::default()
    });
    let ended = store
        .finish_run(&begun.id, &begun.tenant, failed, START)
        .await;
    assert_eq!(ended, Ok(true));
    let (key, holder) = (key(&contoso, CANARY), call(CANARY));
    store.hold_key(&key, &holder, UNTIL).await.unwrap();
    let answer = KeptAnswer {
        at: START,
        json: Some(CANARY.to_owned()),
    };
    assert_eq!(store.keep_answer(&key, &holder, &answer).await, Ok(true));

    let rows = place.driver.rows();
    let sealed: Vec<&Vec<u8>> = rows.sealed().collect();

    assert_eq!(sealed.len(), 7);
    for (number, row) in sealed.iter().enumerate() {
        let shown = String::from_utf8_lossy(row);
        assert!(
            !shown.contains(CANARY) && !shown.contains("https"),
            "{shown}"
        );
        assert!(!sealed[..number].contains(row));
    }
}

#[tokio::test]
async fn a_row_in_the_place_of_another_does_not_open() {
    let place = Place::new();
    let store = place.vault();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let (one, two) = (run("one"), run("two"));
    for run in [&one, &two] {
        store.begin_run(run).await.unwrap();
    }
    let (first, second) = (key(&contoso, "first"), key(&contoso, "second"));
    for key in [&first, &second] {
        store.hold_key(key, &call("one"), UNTIL).await.unwrap();
    }
    {
        let mut rows = place.driver.rows();
        rows.runs[0].details = rows.runs[1].details.clone();
        let mut keys = rows.keys.values_mut();
        let (a, b) = (keys.next().unwrap(), keys.next().unwrap());
        std::mem::swap(&mut a.details, &mut b.details);
    }

    let tampered = |error: StoreError| matches!(error, StoreError::Tampered { .. });
    assert!(tampered(store.run(&one.tenant, &one.id).await.unwrap_err()));
    let held = store.hold_key(&first, &call("one"), UNTIL).await;
    assert!(tampered(held.unwrap_err()));
}

#[test]
fn another_key_opens_nothing() {
    let place = Place::new();
    let opened = Vault::open(place.driver.clone(), &place.check, &master_key());
    let error = opened.unwrap_err();
    assert!(matches!(error, StoreError::WrongKey { .. }), "{error}");
    assert!(error.to_string().contains("in memory"), "{error}");
}

#[tokio::test]
async fn a_key_that_is_freed_while_another_joins_is_taken_anew() {
    let place = Place::new();
    let store = place.vault();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let key = key(&contoso, "order-1");
    store.hold_key(&key, &call("one"), UNTIL).await.unwrap();
    place.driver.between(|rows| rows.keys.clear());

    let held = store.hold_key(&key, &call("one"), UNTIL).await;

    assert_eq!(held, Ok(None), "its holder is gone, so it is had");
    assert_eq!(place.driver.rows().keys.len(), 1);
}

#[tokio::test]
async fn a_key_that_another_joins_while_it_is_freed_stays_held() {
    let place = Place::new();
    let store = place.vault();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let (key, holder) = (key(&contoso, "order-1"), call("one"));
    store.hold_key(&key, &holder, UNTIL).await.unwrap();
    // What the row becomes when somebody joins.
    let before = place.driver.rows().keys.clone();
    store.hold_key(&key, &call("one"), UNTIL).await.unwrap();
    let joined = std::mem::replace(&mut place.driver.rows().keys, before);
    place.driver.between(|rows| rows.keys = joined);

    assert_eq!(store.free_key(&key, &holder.attempt).await, Ok(false));

    assert_eq!(place.driver.rows().keys.len(), 1);
}

/// Asks once, while there is no answer yet, and never again.
async fn abandon<T>(work: impl Future<Output = T>) {
    let mut work = pin!(work);
    poll_fn(|context| {
        assert!(work.as_mut().poll(context).is_pending());
        Poll::Ready(())
    })
    .await;
}

#[tokio::test]
async fn how_a_call_ended_is_kept_though_nobody_waits_for_that() {
    let place = Place::new();
    let store = place.vault();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let begun = run("list-rows");
    store.begin_run(&begun).await.unwrap();
    let (done, failed) = (key(&contoso, "done"), key(&contoso, "failed"));
    let holder = call("one");
    for key in [&done, &failed] {
        store.hold_key(key, &holder, UNTIL).await.unwrap();
    }
    let answer = KeptAnswer {
        at: START,
        json: None,
    };

    let ended = store.finish_run(&begun.id, &begun.tenant, RunOutcome::Succeeded, START);
    abandon(ended).await;
    let kept = store.keep_answer(&done, &holder, &answer);
    abandon(kept).await;
    let freed = store.free_key(&failed, &holder.attempt);
    abandon(freed).await;
    store.settled().await;

    let found = store.run(&begun.tenant, &begun.id).await.unwrap();
    assert_eq!(found.unwrap().outcome, RunOutcome::Succeeded);
    let held = store.hold_key(&done, &call("two"), UNTIL).await.unwrap();
    assert_eq!(held.unwrap().done, Some(answer));
    let held = store.hold_key(&failed, &call("two"), UNTIL).await;
    assert_eq!(held, Ok(None));
}

#[tokio::test]
async fn a_run_that_is_forgotten_while_it_ends_is_not_brought_back() {
    let place = Place::new();
    let store = place.vault();
    let begun = run("list-rows");
    store.begin_run(&begun).await.unwrap();
    place.driver.between(|rows| rows.runs.clear());

    let ended = store
        .finish_run(&begun.id, &begun.tenant, RunOutcome::Succeeded, START)
        .await;

    assert_eq!(ended, Ok(false));
    assert!(place.driver.rows().runs.is_empty());
}
