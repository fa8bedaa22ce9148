//! Calls under idempotency keys: who holds one, what is kept beside it, and when it is free again.

use airlock_store::{CallKey, Connection, KeptAnswer, KeyedCall, Store, StoreError, TenantId};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::Home;
use crate::fixtures::{add, tenant};

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
async fn held(store: &(impl Store + ?Sized), key: &CallKey) -> KeyedCall {
    let nosy = call("something else");
    store.hold_key(key, &nosy, UNTIL).await.unwrap().unwrap()
}

pub async fn a_key_is_held_by_the_first_and_its_answer_kept_beside_it(home: &impl Home) {
    let store = home.open().await;
    let contoso = add(&*store, &tenant("a"), "contoso", "x").await;
    let key = key(&contoso, "order-1");
    let (first, second) = (call("one"), call("one"));

    assert_eq!(store.hold_key(&key, &first, UNTIL).await, Ok(None));
    let found = store.hold_key(&key, &second, UNTIL).await.unwrap().unwrap();

    assert_eq!((found.attempt, &found.done), (first.attempt, &None));
    let kept = store.keep_answer(&key, &first, &answer("1")).await;
    assert_eq!(kept, Ok(true));
    assert_eq!(held(&*store, &key).await.done, Some(answer("1")));
    // And by a process that opens the store later.
    assert_eq!(
        held(&*home.open().await, &key).await.done,
        Some(answer("1"))
    );
}

pub async fn the_holders_answer_counts_and_another_attempts_stands_in_for_it(home: &impl Home) {
    let store = home.open().await;
    let contoso = add(&*store, &tenant("a"), "contoso", "x").await;
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

    assert_eq!(held(&*store, &key).await.done, Some(answer("created")));
}

pub async fn what_a_tenants_keys_take_is_counted_until_they_expire(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let contoso = add(&*store, &a, "contoso", "x").await;
    let foreign = add(&*store, &b, "contoso", "x").await;
    let bytes = async |tenant: &TenantId, now| store.kept_bytes(tenant, now).await.unwrap();
    assert_eq!(bytes(&a, START).await, 0);

    for (connection, length) in [(&contoso, 1_000), (&foreign, 50_000)] {
        let (key, call) = (key(connection, "order-1"), call("one"));
        store.hold_key(&key, &call, UNTIL).await.unwrap();
        let long = answer(&"x".repeat(length));
        store.keep_answer(&key, &call, &long).await.unwrap();
    }

    let (mine, theirs) = (bytes(&a, START).await, bytes(&b, START).await);
    assert!((1_000..10_000).contains(&mine), "{mine}");
    assert!((50_000..70_000).contains(&theirs), "{theirs}");
    assert_eq!(bytes(&a, UNTIL).await, 0);
}

pub async fn a_key_means_something_else_to_another_connection_and_another_tenant(home: &impl Home) {
    let store = home.open().await;
    let (a, b) = (tenant("a"), tenant("b"));
    let contoso = add(&*store, &a, "contoso", "x").await;
    let fabrikam = add(&*store, &a, "fabrikam", "x").await;
    let foreign = add(&*store, &b, "contoso", "x").await;
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

pub async fn only_a_holder_that_nobody_joined_gives_its_key_free(home: &impl Home) {
    let store = home.open().await;
    let contoso = add(&*store, &tenant("a"), "contoso", "x").await;
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

pub async fn a_key_that_has_expired_is_new(home: &impl Home) {
    let store = home.open().await;
    let contoso = add(&*store, &tenant("a"), "contoso", "x").await;
    let late = |fingerprint, seconds| KeyedCall {
        began_at: UNTIL + Duration::seconds(seconds),
        ..call(fingerprint)
    };
    let key = key(&contoso, "order-1");
    store.hold_key(&key, &call("one"), UNTIL).await.unwrap();

    let found = store.hold_key(&key, &late("two", -1), UNTIL).await;
    assert!(matches!(found, Ok(Some(_))), "{found:?}");
    let again = UNTIL + Duration::DAY;
    let found = store.hold_key(&key, &late("two", 0), again).await;
    assert_eq!(found, Ok(None));
}

pub async fn of_many_processes_at_once_one_holds_the_key(home: &impl Home) {
    let contoso = add(&*home.open().await, &tenant("a"), "contoso", "x").await;
    let mut attempts = Vec::new();
    for _ in 0..12 {
        let (store, key) = (home.open().await, key(&contoso, "order-1"));
        attempts.push(tokio::spawn(async move {
            store.hold_key(&key, &call("one"), UNTIL).await.unwrap()
        }));
    }
    let mut holders = 0;
    for attempt in attempts {
        holders += usize::from(attempt.await.unwrap().is_none());
    }
    assert_eq!(holders, 1);
}

/// Whoever was told that another holds the key waits for what becomes of that attempt.
pub async fn no_key_is_given_free_under_one_who_joined(home: &impl Home) {
    let contoso = add(&*home.open().await, &tenant("a"), "contoso", "x").await;
    let (one, two) = (home.open().await, home.open().await);
    for number in 0..40 {
        let key = key(&contoso, &format!("order-{number}"));
        let (holder, joiner) = (call("one"), call("one"));
        one.hold_key(&key, &holder, UNTIL).await.unwrap();
        let joining = {
            let (two, key, joiner) = (two.clone(), key.clone(), joiner.clone());
            tokio::spawn(async move { two.hold_key(&key, &joiner, UNTIL).await.unwrap() })
        };
        let freed = one.free_key(&key, &holder.attempt).await.unwrap();
        let joined = joining.await.unwrap().is_some();
        assert_ne!(freed, joined, "either it was free, or it was joined");
    }
}

/// The holder's answer is the one that stays, whichever comes first.
pub async fn of_two_answers_at_once_the_holders_stays(home: &impl Home) {
    let contoso = add(&*home.open().await, &tenant("a"), "contoso", "x").await;
    let (one, two) = (home.open().await, home.open().await);
    for number in 0..40 {
        let key = key(&contoso, &format!("order-{number}"));
        let (holder, joiner) = (call("one"), call("one"));
        for call in [&holder, &joiner] {
            one.hold_key(&key, call, UNTIL).await.unwrap();
        }
        let joins = {
            let (two, key) = (two.clone(), key.clone());
            tokio::spawn(async move { two.keep_answer(&key, &joiner, &answer("joiner")).await })
        };
        let kept = one.keep_answer(&key, &holder, &answer("holder")).await;
        assert_eq!(kept, Ok(true));
        joins.await.unwrap().unwrap();
        assert_eq!(held(&*one, &key).await.done, Some(answer("holder")));
    }
}

pub async fn a_removed_connection_takes_its_keys_along(home: &impl Home) {
    let store = home.open().await;
    let contoso = add(&*store, &tenant("a"), "contoso", "x").await;
    let (key, holder) = (key(&contoso, "order-1"), call("one"));
    store.hold_key(&key, &holder, UNTIL).await.unwrap();

    store
        .remove_connection(&contoso.tenant, &contoso.name)
        .await
        .unwrap();

    let kept = store.keep_answer(&key, &holder, &answer("1")).await;
    assert_eq!(kept, Ok(false));
    assert_eq!(store.free_key(&key, &holder.attempt).await, Ok(false));
    let again = store.hold_key(&key, &holder, UNTIL).await;
    assert_eq!(again, Err(StoreError::NoSuchConnection));
}
