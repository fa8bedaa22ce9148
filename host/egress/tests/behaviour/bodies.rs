//! Bodies: how they are framed, and where they end.

use airlock_egress::{Direction, EgressConfig, EgressError, SendOptions};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::Raw;
use crate::support::server::{Server, answer};
use crate::support::{get, request, stream, text};

fn small() -> EgressConfig {
    EgressConfig {
        max_request_body_bytes: 100,
        max_response_body_bytes: 100,
        replay_body_bytes: 20,
        ..local()
    }
}

fn pieces(count: usize) -> impl futures::Stream<Item = Result<Bytes, EgressError>> + Send {
    futures::stream::iter((0..count).map(|_| Ok(Bytes::from_static(b"0123456789"))))
}

#[tokio::test]
async fn held_and_streamed_bodies_arrive_whole_and_framed_by_the_host() {
    let server = Server::plain(|seen| answer(200, format!("{} bytes", seen.body.len()))).await;
    let fixture = Fixture::new(small());
    let lane = fixture.lane(everywhere());
    let declared = |pieces_count: usize, length: &str| {
        let mut request = Request::post(server.url("/"))
            .body(stream(pieces(pieces_count)))
            .unwrap();
        request
            .headers_mut()
            .insert("content-length", length.parse().unwrap());
        request
    };
    for (request, length, framing) in [
        (
            request("POST", &server.url("/"), "0123456789"),
            10,
            Some("10"),
        ),
        (request("POST", &server.url("/"), ""), 0, Some("0")),
        (declared(2, "20"), 20, Some("20")),
        (declared(3, "30"), 30, Some("30")),
        (
            Request::post(server.url("/"))
                .body(stream(pieces(4)))
                .unwrap(),
            40,
            None,
        ),
    ] {
        let response = lane.send(request, SendOptions::default()).await.unwrap();
        assert_eq!(text(response).await, format!("{length} bytes"));
        let seen = server.seen().pop().unwrap();
        assert_eq!(seen.header("content-length"), framing);
        assert_eq!(
            seen.header("transfer-encoding").is_some(),
            framing.is_none()
        );
    }
}

#[tokio::test]
async fn a_body_other_than_declared_never_counts_as_sent() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(small());
    let lane = fixture.lane(everywhere());
    for (count, length) in [(1, "20"), (3, "20"), (1, "0"), (2, "50"), (6, "50")] {
        let mut request = Request::post(server.url("/"))
            .body(stream(pieces(count)))
            .unwrap();
        request
            .headers_mut()
            .insert("content-length", length.parse().unwrap());
        let error = lane
            .send(request, SendOptions::default())
            .await
            .unwrap_err();
        assert!(
            matches!(error, EgressError::RequestBody { .. }),
            "{count} pieces as {length}: {error}"
        );
    }
    // A body that broke off may have reached the service in part, but not as a whole request.
    assert!(
        server.seen().iter().all(|seen| seen.body.len() < 50),
        "{:?}",
        server.seen()
    );
}

#[tokio::test]
async fn a_request_body_beyond_the_limit_stops_the_request() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(small());
    let lane = fixture.lane(everywhere());
    let known = request("POST", &server.url("/"), &"x".repeat(101));
    let endless = Request::post(server.url("/"))
        .body(stream(pieces(1_000_000)))
        .unwrap();
    for request in [known, endless] {
        let error = lane
            .send(request, SendOptions::default())
            .await
            .unwrap_err();
        let limit = EgressError::BodyTooLarge {
            direction: Direction::Request,
            limit: 100,
        };
        assert_eq!(error, limit);
    }
}

#[tokio::test]
async fn the_guests_own_failure_is_reported_as_such() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(small());
    let broken = futures::stream::iter([
        Ok(Bytes::from_static(b"half")),
        Err(EgressError::RequestBody {
            message: "the guest stopped".into(),
        }),
    ]);
    let request = Request::post(server.url("/")).body(stream(broken)).unwrap();
    let error = fixture
        .lane(everywhere())
        .send(request, SendOptions::default())
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "the request body broke off: the guest stopped"
    );
}

#[tokio::test]
async fn a_response_body_beyond_the_limit_breaks_off_and_the_limit_itself_passes() {
    let fixture = Fixture::new(small());
    let lane = fixture.lane(everywhere());
    let fitting = Server::plain(|_| answer(200, "x".repeat(100))).await;
    let response = lane
        .send(get(&fitting.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(text(response).await.len(), 100);

    let oversize = Server::plain(|_| answer(200, "x".repeat(101))).await;
    let endless = Server::plain(|_| {
        let piece = || Ok::<_, std::io::Error>(Frame::data(Bytes::from_static(&[b'x'; 1_000])));
        Response::new(StreamBody::new(futures::stream::repeat_with(piece)).boxed_unsync())
    })
    .await;
    for server in [oversize, endless] {
        let response = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        let error = response.into_body().collect().await.unwrap_err();
        assert_eq!(
            error,
            EgressError::BodyTooLarge {
                direction: Direction::Response,
                limit: 100
            }
        );
    }
    assert!(
        fixture
            .lines()
            .iter()
            .any(|line| line.contains("then broke off: the response body is larger"))
    );
}

#[tokio::test]
async fn a_body_that_is_cut_short_is_an_error_and_not_an_end() {
    let server = Raw::start(|_, mut tcp| async move {
        use tokio::io::AsyncWriteExt;
        crate::support::raw::read_head(&mut tcp).await;
        let _ = tcp
            .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nonly this")
            .await;
    })
    .await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert!(
        error.to_string().contains("before its answer was complete"),
        "{error}"
    );
}

#[tokio::test]
async fn what_is_no_http_at_all_is_said_to_be_so() {
    let server = Raw::answering("SSH-2.0-OpenSSH_9.6\r\n\r\n").await;
    let fixture = Fixture::new(local());
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("not valid HTTP"), "{error}");
}
