//! What becomes of a connection between two requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use airlock_egress::{Body, EgressConfig, Lane, SendOptions};
use futures::future::join_all;
use http::Response;
use tokio::io::AsyncWriteExt;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::{Raw, read_head};
use crate::support::{get, request, text};

/// Answers every request, and counts the connections that the other side closed.
async fn counting_ends(answer: &'static [u8]) -> (Raw, Arc<AtomicUsize>) {
    let ended = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&ended);
    let server = Raw::start(move |_, mut tcp| {
        let count = Arc::clone(&count);
        async move {
            while read_head(&mut tcp).await.is_some() {
                let _ = tcp.write_all(answer).await;
            }
            count.fetch_add(1, Ordering::SeqCst);
        }
    })
    .await;
    (server, ended)
}

async fn until(ended: &AtomicUsize, count: usize) {
    let waiting = async {
        while ended.load(Ordering::SeqCst) < count {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), waiting)
        .await
        .expect("the connection stays open");
}

async fn ask(lane: &Lane, server: &Raw) -> Response<Body> {
    let request = get(&server.url("/"));
    lane.send(request, SendOptions::default()).await.unwrap()
}

const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_connection_that_nobody_comes_for_is_closed() {
    let (server, ended) = counting_ends(OK).await;
    let fixture = Fixture::new(EgressConfig {
        idle_timeout_ms: 40,
        ..local()
    });
    let lane = fixture.lane(everywhere());
    for round in 1..=2 {
        assert_eq!(text(ask(&lane, &server).await).await, "ok");
        until(&ended, round).await;
    }
    assert_eq!(server.accepted(), 2);
}

#[tokio::test]
async fn no_more_connections_are_kept_than_configured() {
    let (server, ended) = counting_ends(OK).await;
    let fixture = Fixture::new(EgressConfig {
        idle_connections_per_host: 1,
        ..local()
    });
    let lane = fixture.lane(everywhere());
    for answer in join_all((0..2).map(|_| ask(&lane, &server))).await {
        assert_eq!(text(answer).await, "ok");
    }
    until(&ended, 1).await;
    text(ask(&lane, &server).await).await;
    assert_eq!((server.accepted(), ended.load(Ordering::SeqCst)), (2, 1));
}

#[tokio::test]
async fn closing_the_way_out_closes_idle_connections_though_somebody_holds_their_lane() {
    let (server, ended) = counting_ends(OK).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    assert_eq!(text(ask(&lane, &server).await).await, "ok");
    fixture.egress.close().await;
    until(&ended, 1).await;
    assert_eq!(server.accepted(), 1);
    drop(lane);
}

#[tokio::test]
async fn closing_the_way_out_cuts_off_an_answer_that_never_ends() {
    let (server, ended) = counting_ends(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok").await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let unread = ask(&lane, &server).await;
    fixture.egress.close().await;
    until(&ended, 1).await;
    drop(unread);
}

#[tokio::test]
async fn an_answer_that_is_not_read_to_its_end_takes_its_connection_along() {
    let (server, ended) = counting_ends(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nok").await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    for round in 1..=2 {
        drop(ask(&lane, &server).await);
        until(&ended, round).await;
    }
    assert_eq!(server.accepted(), 2);
}

#[tokio::test]
async fn even_a_write_takes_a_new_connection_when_the_old_one_is_seen_to_be_closed() {
    let server = Raw::start(|_, mut tcp| async move {
        read_head(&mut tcp).await;
        let _ = tcp.write_all(OK).await;
    })
    .await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    for round in 1..=3 {
        let write = request("POST", &server.url("/"), "");
        let answer = lane.send(write, SendOptions::default()).await.unwrap();
        assert_eq!(text(answer).await, "ok");
        tokio::time::sleep(Duration::from_millis(50)).await;
        assert_eq!(server.accepted(), round);
    }
}

#[tokio::test]
async fn lanes_of_one_tenant_keep_no_more_connections_than_it_may_have_requests() {
    let (server, ended) = counting_ends(OK).await;
    let fixture = Fixture::new(EgressConfig {
        max_in_flight_per_tenant: 1,
        ..local()
    });
    let (first, second) = (fixture.lane(everywhere()), fixture.lane(everywhere()));
    text(ask(&first, &server).await).await;
    for round in 1..=3 {
        text(ask(&second, &server).await).await;
        until(&ended, round).await;
        text(ask(&first, &server).await).await;
        assert_eq!(server.accepted(), 1 + round, "the first keeps its own");
    }
}
