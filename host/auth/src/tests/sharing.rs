//! Processes share tokens through the store; tenants, connections and grants do not.

use super::*;
use crate::CredentialSource;

#[tokio::test]
async fn the_next_process_uses_the_token_of_the_first() {
    let world = World::new().await;
    assert_eq!(shown(world.source().lease().await), "token-1");
    world.clock.turn(3000);
    assert_eq!(shown(world.source().lease().await), "token-1");
    assert_eq!(world.authority.asked(), 1);
}

#[tokio::test]
async fn a_process_takes_over_what_another_has_renewed() {
    let world = World::new().await;
    let (one, two) = (world.source(), world.source());
    let old = one.lease().await.unwrap();
    assert_eq!(shown(two.lease().await), "token-1");

    assert_eq!(shown(one.renew(&old).await), "token-2");
    assert_eq!(shown(two.renew(&old).await), "token-2", "after a 401");
    assert_eq!(world.authority.asked(), 2);

    world.clock.turn(3400);
    assert_eq!(shown(one.lease().await), "token-3");
    assert_eq!(shown(two.lease().await), "token-3", "ahead of its end");
    assert_eq!(world.authority.asked(), 3);
}

#[tokio::test]
async fn a_refused_token_is_not_taken_from_the_store_again() {
    let world = World::new().await;
    let (one, two) = (world.source(), world.source());
    let old = one.lease().await.unwrap();
    assert_eq!(shown(two.renew(&old).await), "token-2");
}

#[tokio::test]
async fn a_process_without_memory_falls_back_on_the_kept_token_while_it_lives() {
    let world = World::new().await;
    world.source().lease().await.unwrap();
    world.clock.turn(3400);
    world.authority.then(unreachable());
    let source = world.source();
    assert_eq!(shown(source.lease().await), "token-1");
    assert_eq!(world.authority.asked(), 2);
    world.clock.turn(29);
    assert_eq!(shown(source.lease().await), "token-1");
    assert_eq!(world.authority.asked(), 2, "not asked again so soon");
    world.clock.turn(171);
    world.authority.then(unreachable());
    assert!(world.source().lease().await.is_err(), "it has expired");
}

#[tokio::test]
async fn a_token_got_with_other_settings_or_secrets_is_not_used() {
    let world = World::new().await;
    let tokens = world.tokens();
    let first = world.source_in(&tokens, grant());
    assert_eq!(shown(first.lease().await), "token-1");
    let changes: [fn(&mut ClientCredentials); 4] = [
        |grant| grant.client_secret = SecretString::from("another"),
        |grant| grant.client_id = SecretString::from("another"),
        |grant| grant.scopes = vec!["https://fabrikam.crm.dynamics.com/.default".into()],
        |grant| grant.token_url.set_path("/fabrikam/oauth2/v2.0/token"),
    ];
    for (i, change) in changes.into_iter().enumerate() {
        let mut changed = grant();
        change(&mut changed);
        let in_memory = world.source_in(&tokens, changed);
        assert_eq!(shown(in_memory.lease().await), format!("token-{}", i + 2));
    }
    let from_store = world.source();
    assert_eq!(shown(from_store.lease().await), "token-6");
}

#[tokio::test]
async fn connections_and_tenants_have_tokens_of_their_own() {
    let mut world = World::new().await;
    let tokens = world.tokens();
    let first = world.source_in(&tokens, grant());
    assert_eq!(shown(first.lease().await), "token-1");
    for (tenant, name, expected) in [("a", "other", "token-2"), ("b", "contoso", "token-3")] {
        world.key = world.add_connection(tenant, name).await;
        let source = world.source_in(&tokens, grant());
        assert_eq!(shown(source.lease().await), expected);
    }
    assert_eq!(shown(first.lease().await), "token-1");

    // The right connection under the wrong tenant finds nothing, in memory or in the store.
    world.key.tenant = "a".parse().unwrap();
    let crossed = world.source_in(&tokens, grant());
    assert_eq!(shown(crossed.lease().await), "token-4");
}

#[tokio::test]
async fn another_connections_setback_is_not_mine() {
    let mut world = World::new().await;
    let tokens = world.tokens();
    world.authority.then(wrong_secret());
    assert!(world.source_in(&tokens, grant()).lease().await.is_err());
    world.key = world.add_connection("a", "other").await;
    let other = world.source_in(&tokens, grant());
    assert_eq!(shown(other.lease().await), "token-1");
}

fn secrets(source: &OauthSource) -> Vec<String> {
    let secrets = source.secrets();
    secrets
        .iter()
        .map(|secret| secret.expose_secret().to_owned())
        .collect()
}

#[tokio::test]
async fn a_token_that_was_replaced_stays_known_as_a_secret_in_every_process() {
    let world = World::new().await;
    let mut replaced = Vec::new();
    for number in 0..10 {
        let token = format!("short-lived-{number}");
        world.authority.then(issue(&token, json!(60)));
        replaced.insert(0, shown(world.source().lease().await));
        world.clock.turn(60);
    }
    let source = world.source();
    source.lease().await.unwrap();
    let known = secrets(&source);
    assert_eq!(known[0], "canary+secret/~8d2c", "what it was got with");
    assert_eq!(known[1..], replaced[..8], "the last eight");

    // An hour past their end nobody remembers them; the last one has lived until now.
    world.clock.turn(2 * 3600 + 60);
    source.lease().await.unwrap();
    assert_eq!(secrets(&source).len(), 1);
}

#[tokio::test]
async fn nobody_can_have_tokens_replaced_until_one_that_lives_is_forgotten() {
    let world = World::new().await;
    let source = world.source();
    let first = shown(source.lease().await);
    let mut refused = 0;
    for _ in 0..20 {
        world.clock.turn(10);
        let token = source.lease().await.unwrap();
        if source.renew(&token).await.is_err() {
            refused += 1;
        }
    }
    assert_eq!((world.authority.asked(), refused), (7, 14));
    assert!(secrets(&source).contains(&first));
    // The last token is used on, and once the first has run out there is another.
    assert_eq!(shown(source.lease().await), "token-7");
    world.clock.turn(3600);
    assert_eq!(shown(source.lease().await), "token-8");
}
