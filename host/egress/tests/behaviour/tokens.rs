//! Token requests leave through a lane of their own.

use std::sync::Arc;

use airlock_auth::{TokenTransport, TransportError};
use airlock_egress::{EgressConfig, LanePolicy, Purpose};

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, lane_id, local, patterns};
use crate::support::resolver::Script;
use crate::support::server::{Server, answer};

fn token_request(url: &str) -> http::Request<Vec<u8>> {
    http::Request::post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", "Basic aWQ6c2VjcmV0")
        .body(b"grant_type=client_credentials".to_vec())
        .unwrap()
}

#[tokio::test]
async fn a_token_request_is_sent_as_it_is_and_carries_no_leased_credential() {
    let server = Server::plain(|_| answer(200, r#"{"access_token":"x"}"#)).await;
    let fixture = Fixture::new(local());
    let id = lane_id("default", Purpose::Token);
    let lane = fixture
        .egress
        .lane(id, everywhere(), Some(fixture.source.clone()));
    let response = lane
        .exchange(token_request(&server.url("/token")))
        .await
        .unwrap();
    assert_eq!(response.body(), br#"{"access_token":"x"}"#);
    let seen = server.seen().pop().unwrap();
    assert_eq!(
        seen.header("authorization"),
        Some("Basic aWQ6c2VjcmV0"),
        "the client identifies itself"
    );
    assert_eq!(seen.method, "POST");
    assert_eq!(seen.body, "grant_type=client_credentials");
    assert_eq!(fixture.source.leases(), 0);
    assert!(
        fixture.lines()[0].contains("credential: none"),
        "{:?}",
        fixture.lines()
    );
}

#[tokio::test]
async fn an_authority_that_policy_forbids_is_denied_and_one_that_is_away_has_failed() {
    let fixture = Fixture::new(local());
    let lane = |policy: LanePolicy| {
        fixture
            .egress
            .lane(lane_id("default", Purpose::Token), policy, None)
    };
    let denied = lane(LanePolicy::new("contoso", patterns(&["login.example.com"])));
    let error = denied
        .exchange(token_request("https://evil.example/token"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, TransportError::Denied { message } if message.contains("evil.example")),
        "{error}"
    );

    let closed = Server::plain(|_| answer(200, "")).await.address;
    let url = format!("http://{closed}/token");
    let error = lane(everywhere())
        .exchange(token_request(&url))
        .await
        .unwrap_err();
    assert!(
        matches!(error, TransportError::Unreachable { .. }),
        "{error}"
    );
    let tries = fixture
        .lines()
        .into_iter()
        .filter(|line| line.starts_with("egress fail"));
    assert_eq!(tries.count(), 3, "{:?}", fixture.lines());
}

#[tokio::test]
async fn an_authority_that_is_back_in_a_moment_is_asked_and_one_without_a_name_is_asked_for_once() {
    let closed = Server::plain(|_| answer(200, "")).await.address;
    let fixture = Fixture::new(local());
    let lane = |fixture: &Fixture, policy: LanePolicy| {
        fixture
            .egress
            .lane(lane_id("default", Purpose::Token), policy, None)
    };
    let url = format!("http://{closed}/token");
    let asking = lane(&fixture, everywhere());
    let (answered, _server) = tokio::join!(asking.exchange(token_request(&url)), async {
        while fixture.lines().is_empty() {
            tokio::task::yield_now().await;
        }
        Server::plain_at(closed, |_| answer(200, "{}")).await
    });
    assert_eq!(answered.unwrap().body(), b"{}");

    let nameless = Arc::new(Script::of(&[]));
    let fixture = Fixture::shared(local(), nameless.clone(), Counting::bearer());
    let error = lane(&fixture, everywhere())
        .exchange(token_request("http://sim.example.com/token"))
        .await
        .unwrap_err();
    assert!(
        matches!(&error, TransportError::Unreachable { message } if message.contains("sim.example.com")),
        "{error}"
    );
    assert_eq!(nameless.asked(), 1);
}

#[tokio::test]
async fn an_answer_that_is_too_large_for_a_token_is_an_error() {
    let server = Server::plain(|_| answer(200, "x".repeat(2 << 20))).await;
    let fixture = Fixture::new(EgressConfig::default());
    let fixture = Fixture {
        egress: Fixture::new(local()).egress,
        ..fixture
    };
    let lane = fixture
        .egress
        .lane(lane_id("default", Purpose::Token), everywhere(), None);
    let error = lane
        .exchange(token_request(&server.url("/")))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("larger than"), "{error}");
}
