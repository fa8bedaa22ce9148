//! A service that says a thing before its answer, or never comes to it.

use std::sync::Arc;

use airlock_egress::{EgressConfig, EgressError, SendOptions};
use bytes::Bytes;
use http::Response;
use tokio::io::AsyncWriteExt;
use tokio_rustls::TlsAcceptor;

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::{Raw, read_head};
use crate::support::resolver::Script;
use crate::support::tls::Authority;
use crate::support::{get, text};

const HINT: &[u8] = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";

#[tokio::test]
async fn some_interim_answers_are_passed_over() {
    let mut bytes = HINT.repeat(20);
    bytes.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok");
    let server = Raw::answering(bytes).await;
    let fixture = Fixture::new(local());
    let lane = fixture.lane(everywhere());
    // More than once on one connection: each exchange is counted by itself.
    for _ in 0..50 {
        let response = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(server.accepted(), 1);
}

#[tokio::test]
async fn interim_answers_without_end_end_the_exchange() {
    let server = Raw::start(|_, mut tcp| async move {
        read_head(&mut tcp).await;
        while tcp.write_all(HINT).await.is_ok() {}
    })
    .await;
    let fixture = Fixture::new(local());
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Protocol { .. }), "{error}");
    assert!(error.to_string().contains("1xx"), "{error}");
}

/// HTTP/2: each request is answered with `hints` interim answers before the real one.
pub(crate) async fn answering_h2(authority: &Authority, hints: usize) -> Raw {
    let acceptor = TlsAcceptor::from(authority.server("sim.example.com", &["h2"]));
    Raw::start(move |_, tcp| {
        let acceptor = acceptor.clone();
        async move {
            let tls = acceptor.accept(tcp).await.unwrap();
            let mut connection = h2::server::handshake(tls).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                tokio::spawn(async move {
                    for number in 0..hints {
                        let hint = Response::builder().status(103).body(()).unwrap();
                        if respond.send_informational(hint).is_err() {
                            return;
                        }
                        if number % 16 == 0 {
                            tokio::task::yield_now().await;
                        }
                    }
                    let head = Response::new(());
                    if let Ok(mut body) = respond.send_response(head, false) {
                        let _ = body.send_data(Bytes::from_static(b"ok"), true);
                    }
                });
            }
        }
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn over_http2_as_well() {
    let authority = Authority::new();
    let config = EgressConfig {
        trusted_roots: vec![authority.file.path().to_owned()],
        ..local()
    };
    let names = Arc::new(Script::of(&[&["127.0.0.1"]]));
    let fixture = Fixture::shared(config, names, Counting::bearer());
    let lane = fixture.lane(everywhere());
    let url = |server: &Raw| format!("https://sim.example.com:{}/", server.address.port());

    let honest = answering_h2(&authority, 3).await;
    for _ in 0..100 {
        let response = lane
            .send(get(&url(&honest)), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(honest.accepted(), 1);

    let endless = answering_h2(&authority, 1 << 20).await;
    let error = lane
        .send(get(&url(&endless)), SendOptions::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("1xx"), "{error}");
}
