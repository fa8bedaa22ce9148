//! A token is asked for once, used while it is good, and renewed before it is not.

use futures::FutureExt;
use futures::future::join_all;

use super::*;
use crate::CredentialSource;

#[tokio::test]
async fn the_request_is_what_the_grant_says_it_is() {
    let world = World::new().await;

    let credential = world.source().lease().await.unwrap();

    assert_eq!(credential.value().expose_secret(), "token-1");
    assert_eq!(credential.placement(), &Placement::Bearer);
    let requests = world.authority.requests.lock().unwrap();
    let [request] = requests.as_slice() else {
        panic!("{} requests", requests.len())
    };
    assert_eq!(request.method(), "POST");
    assert_eq!(
        request.uri(),
        "https://login.example/contoso.example/oauth2/v2.0/token"
    );
    assert_eq!(
        request.headers()["content-type"],
        "application/x-www-form-urlencoded"
    );
    assert!(!request.headers().contains_key("authorization"));
    let mut form: Vec<(String, String)> = url::form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    form.sort();
    let form: Vec<(&str, &str)> = form.iter().map(|(k, v)| (&**k, &**v)).collect();
    assert_eq!(
        form,
        [
            ("client_id", "client-id-5e1f"),
            ("client_secret", "canary+secret/~8d2c"),
            ("grant_type", "client_credentials"),
            ("scope", "https://contoso.crm.dynamics.com/.default"),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_need_a_token_at_once_one_is_asked_for() {
    let world = World::new().await;
    let source = Arc::new(world.source());
    world.authority.close();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let source = Arc::clone(&source);
            tokio::spawn(async move { shown(source.lease().await) })
        })
        .collect();
    while world.authority.asked() == 0 {
        tokio::task::yield_now().await;
    }
    world.authority.open();

    for call in join_all(calls).await {
        assert_eq!(call.unwrap(), "token-1");
    }
    assert_eq!(world.authority.asked(), 1);
}

#[tokio::test]
async fn who_began_the_request_may_give_up_and_the_others_still_get_the_token() {
    let world = World::new().await;
    let source = world.source();
    world.authority.close();
    let mut first = Box::pin(source.lease());
    let second = source.lease();
    while world.authority.asked() == 0 {
        let polled = futures::poll!(&mut first);
        assert!(polled.is_pending());
        tokio::task::yield_now().await;
    }
    let second = tokio::time::timeout(Duration::from_secs(10), async {
        let mut second = Box::pin(second);
        assert!(futures::poll!(&mut second).is_pending());
        drop(first);
        world.authority.open();
        second.await
    });
    assert_eq!(shown(second.await.unwrap()), "token-1");
    assert_eq!(world.authority.asked(), 1);
}

#[tokio::test]
async fn when_all_give_up_the_next_begins_anew() {
    let world = World::new().await;
    let source = world.source();
    world.authority.close();
    let mut only = Box::pin(source.lease());
    while world.authority.asked() == 0 {
        assert!(futures::poll!(&mut only).is_pending());
        tokio::task::yield_now().await;
    }
    drop(only);
    world.authority.open();

    assert_eq!(shown(source.lease().await), "token-1");
    assert_eq!(world.authority.asked(), 2);
}

#[tokio::test]
async fn a_token_is_used_until_a_tenth_of_its_life_or_five_minutes_are_left() {
    for (life, fresh_for) in [(3600, 3299), (600, 539), (0, 0)] {
        let world = World::new().await;
        world.authority.then(issue("first", json!(life)));
        let source = world.source();
        assert_eq!(shown(source.lease().await), "first", "{life}");
        if life > 0 {
            world.clock.turn(fresh_for);
            assert_eq!(shown(source.lease().await), "first", "{life}");
            world.clock.turn(1);
        }
        assert_eq!(shown(source.lease().await), "token-1", "{life}");
        assert_eq!(world.authority.asked(), 2, "{life}");
    }
}

#[tokio::test]
async fn a_life_time_as_text_counts_and_one_that_is_not_said_is_taken_to_be_short() {
    for (said, still_fresh) in [(json!("3600"), 3299), (json!(null), 269)] {
        let world = World::new().await;
        world.authority.then(issue("first", said.clone()));
        let source = world.source();
        source.lease().await.unwrap();
        world.clock.turn(still_fresh);
        assert_eq!(shown(source.lease().await), "first", "{said}");
        world.clock.turn(1);
        assert_eq!(shown(source.lease().await), "token-1", "{said}");
    }
}

#[tokio::test]
async fn while_one_call_renews_a_token_that_still_lives_the_others_do_not_wait() {
    let world = World::new().await;
    let source = world.source();
    source.lease().await.unwrap();
    world.clock.turn(3400);
    world.authority.close();
    let mut renewing = Box::pin(source.lease());
    while world.authority.asked() < 2 {
        assert!(futures::poll!(&mut renewing).is_pending());
        tokio::task::yield_now().await;
    }

    let at_once = source.lease().now_or_never().map(shown);
    assert_eq!(at_once.as_deref(), Some("token-1"));

    world.authority.open();
    assert_eq!(shown(renewing.await), "token-2");
    assert_eq!(shown(source.lease().await), "token-2");
    assert_eq!(world.authority.asked(), 2);
}

#[tokio::test]
async fn a_renewal_ahead_of_time_that_fails_leaves_the_old_token_in_use_until_its_end() {
    for failure in [unreachable, wrong_secret] {
        let world = World::new().await;
        let source = world.source();
        source.lease().await.unwrap();
        world.clock.turn(3400);
        world.authority.then(failure()).then(failure());

        assert_eq!(shown(source.lease().await), "token-1");
        assert_eq!(shown(source.lease().await), "token-1");
        assert_eq!(world.authority.asked(), 2, "not tried again at once");
        world.clock.turn(30);
        assert_eq!(shown(source.lease().await), "token-1");
        assert_eq!(world.authority.asked(), 3, "but after a while");

        world.clock.turn(170);
        assert_eq!(shown(source.lease().await), "token-2", "its end has come");
    }
}

#[tokio::test]
async fn an_authority_that_hangs_delays_one_early_renewal_and_not_the_next_call() {
    let world = World::new().await;
    let source = world.source();
    source.lease().await.unwrap();
    world.clock.turn(3400);
    world.authority.close();
    let mut hanging = Box::pin(source.lease());
    while world.authority.asked() < 2 {
        assert!(futures::poll!(&mut hanging).is_pending());
        tokio::task::yield_now().await;
    }
    // Its caller's deadline.
    drop(hanging);

    let at_once = source.lease().now_or_never().map(shown);
    assert_eq!(at_once.as_deref(), Some("token-1"));
    assert_eq!(world.authority.asked(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn however_many_calls_were_refused_one_new_token_is_asked_for() {
    let world = World::new().await;
    let source = Arc::new(world.source());
    let refused = source.lease().await.unwrap();
    world.authority.close();
    let calls: Vec<_> = (0..64)
        .map(|_| {
            let (source, refused) = (Arc::clone(&source), refused.clone());
            tokio::spawn(async move { shown(source.renew(&refused).await) })
        })
        .collect();
    while world.authority.asked() < 2 {
        tokio::task::yield_now().await;
    }
    world.authority.open();

    for call in join_all(calls).await {
        assert_eq!(call.unwrap(), "token-2");
    }
    assert_eq!(
        shown(source.renew(&refused).await),
        "token-2",
        "a latecomer"
    );
    assert_eq!(shown(source.lease().await), "token-2");
    assert_eq!(world.authority.asked(), 2);
}

#[tokio::test]
async fn nobody_is_handed_a_refused_token_while_it_is_being_renewed() {
    let world = World::new().await;
    let source = world.source();
    let refused = source.lease().await.unwrap();
    world.authority.close();
    let mut renewing = Box::pin(source.renew(&refused));
    while world.authority.asked() < 2 {
        assert!(futures::poll!(&mut renewing).is_pending());
        tokio::task::yield_now().await;
    }
    let mut leasing = Box::pin(source.lease());
    assert!(futures::poll!(&mut leasing).is_pending());
    world.authority.open();
    assert_eq!(shown(leasing.await), "token-2");
    assert_eq!(shown(renewing.await), "token-2");
}

#[tokio::test]
async fn a_service_that_refuses_even_a_new_token_is_not_offered_one_after_the_other() {
    let world = World::new().await;
    let source = world.source();
    let first = source.lease().await.unwrap();
    let second = source.renew(&first).await.unwrap();

    let error = source.renew(&second).await.unwrap_err();

    assert!(matches!(error, AuthError::Refused { .. }), "{error}");
    assert!(error.to_string().contains("application user"), "{error}");
    assert_eq!(world.authority.asked(), 2);
    world.clock.turn(5);
    assert_eq!(shown(source.renew(&second).await), "token-3");
}
