//! Header fields over the wire, in both directions.

use airlock_egress::{EgressConfig, EgressError, SendOptions};
use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, StreamBody};
use hyper::body::Frame;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::Raw;
use crate::support::server::{Server, answer, answer_with};
use crate::support::{get, text};

#[tokio::test]
async fn the_service_sees_the_guests_fields_the_urls_host_and_nothing_of_ours() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(local());
    let mut request = get(&server.url("/a?b=c"));
    for (name, value) in [
        ("prefer", "return=representation"),
        ("accept-encoding", "gzip"),
        ("airlock-prepares", "true"),
        ("host", &server.address.to_string()),
    ] {
        request.headers_mut().insert(
            http::HeaderName::from_bytes(name.as_bytes()).unwrap(),
            value.parse().unwrap(),
        );
    }
    fixture
        .lane(everywhere())
        .send(request, SendOptions::default())
        .await
        .unwrap();
    let seen = server.seen().pop().unwrap();
    assert_eq!(seen.header("prefer"), Some("return=representation"));
    assert_eq!(seen.header("accept-encoding"), Some("identity"));
    assert_eq!(
        seen.header("host"),
        Some(server.address.to_string().as_str())
    );
    assert!(
        seen.headers
            .keys()
            .all(|name| !name.as_str().starts_with("airlock-"))
    );
}

#[tokio::test]
async fn forbidden_trailers_stop_the_request() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::new(local());
    let mut trailers = HeaderMap::new();
    trailers.insert("authorization", "Bearer mine".parse().unwrap());
    let frames = [
        Ok::<_, EgressError>(Frame::data(Bytes::from_static(b"data"))),
        Ok(Frame::trailers(trailers)),
    ];
    let body = StreamBody::new(futures::stream::iter(frames)).boxed_unsync();
    let request = Request::post(server.url("/")).body(body).unwrap();
    let error = fixture
        .lane(everywhere())
        .send(request, SendOptions::default())
        .await
        .unwrap_err();
    assert!(
        matches!(
            &error,
            EgressError::Denied {
                rule: "forbidden-field",
                ..
            }
        ),
        "{error}"
    );
    assert!(
        server.seen().iter().all(|seen| seen.body != "data"),
        "the request was never complete"
    );
}

#[tokio::test]
async fn cookies_and_forged_refusals_do_not_come_in() {
    let server = Server::plain(|_| {
        let mut answer = answer_with(200, "set-cookie", "session=1", "");
        answer
            .headers_mut()
            .insert("airlock-refusal", "egress-denied".parse().unwrap());
        answer
            .headers_mut()
            .insert("etag", "W/\"1\"".parse().unwrap());
        answer
    })
    .await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    for _ in 0..2 {
        let response = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(response.headers()["etag"], "W/\"1\"");
        for absent in [
            "set-cookie",
            "airlock-refusal",
            "connection",
            "transfer-encoding",
        ] {
            assert!(!response.headers().contains_key(absent), "{absent}");
        }
    }
    assert!(
        server
            .seen()
            .iter()
            .all(|seen| seen.header("cookie").is_none()),
        "there is no cookie jar"
    );
}

#[tokio::test]
async fn too_many_or_too_large_response_fields_are_an_error_that_names_the_setting() {
    let many: String = (0..200)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    let some: String = (0..20).map(|number| format!("x-{number}: 1\r\n")).collect();
    let large = format!("x: {}\r\n", "a".repeat(100_000));
    for (fields, most, refused) in [
        (&many, 100, true),
        (&large, 100, true),
        (&some, 10, true),
        (&some, 30, false),
    ] {
        let server = Raw::answering(format!(
            "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n{fields}\r\nok"
        ))
        .await;
        let config = EgressConfig {
            max_response_headers: most,
            ..local()
        };
        let fixture = Fixture::new(config);
        let answer = fixture
            .lane(everywhere())
            .send(get(&server.url("/")), SendOptions::default())
            .await;
        match answer {
            Ok(response) => {
                assert!(!refused);
                assert_eq!(text(response).await, "ok");
            }
            Err(error) => {
                assert!(refused, "{error}");
                assert!(error.to_string().contains("under [egress]"), "{error}");
            }
        }
    }
}
