//! A dry run shows the request that would leave, and lets only preparations leave.

use std::sync::Arc;

use airlock_egress::{Body, DryRun, EgressConfig, EgressError, SendOptions};
use bytes::Bytes;
use http::Request;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::server::{Server, answer};
use crate::support::{get, request, stream};

fn dry() -> (Arc<DryRun>, SendOptions) {
    let run = Arc::new(DryRun::new());
    let options = SendOptions {
        dry_run: Some(Arc::clone(&run)),
        ..SendOptions::default()
    };
    (run, options)
}

fn preparing(url: &str) -> Request<Body> {
    let mut prepares = get(url);
    prepares
        .headers_mut()
        .insert("airlock-prepares", "true".parse().unwrap());
    prepares
}

#[tokio::test]
async fn the_request_is_shown_judged_and_not_sent() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let (run, options) = dry();
    let mut sent = request("POST", &server.url("/tasks?a=b"), r#"{"subject":"call"}"#);
    sent.headers_mut()
        .insert("prefer", "return=representation".parse().unwrap());
    sent.headers_mut()
        .insert("airlock-prepares", "true".parse().unwrap());
    let error = lane.send(sent, options).await.unwrap_err();
    assert_eq!(error, EgressError::DryRun);
    let shown = run.take().unwrap();
    assert_eq!(
        (shown.method.as_str(), shown.url.as_str()),
        ("POST", server.url("/tasks?a=b").as_str())
    );
    assert_eq!(shown.body.as_deref(), Some(r#"{"subject":"call"}"#));
    let header = |name: &str| {
        shown
            .headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    assert_eq!(header("authorization"), Some("<added by the host>"));
    assert_eq!(header("prefer"), Some("return=representation"));
    assert_eq!(header("airlock-prepares"), None);
    assert_eq!((server.connections(), fixture.source.leases()), (0, 0));
    assert!(
        fixture.lines()[0].starts_with("egress dry-run POST"),
        "{:?}",
        fixture.lines()
    );
}

#[tokio::test]
async fn reads_that_prepare_leave_and_the_first_other_request_is_shown() {
    let server = Server::plain(|_| answer(200, "metadata")).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let (run, options) = dry();
    lane.send(preparing(&server.url("/metadata")), options.clone())
        .await
        .unwrap();
    assert_eq!(run.take(), None);
    for path in ["/first", "/second"] {
        let answer = lane.send(get(&server.url(path)), options.clone()).await;
        assert!(matches!(answer, Err(EgressError::DryRun)), "{answer:?}");
    }
    assert!(run.take().unwrap().url.ends_with("/first"));
    assert_eq!(server.seen().len(), 1);
}

#[tokio::test]
async fn after_the_request_was_caught_not_even_preparations_leave() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let (run, options) = dry();
    let _ = lane
        .send(
            request("POST", &server.url("/shown"), "{}"),
            options.clone(),
        )
        .await;
    for taken in [false, true] {
        if taken {
            assert!(run.take().unwrap().url.ends_with("/shown"));
        }
        let answer = lane
            .send(preparing(&server.url("/later")), options.clone())
            .await;
        assert!(matches!(answer, Err(EgressError::DryRun)), "{answer:?}");
    }
    assert_eq!((server.connections(), fixture.source.leases()), (0, 0));
}

#[tokio::test]
async fn what_could_do_more_than_read_prepares_nothing() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let with_body = || {
        let mut sent = request("GET", &server.url("/"), "a body");
        sent.headers_mut()
            .insert("airlock-prepares", "true".parse().unwrap());
        sent
    };
    let streaming = || {
        let pieces = futures::stream::iter([Ok(Bytes::from_static(b"a body"))]);
        with_body().map(|_| stream(pieces))
    };
    for sent in [
        with_body(),
        streaming(),
        preparing(&server.url("/?_method=DELETE")),
        preparing(&server.url("/?a=b&%5Fmethod=DELETE")),
    ] {
        let (run, options) = dry();
        let answer = lane.send(sent, options).await;
        assert!(matches!(answer, Err(EgressError::DryRun)), "{answer:?}");
        assert!(run.take().is_some());
    }
    assert_eq!(server.connections(), 0);
    // A body that turns out to be none is none.
    let (_, options) = dry();
    let empty = preparing(&server.url("/read")).map(|_| stream(futures::stream::empty()));
    lane.send(empty, options).await.unwrap();
    assert_eq!(server.seen()[0].uri.path(), "/read");
}

#[tokio::test]
async fn what_policy_forbids_is_denied_in_a_dry_run_too() {
    let fixture = Fixture::new(local());
    let (run, options) = dry();
    let answer = fixture
        .lane(everywhere())
        .send(get("https://evil.example/"), options)
        .await;
    assert!(
        matches!(answer, Err(EgressError::Denied { .. })),
        "{answer:?}"
    );
    assert_eq!(run.take(), None);
}

#[tokio::test]
async fn an_endless_body_is_shown_as_far_as_it_is_held() {
    let server = Server::plain(|_| answer(200, "")).await;
    let config = EgressConfig {
        replay_body_bytes: 25,
        ..local()
    };
    let fixture = Fixture::new(config);
    let (run, options) = dry();
    let endless =
        futures::stream::repeat_with(|| Ok::<_, EgressError>(Bytes::from_static(b"0123456789")));
    let request = Request::post(server.url("/"))
        .body(stream(endless))
        .unwrap();
    let _ = fixture.lane(everywhere()).send(request, options).await;
    let shown = run.take().unwrap();
    assert_eq!((shown.body.unwrap().len(), shown.body_cut), (20, true));
}
