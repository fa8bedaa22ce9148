//! A service that echoes what it was sent does not hand the credential to the guest.

use airlock_auth::Placement;
use airlock_egress::{EgressError, SendOptions};
use bytes::Bytes;
use http::Response;
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::support::credential::{Counting, token};
use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::Raw;
use crate::support::resolver::Script;
use crate::support::server::{Answer, Seen, Server, answer, answer_with};
use crate::support::{get, text};

fn echo(seen: &Seen) -> Answer {
    let given = seen.header("authorization").unwrap_or("nothing").to_owned();
    let body = format!("you sent {given} to {}, that is: {given}", seen.uri);
    answer_with(200, "x-echo", &given, &body)
}

#[tokio::test]
async fn an_echoed_token_is_redacted_in_headers_and_body() {
    let server = Server::plain(echo).await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/echo")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(
        server.seen()[0].header("authorization"),
        Some(format!("Bearer {}", token(0)).as_str())
    );
    assert_eq!(response.headers()["x-echo"], "Bearer [redacted]");
    assert!(
        !response.headers().contains_key("content-length"),
        "its length has changed"
    );
    assert_eq!(
        text(response).await,
        "you sent Bearer [redacted] to /echo, that is: Bearer [redacted]"
    );
}

#[tokio::test]
async fn an_echoed_query_parameter_is_redacted() {
    let server = Server::plain(echo).await;
    let source = Counting::placed(Placement::Query("code".into()));
    let fixture = Fixture::with(local(), Script::of(&[]), source);
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/echo")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(
        text(response).await,
        "you sent nothing to /echo?code=[redacted], that is: nothing"
    );
}

#[tokio::test]
async fn a_token_echoed_byte_by_byte_is_redacted() {
    let server = Server::plain(|seen| {
        let given = format!("<{}>", seen.header("authorization").unwrap());
        let pieces = given
            .into_bytes()
            .into_iter()
            .map(|byte| Ok::<_, std::io::Error>(Frame::data(Bytes::copy_from_slice(&[byte]))));
        Response::new(StreamBody::new(futures::stream::iter(pieces)).boxed_unsync())
    })
    .await;
    let fixture = Fixture::new(local());
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(text(response).await, "<Bearer [redacted]>");
}

#[tokio::test]
async fn a_body_that_ends_like_the_beginning_of_a_token_comes_whole() {
    let server = Server::plain(|_| answer(200, "the end: token-00")).await;
    let chunked = Raw::answering(
        "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\ntoken\r\n3\r\n-00\r\n0\r\n\r\n",
    )
    .await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    for (url, expected) in [
        (server.url("/"), "the end: token-00"),
        (chunked.url("/"), "token-00"),
    ] {
        let response = lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(text(response).await, expected);
    }
}

#[tokio::test]
async fn an_answer_that_is_compressed_against_our_wish_is_refused() {
    let server = Server::plain(|_| answer_with(200, "content-encoding", "gzip", "whatever")).await;
    let fixture = Fixture::new(local());
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert_eq!(server.seen()[0].header("accept-encoding"), Some("identity"));
    assert!(matches!(error, EgressError::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("compressed"), "{error}");
}
