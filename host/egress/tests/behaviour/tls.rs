//! TLS: who is believed, and what is said when somebody is not.

use std::time::Duration;

use airlock_egress::{EgressConfig, EgressError, RefusalCode, SendOptions, Waiting};

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, local};
use crate::support::raw::{Raw, hold};
use crate::support::resolver::Script;
use crate::support::server::{Server, answer};
use crate::support::tls::Authority;
use crate::support::{get, text};

fn trusting(authority: Option<&Authority>) -> Fixture {
    let config = EgressConfig {
        trusted_roots: authority
            .iter()
            .map(|authority| authority.file.path().to_owned())
            .collect(),
        tls_timeout_ms: 200,
        ..local()
    };
    Fixture::with(config, Script::of(&[&["127.0.0.1"]]), Counting::bearer())
}

#[tokio::test]
async fn a_certificate_of_a_trusted_authority_for_the_right_name_is_believed() {
    let authority = Authority::new();
    let server = Server::tls(authority.server("sim.example.com", &["http/1.1"]), |_| {
        answer(200, "hello")
    })
    .await;
    let fixture = trusting(Some(&authority));
    let url = server.named("https", "sim.example.com", "/");
    let response = fixture
        .lane(everywhere())
        .send(get(&url), SendOptions::default())
        .await
        .unwrap();
    assert_eq!(text(response).await, "hello");
    assert!(
        fixture.lines()[0].contains(&format!("→ {} 200", server.address)),
        "{:?}",
        fixture.lines()
    );
}

#[tokio::test]
async fn strangers_and_impostors_are_not_and_are_told_apart() {
    let (ours, theirs) = (Authority::new(), Authority::new());
    for (signer, name, words) in [
        (&theirs, "sim.example.com", "trusted-roots"),
        (&ours, "other.example.com", "another host name"),
    ] {
        let server = Server::tls(signer.server(name, &[]), |_| answer(200, "")).await;
        let fixture = trusting(Some(&ours));
        let url = server.named("https", "sim.example.com", "/");
        let error = fixture
            .lane(everywhere())
            .send(get(&url), SendOptions::default())
            .await
            .unwrap_err();
        assert!(matches!(error, EgressError::Tls { .. }), "{error}");
        assert!(error.to_string().contains(words), "{error}");
        let code = error.refusal().map(|refusal| refusal.code);
        assert_eq!(code, Some(RefusalCode::Unreachable), "it stays so");
        assert!(server.seen().is_empty());
    }
}

#[tokio::test]
async fn a_service_without_tls_is_said_to_be_one() {
    let server = Raw::answering("HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").await;
    let plain = Server::plain(|_| answer(200, "")).await;
    let _ = server;
    let fixture = trusting(None);
    let url = plain.named("https", "sim.example.com", "/");
    let error = fixture
        .lane(everywhere())
        .send(get(&url), SendOptions::default())
        .await
        .unwrap_err();
    assert!(matches!(error, EgressError::Tls { .. }), "{error}");
    assert!(plain.seen().is_empty());
}

#[tokio::test]
async fn a_handshake_that_never_ends_runs_into_its_deadline() {
    let server = Raw::start(|_, tcp| hold(tcp)).await;
    let fixture = trusting(None);
    let url = format!("https://sim.example.com:{}/", server.address.port());
    let error = fixture
        .lane(everywhere())
        .send(get(&url), SendOptions::default())
        .await
        .unwrap_err();
    assert!(
        matches!(error, EgressError::Timeout { what: Waiting::Tls, after, .. } if after == Duration::from_millis(200)),
        "{error}"
    );
}

#[tokio::test]
async fn plain_http_is_refused_where_the_operator_does_not_name_the_host() {
    let server = Server::plain(|_| answer(200, "")).await;
    let config = EgressConfig {
        allow_plain_http: Vec::new(),
        ..local()
    };
    let fixture = Fixture::new(config);
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("allow-plain-http"), "{error}");
    assert_eq!((server.connections(), fixture.source.leases()), (0, 0));
}
