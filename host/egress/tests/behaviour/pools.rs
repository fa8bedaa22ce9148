//! Connections are kept and used again, by their own lane and no other.

use std::sync::Arc;

use airlock_egress::{Egress, EgressConfig, EgressError, LaneId, Purpose, SendOptions};
use futures::future::join_all;
use http::Version;
use tokio::io::AsyncWriteExt;

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, lane_id, local};
use crate::support::raw::{Raw, read_head};
use crate::support::resolver::Script;
use crate::support::server::{Server, answer, answer_with};
use crate::support::tls::Authority;
use crate::support::{get, request, text};

#[tokio::test]
async fn one_request_after_another_uses_one_connection() {
    let server = Server::plain(|_| answer(200, "ok")).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    for _ in 0..5 {
        let response = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn no_two_lanes_share_a_connection() {
    let server = Server::plain(|_| answer(200, "ok")).await;
    let fixture = Fixture::new(local());
    let send = async |egress: &Arc<Egress>, id: &LaneId| {
        let lane = egress.lane(id.clone(), everywhere(), None);
        text(
            lane.send(get(&server.url("/")), SendOptions::default())
                .await
                .unwrap(),
        )
        .await
    };
    let alice = lane_id("alice", Purpose::Api);
    let bob = LaneId {
        tenant: "bob".parse().unwrap(),
        ..alice.clone()
    };
    let second = LaneId {
        connection: airlock_store::ConnectionId::random(),
        ..alice.clone()
    };
    let tokens = LaneId {
        purpose: Purpose::Token,
        ..alice.clone()
    };
    for (number, id) in [&alice, &bob, &second, &tokens].into_iter().enumerate() {
        send(&fixture.egress, id).await;
        assert_eq!(server.connections(), number + 1, "{id:?}");
    }
    send(&fixture.egress, &alice).await;
    assert_eq!(
        server.connections(),
        4,
        "another handle to a lane uses its pool"
    );

    fixture.egress.forget(&alice);
    send(&fixture.egress, &alice).await;
    assert_eq!(server.connections(), 5, "a closed lane has no pool");
}

/// A way out to `sim.example.com` under TLS, which answers `protocols`.
async fn over_tls(protocols: &[&str], close: bool) -> (Server, Fixture, Authority) {
    let authority = Authority::new();
    let tls = authority.server("sim.example.com", protocols);
    let server = Server::tls(tls, move |_| {
        if close {
            answer_with(200, "connection", "close", "ok")
        } else {
            answer(200, "ok")
        }
    })
    .await;
    let config = EgressConfig {
        trusted_roots: vec![authority.file.path().to_owned()],
        ..local()
    };
    let fixture = Fixture::with(config, Script::of(&[&["127.0.0.1"]]), Counting::bearer());
    (server, fixture, authority)
}

#[tokio::test]
async fn http_2_is_spoken_where_it_is_offered_and_many_requests_share_a_connection() {
    for (protocols, version) in [
        (vec!["h2", "http/1.1"], Version::HTTP_2),
        (vec!["http/1.1"], Version::HTTP_11),
        (vec![], Version::HTTP_11),
    ] {
        let (server, fixture, _authority) = over_tls(&protocols, false).await;
        let lane = fixture.lane(everywhere());
        let url = server.named("https", "sim.example.com", "/");
        text(lane.send(get(&url), SendOptions::default()).await.unwrap()).await;
        let answers = join_all((0..10).map(|_| lane.send(get(&url), SendOptions::default()))).await;
        for answer in answers {
            assert_eq!(text(answer.unwrap()).await, "ok");
        }
        assert!(
            server.seen().iter().all(|seen| seen.version == version),
            "{protocols:?}"
        );
        assert!(
            server
                .seen()
                .iter()
                .all(|seen| seen.header("authorization").is_some())
        );
        if version == Version::HTTP_2 {
            assert_eq!(server.connections(), 1);
        }
    }
}

#[tokio::test]
async fn a_connection_that_may_not_be_kept_speaks_http_1_and_closes() {
    let authority = Authority::new();
    let tls = authority.server("sim.example.com", &["h2", "http/1.1"]);
    let server = Server::tls(tls, |_| answer(200, "ok")).await;
    let config = EgressConfig {
        trusted_roots: vec![authority.file.path().to_owned()],
        max_in_flight_per_tenant: 1,
        ..local()
    };
    let fixture = Fixture::with(config, Script::of(&[&["127.0.0.1"]]), Counting::bearer());
    let (kept, passing) = (fixture.lane(everywhere()), fixture.lane(everywhere()));
    let url = server.named("https", "sim.example.com", "/");
    for lane in [&kept, &passing, &passing, &kept] {
        let answer = lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(text(answer).await, "ok");
    }
    let versions: Vec<_> = server.seen().iter().map(|seen| seen.version).collect();
    let (one, two) = (Version::HTTP_11, Version::HTTP_2);
    assert_eq!(versions, [two, one, one, two]);
    assert_eq!(server.connections(), 3);
}

#[tokio::test]
async fn a_lane_resumes_its_own_tls_sessions_and_no_others() {
    let (server, fixture, _authority) = over_tls(&["http/1.1"], true).await;
    let url = server.named("https", "sim.example.com", "/");
    let first = fixture.lane(everywhere());
    for _ in 0..2 {
        text(first.send(get(&url), SendOptions::default()).await.unwrap()).await;
    }
    assert_eq!((server.connections(), server.resumed()), (2, 1));
    let second = fixture.lane(everywhere());
    text(
        second
            .send(get(&url), SendOptions::default())
            .await
            .unwrap(),
    )
    .await;
    assert_eq!((server.connections(), server.resumed()), (3, 1));
}

/// Answers the first request of the first connection, and takes its second without a word.
async fn dying_after_one() -> Raw {
    Raw::start(|number, mut tcp| async move {
        let mut left = if number == 1 { 1 } else { usize::MAX };
        while read_head(&mut tcp).await.is_some() {
            if left == 0 {
                return;
            }
            left -= 1;
            let _ = tcp
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok")
                .await;
        }
    })
    .await
}

#[tokio::test]
async fn a_pooled_connection_that_died_is_replaced_where_repeating_is_safe() {
    for (method, condition, repeated) in [
        ("GET", None, true),
        ("HEAD", Some("if-none-match"), true),
        ("DELETE", None, true),
        ("DELETE", Some("if-match"), false),
        ("PATCH", None, false),
        ("POST", None, false),
    ] {
        let server = dying_after_one().await;
        let fixture = Fixture::new(local());
        let lane = fixture.lane(everywhere());
        text(
            lane.send(get(&server.url("/")), SendOptions::default())
                .await
                .unwrap(),
        )
        .await;

        let mut second = request(method, &server.url("/"), "");
        if let Some(name) = condition {
            second.headers_mut().insert(name, "*".parse().unwrap());
        }
        let answer = lane.send(second, SendOptions::default()).await;
        let what = format!("{method} {condition:?}");
        match answer {
            Ok(response) => assert!(repeated && response.status() == 200, "{what}"),
            Err(error) => {
                assert!(!repeated, "{what}: {error}");
                assert!(matches!(error, EgressError::Protocol { .. }), "{error}");
            }
        }
        assert_eq!(server.accepted(), if repeated { 2 } else { 1 }, "{what}");
    }
}

#[tokio::test]
async fn a_fresh_connection_that_dies_is_not_tried_again() {
    let server = Raw::start(|_, mut tcp| async move {
        read_head(&mut tcp).await;
    })
    .await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let error = lane
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Protocol { .. }), "{error}");
    assert_eq!(server.accepted(), 1);
}
