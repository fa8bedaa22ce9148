//! What failed is not tried again at once, and every waiter is told.

use futures::future::join_all;

use super::*;
use crate::CredentialSource;

#[tokio::test]
async fn a_refused_secret_is_not_offered_again_for_some_seconds() {
    let world = World::new().await;
    world.authority.then(wrong_secret()).then(wrong_secret());
    let source = world.source();
    let first = source.lease().await.unwrap_err();

    assert_eq!(source.lease().await.unwrap_err(), first);
    world.clock.turn(4);
    assert_eq!(source.lease().await.unwrap_err(), first);
    assert_eq!(world.authority.asked(), 1);

    world.clock.turn(1);
    assert_eq!(source.lease().await.unwrap_err(), first);
    assert_eq!(world.authority.asked(), 2);
    world.clock.turn(5);
    assert_eq!(shown(source.lease().await), "token-1");
}

#[tokio::test]
async fn a_mended_secret_is_tried_at_once() {
    let world = World::new().await;
    world.authority.then(wrong_secret());
    let tokens = world.tokens();
    let wrong = world.source_in(&tokens, grant());
    assert!(wrong.lease().await.is_err());
    let mended = ClientCredentials {
        client_secret: SecretString::from("the right one"),
        ..grant()
    };

    let mended = world.source_in(&tokens, mended);

    assert_eq!(shown(mended.lease().await), "token-1");
}

#[tokio::test]
async fn an_authority_that_asks_for_time_gets_it() {
    let world = World::new().await;
    let mut busy = answer(429, "application/json", "{}").unwrap();
    busy.headers_mut()
        .insert("retry-after", "17".parse().unwrap());
    world.authority.then(Ok(busy));
    let source = world.source();
    let wait = |error: AuthError| match error {
        AuthError::Unavailable { retry_after, .. } => retry_after.map(|wait| wait.as_secs()),
        other => panic!("{other}"),
    };

    assert_eq!(wait(source.lease().await.unwrap_err()), Some(17));
    world.clock.turn(10);
    assert_eq!(wait(source.lease().await.unwrap_err()), Some(7));
    assert_eq!(world.authority.asked(), 1);
    world.clock.turn(7);
    assert_eq!(shown(source.lease().await), "token-1");
}

#[tokio::test]
async fn an_authority_that_is_down_is_tried_again_soon() {
    let world = World::new().await;
    world.authority.then(unreachable());
    let source = world.source();
    assert!(source.lease().await.is_err());
    assert!(source.lease().await.is_err());
    assert_eq!(world.authority.asked(), 1);
    world.clock.turn(1);
    assert_eq!(shown(source.lease().await), "token-1");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn all_who_waited_are_told_of_one_failure_by_one_request() {
    let world = World::new().await;
    world.authority.close();
    world.authority.then(unreachable());
    let source = Arc::new(world.source());
    let calls: Vec<_> = (0..16)
        .map(|_| {
            let source = Arc::clone(&source);
            tokio::spawn(async move { source.lease().await.unwrap_err() })
        })
        .collect();
    while world.authority.asked() == 0 {
        tokio::task::yield_now().await;
    }
    world.authority.open();
    for call in join_all(calls).await {
        let error = call.unwrap();
        assert!(matches!(error, AuthError::Unavailable { .. }), "{error}");
    }
    assert_eq!(world.authority.asked(), 1);
}

#[tokio::test]
async fn a_renewal_that_fails_says_why_and_does_not_bring_the_refused_token_back() {
    let world = World::new().await;
    let source = world.source();
    let refused = source.lease().await.unwrap();
    world.authority.then(wrong_secret());

    let error = source.renew(&refused).await.unwrap_err();

    assert!(error.to_string().contains("AADSTS7000215"), "{error}");
    assert_eq!(source.lease().await.unwrap_err(), error);
    assert_eq!(source.renew(&refused).await.unwrap_err(), error);
    assert_eq!(world.authority.asked(), 2);
}

#[tokio::test]
async fn a_token_that_cannot_be_kept_is_used_all_the_same() {
    let world = World::new().await;
    let store = world.store();
    store
        .remove_connection(&world.key.tenant, &"contoso".parse().unwrap())
        .await
        .unwrap();

    assert_eq!(shown(world.source().lease().await), "token-1");
}

#[tokio::test]
async fn a_cached_token_that_was_tampered_with_is_an_error_of_the_store() {
    let world = World::new().await;
    world.source().lease().await.unwrap();
    let raw = rusqlite::Connection::open(world.path.join("airlock.db")).unwrap();
    raw.execute("UPDATE sealed SET value = x'01'", []).unwrap();

    let error = world.source().lease().await.unwrap_err();

    assert!(matches!(error, AuthError::Store(_)), "{error}");
    assert_eq!(world.authority.asked(), 1);
}
