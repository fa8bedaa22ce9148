//! Calls under idempotency keys: who holds one, what is kept beside it, and when it is free again.

use airlock_store::{CallKey, KeptAnswer, KeyedCall};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::*;

const START: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const UNTIL: OffsetDateTime = datetime!(2026-11-22 08:00 UTC);

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

fn answer(json: &str) -> KeptAnswer {
    KeptAnswer {
        at: START,
        json: Some(json.into()),
    }
}

/// What the key holds, as one who asks for something else is told.
async fn held(store: &SqliteStore, key: &CallKey) -> KeyedCall {
    let nosy = call("something else");
    store.hold_key(key, &nosy, UNTIL).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_key_is_held_by_the_first_and_its_answer_kept_beside_it() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let key = key(&contoso, "order-1");
    let (first, second) = (call("one"), call("one"));

    assert_eq!(store.hold_key(&key, &first, UNTIL).await, Ok(None));
    let found = store.hold_key(&key, &second, UNTIL).await.unwrap().unwrap();

    assert_eq!((found.attempt, &found.done), (first.attempt, &None));
    let kept = store.keep_answer(&key, &first, &answer("1")).await;
    assert_eq!(kept, Ok(true));
    assert_eq!(held(&store, &key).await.done, Some(answer("1")));
    // And by a process that opens the store later.
    assert_eq!(held(&home.open(), &key).await.done, Some(answer("1")));
}

#[tokio::test]
async fn the_holders_answer_counts_and_another_attempts_stands_in_for_it() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let key = key(&contoso, "order-1");
    let (holder, joiner, other) = (call("one"), call("one"), call("two"));
    for call in [&holder, &joiner, &other] {
        store.hold_key(&key, call, UNTIL).await.unwrap();
    }
    let keep = async |call: &KeyedCall, json: &str| {
        store.keep_answer(&key, call, &answer(json)).await.unwrap()
    };

    assert!(!keep(&other, "of something else").await);
    assert!(keep(&joiner, "already created").await);
    assert!(keep(&holder, "created").await);
    assert!(!keep(&joiner, "already created").await);

    assert_eq!(held(&store, &key).await.done, Some(answer("created")));
}

#[tokio::test]
async fn a_key_means_something_else_to_another_connection_and_another_tenant() {
    let home = Home::new();
    let store = home.open();
    let (a, b) = (tenant("a"), tenant("b"));
    let contoso = add(&store, &a, "contoso", "x").await;
    let fabrikam = add(&store, &a, "fabrikam", "x").await;
    let foreign = add(&store, &b, "contoso", "x").await;
    for connection in [&contoso, &fabrikam, &foreign] {
        let key = key(connection, "order-1");
        let found = store.hold_key(&key, &call("one"), UNTIL).await;
        assert_eq!(found, Ok(None), "{}", connection.name);
    }
    let taken = CallKey {
        tenant: b,
        ..key(&contoso, "order-1")
    };
    let error = store.hold_key(&taken, &call("one"), UNTIL).await;
    assert_eq!(error, Err(StoreError::NoSuchConnection));
}

#[tokio::test]
async fn only_a_holder_that_nobody_joined_gives_its_key_free() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let (alone, joined, done) = (
        key(&contoso, "alone"),
        key(&contoso, "joined"),
        key(&contoso, "done"),
    );
    let holder = call("one");
    for key in [&alone, &joined, &done] {
        store.hold_key(key, &holder, UNTIL).await.unwrap();
    }
    store.hold_key(&joined, &call("one"), UNTIL).await.unwrap();
    // Who asks for something else has not joined.
    store.hold_key(&alone, &call("two"), UNTIL).await.unwrap();
    store
        .keep_answer(&done, &holder, &answer("1"))
        .await
        .unwrap();

    assert_eq!(store.free_key(&alone, &Uuid::new_v4()).await, Ok(false));
    assert_eq!(store.free_key(&alone, &holder.attempt).await, Ok(true));
    assert_eq!(store.free_key(&joined, &holder.attempt).await, Ok(false));
    assert_eq!(store.free_key(&done, &holder.attempt).await, Ok(false));

    assert_eq!(store.hold_key(&alone, &call("two"), UNTIL).await, Ok(None));
}

#[tokio::test]
async fn a_key_that_has_expired_is_new_and_leaves_nothing_behind() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let rows = || -> i64 {
        home.raw()
            .query_row("SELECT count(*) FROM keyed_call", [], |row| row.get(0))
            .unwrap()
    };
    for number in 0..10 {
        let key = key(&contoso, &format!("order-{number}"));
        store.hold_key(&key, &call("one"), UNTIL).await.unwrap();
    }
    let late = |fingerprint, seconds| KeyedCall {
        began_at: UNTIL + Duration::seconds(seconds),
        ..call(fingerprint)
    };
    let key = key(&contoso, "order-3");

    let found = store.hold_key(&key, &late("two", -1), UNTIL).await;
    assert!(matches!(found, Ok(Some(_))), "{found:?}");
    assert_eq!(rows(), 10);
    let again = UNTIL + Duration::DAY;
    let found = store.hold_key(&key, &late("two", 0), again).await;
    assert_eq!(found, Ok(None));
    assert_eq!(rows(), 1);
}

#[tokio::test]
async fn of_many_processes_at_once_one_holds_the_key() {
    let home = Home::new();
    let contoso = add(&home.open(), &tenant("a"), "contoso", "x").await;
    let attempts: Vec<_> = (0..12)
        .map(|_| {
            let (store, key) = (home.open(), key(&contoso, "order-1"));
            tokio::spawn(async move { store.hold_key(&key, &call("one"), UNTIL).await.unwrap() })
        })
        .collect();
    let mut holders = 0;
    for attempt in attempts {
        holders += usize::from(attempt.await.unwrap().is_none());
    }
    assert_eq!(holders, 1);
}

#[tokio::test]
async fn a_removed_connection_takes_its_keys_along() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let key = key(&contoso, "order-1");
    store.hold_key(&key, &call("one"), UNTIL).await.unwrap();

    store
        .remove_connection(&contoso.tenant, &contoso.name)
        .await
        .unwrap();

    let rows: i64 = home
        .raw()
        .query_row("SELECT count(*) FROM keyed_call", [], |row| row.get(0))
        .unwrap();
    assert_eq!(rows, 0);
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
        .hold_key(&key(&contoso, "order-1"), &call("one"), UNTIL)
        .await;
    assert_eq!(held, Ok(None));
}
