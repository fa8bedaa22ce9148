//! A refused token is renewed once, and the request sent again once, where that is safe.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use airlock_auth::{Credential, FixedSource, Placement};
use airlock_egress::{EgressConfig, EgressError, Purpose, RefusalCode, SendOptions};
use bytes::Bytes;
use http::Request;

use crate::support::credential::token;
use crate::support::fixture::{Fixture, everywhere, lane_id, local};
use crate::support::server::{Answer, Seen, Server, answer};
use crate::support::{get, request, stream, text};

/// Takes every token but the first.
fn refuse_first(seen: &Seen) -> Answer {
    if seen.header("authorization") == Some(format!("Bearer {}", token(0)).as_str()) {
        return answer(401, "expired");
    }
    answer(
        200,
        format!("welcome, {}", String::from_utf8_lossy(&seen.body)),
    )
}

#[tokio::test]
async fn after_a_401_the_token_is_renewed_and_the_request_sent_again_with_its_body() {
    let server = Server::plain(refuse_first).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let request = request("POST", &server.url("/"), "the body");
    let response = lane.send(request, SendOptions::default()).await.unwrap();
    assert_eq!(text(response).await, "welcome, the body");
    assert_eq!((fixture.source.renewals(), server.seen().len()), (1, 2));
    assert!(
        fixture.lines()[0].contains("renewed after 401"),
        "{:?}",
        fixture.lines()
    );

    // The next one goes out with the new token at once.
    lane.send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!((fixture.source.renewals(), server.seen().len()), (1, 3));
}

#[tokio::test]
async fn a_second_401_is_the_services_answer() {
    let server = Server::plain(|_| answer(401, "never")).await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!((fixture.source.renewals(), server.seen().len()), (1, 2));
}

#[tokio::test]
async fn a_body_that_cannot_be_replayed_is_not_but_the_next_request_has_a_new_token() {
    let server = Server::plain(refuse_first).await;
    let config = EgressConfig {
        replay_body_bytes: 4,
        ..local()
    };
    let fixture = Fixture::new(config);
    let lane = fixture.lane(everywhere());
    let too_long = request("POST", &server.url("/"), "longer than four");
    let response = lane.send(too_long, SendOptions::default()).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!((fixture.source.renewals(), server.seen().len()), (1, 1));

    let pieces = futures::stream::iter([Ok::<_, EgressError>(Bytes::from_static(b"unknown"))]);
    let unknown = Request::post(server.url("/")).body(stream(pieces)).unwrap();
    let response = lane.send(unknown, SendOptions::default()).await.unwrap();
    assert_eq!(text(response).await, "welcome, unknown");
}

#[tokio::test]
async fn a_401_without_a_credential_of_ours_renews_nothing() {
    let server = Server::plain(|_| answer(401, "")).await;
    let fixture = Fixture::new(local());
    let lane = fixture
        .egress
        .lane(lane_id("default", Purpose::Api), everywhere(), None);
    let response = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!((fixture.source.renewals(), server.seen().len()), (0, 1));
}

#[tokio::test]
async fn a_secret_that_cannot_be_renewed_is_explained_instead() {
    let server = Server::plain(|_| answer(401, "")).await;
    let fixture = Fixture::new(local());
    let key = Credential::new(
        Placement::Header("x-functions-key".into()),
        "fixed-secret-1".to_owned().into(),
    );
    let lane = fixture.egress.lane(
        lane_id("default", Purpose::Api),
        everywhere(),
        Some(Arc::new(FixedSource::new(key))),
    );
    let error = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert_eq!(
        error.refusal().unwrap().code,
        RefusalCode::CredentialRejected
    );
    assert!(!error.to_string().contains("fixed-secret-1"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn both_the_refused_and_the_new_token_are_redacted() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let server = Server::plain(move |seen| {
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            return answer(401, "");
        }
        let now = seen.header("authorization").unwrap().to_owned();
        answer(200, format!("before {}, now {now}", token(0)))
    })
    .await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(
        text(response).await,
        "before [redacted], now Bearer [redacted]"
    );
}
