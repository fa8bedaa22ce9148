//! Several processes over one store.

use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::Home;
use crate::fixtures::{add, tenant};

/// As long as a turn is waited for where it will come, or must not come.
const LONG: Duration = Duration::from_secs(20);

pub async fn processes_see_each_others_changes_at_once(home: &impl Home) {
    let (one, two) = (home.open().await, home.open().await);
    let a = tenant("a");
    let contoso = add(&*one, &a, "contoso", "x").await;
    assert_eq!(
        two.connections(&a).await.unwrap(),
        std::slice::from_ref(&contoso)
    );

    let token = SecretString::from("from two");
    two.put_sealed(&a, &contoso.id, "t", &token).await.unwrap();
    let seen = one.sealed(&a, &contoso.id, "t").await.unwrap().unwrap();
    assert_eq!(seen.expose_secret(), "from two");

    one.remove_connection(&a, &contoso.name).await.unwrap();
    assert!(two.connections(&a).await.unwrap().is_empty());
}

pub async fn a_turn_is_had_by_one_at_a_time_and_each_connection_has_its_own(home: &impl Home) {
    let (one, two) = (home.open().await, home.open().await);
    let a = tenant("a");
    let contoso = add(&*one, &a, "contoso", "x").await;
    let other = add(&*one, &a, "other", "x").await;

    let held = one.take_turn(&contoso.id, LONG).await.unwrap().unwrap();

    for store in [&one, &two] {
        let refused = store.take_turn(&contoso.id, Duration::ZERO).await.unwrap();
        assert!(refused.is_none());
        let apart = store.take_turn(&other.id, LONG).await.unwrap();
        assert!(apart.is_some());
    }
    let waiting = tokio::spawn(async move { two.take_turn(&contoso.id, LONG).await });
    tokio::task::yield_now().await;
    drop(held);
    assert!(waiting.await.unwrap().unwrap().is_some());
}
