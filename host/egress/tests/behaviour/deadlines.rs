//! Silence, slowness and endlessness run into a deadline, each into its own.

use std::time::Duration;

use airlock_egress::{EgressConfig, EgressError, SendOptions, Waiting};
use bytes::Bytes;
use http::Request;
use http_body_util::BodyExt;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::{Raw, hold, read_head};
use crate::support::{get, stream};

fn waited_for(error: &EgressError) -> Option<Waiting> {
    match error {
        EgressError::Timeout { what, .. } => Some(*what),
        _ => None,
    }
}

#[tokio::test]
async fn a_service_that_never_answers_runs_into_the_header_deadline() {
    let server = Raw::start(|_, tcp| hold(tcp)).await;
    let config = EgressConfig {
        response_header_timeout_ms: 30,
        ..local()
    };
    let fixture = Fixture::new(config);
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert_eq!(
        waited_for(&error),
        Some(Waiting::ResponseHeaders),
        "{error}"
    );
    assert!(error.to_string().contains("response-header-timeout-ms"));
}

#[tokio::test]
async fn a_caller_may_be_less_patient_than_the_operator() {
    let server = Raw::start(|_, tcp| hold(tcp)).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    let short = Some(Duration::from_millis(30));
    for (options, what) in [
        (
            SendOptions {
                first_byte_timeout: short,
                ..SendOptions::default()
            },
            Waiting::ResponseHeaders,
        ),
        (
            SendOptions {
                deadline: short,
                ..SendOptions::default()
            },
            Waiting::Total,
        ),
    ] {
        let error = lane.send(get(&server.url("/")), options).await.unwrap_err();
        assert_eq!(waited_for(&error), Some(what), "{error}");
    }
}

async fn head_only(mut tcp: TcpStream) -> TcpStream {
    read_head(&mut tcp).await;
    tcp.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\nbegin")
        .await
        .unwrap();
    tcp
}

#[tokio::test]
async fn a_body_that_falls_silent_runs_into_the_deadline_between_bytes() {
    let server = Raw::start(|_, tcp| async { hold(head_only(tcp).await).await }).await;
    let config = EgressConfig {
        between_bytes_timeout_ms: 30,
        ..local()
    };
    let fixture = Fixture::new(config);
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert_eq!(waited_for(&error), Some(Waiting::BetweenBytes), "{error}");
}

#[tokio::test]
async fn a_body_that_drips_runs_into_the_total_deadline() {
    // Each drop comes well before the silence would be too long.
    let server = Raw::start(|_, tcp| async {
        let mut tcp = head_only(tcp).await;
        let mut every = tokio::time::interval(Duration::from_millis(5));
        loop {
            every.tick().await;
            if tcp.write_all(b".").await.is_err() {
                return;
            }
        }
    })
    .await;
    let config = EgressConfig {
        between_bytes_timeout_ms: 10_000,
        total_timeout_ms: 100,
        ..local()
    };
    let fixture = Fixture::new(config);
    let response = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap();
    let error = response.into_body().collect().await.unwrap_err();
    assert_eq!(waited_for(&error), Some(Waiting::Total), "{error}");
}

#[tokio::test]
async fn a_guest_that_never_sends_its_body_holds_no_place_for_ever() {
    let server = Raw::start(|_, tcp| hold(tcp)).await;
    let config = EgressConfig {
        total_timeout_ms: 30,
        ..local()
    };
    let fixture = Fixture::new(config);
    let mut request = Request::post(server.url("/"))
        .body(stream(
            futures::stream::pending::<Result<Bytes, EgressError>>(),
        ))
        .unwrap();
    request
        .headers_mut()
        .insert("content-length", "10".parse().unwrap());
    let error = fixture
        .lane(everywhere())
        .send(request, SendOptions::default())
        .await
        .unwrap_err();
    assert_eq!(waited_for(&error), Some(Waiting::Total), "{error}");
    assert_eq!(
        server.accepted(),
        0,
        "nothing is dialled for a body that does not come"
    );
}
