//! What was judged is what is dialled.

use std::net::SocketAddr;
use std::sync::Arc;

use airlock_egress::{EgressConfig, EgressError, LanePolicy, SendOptions, Stage};

use crate::support::credential::Counting;
use crate::support::fixture::{Fixture, everywhere, local, patterns};
use crate::support::resolver::Script;
use crate::support::server::{Server, answer};
use crate::support::{get, text};

/// Two servers on one port, at two addresses of this machine.
async fn twins() -> (Server, Server) {
    let first = Server::plain(|_| answer(200, "first")).await;
    let second = SocketAddr::new("127.0.0.2".parse().unwrap(), first.address.port());
    let second = Server::plain_at(second, |_| answer(200, "second")).await;
    (first, second)
}

#[tokio::test]
async fn a_name_that_changes_between_judgement_and_dialling_gains_nothing() {
    let (first, second) = twins().await;
    let resolver = Arc::new(Script::of(&[&["127.0.0.1"], &["127.0.0.2"]]));
    let fixture = Fixture::shared(local(), resolver.clone(), Counting::bearer());
    let lane = fixture.lane(everywhere());
    let url = first.named("http", "sim.example.com", "/");
    for _ in 0..3 {
        let response = lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(text(response).await, "first");
    }
    assert_eq!(resolver.asked(), 1, "asked once, judged once, dialled once");
    assert_eq!((first.connections(), second.connections()), (1, 0));
}

#[tokio::test]
async fn a_new_answer_is_judged_anew_and_gets_a_pool_of_its_own() {
    let (first, second) = twins().await;
    let resolver = Script::of(&[
        &["127.0.0.1"],
        &["127.0.0.2"],
        &["127.0.0.2"],
        &["10.0.0.1"],
    ]);
    let config = EgressConfig {
        dns_cache_ms: 0,
        ..local()
    };
    let fixture = Fixture::with(config, resolver, Counting::bearer());
    let lane = fixture.lane(everywhere());
    let url = first.named("http", "sim.example.com", "/");
    for expected in ["first", "second", "second"] {
        let response = lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(text(response).await, expected);
    }
    // The pool of the second has an idle socket, and still nothing leaves.
    let error = lane
        .send(get(&url), SendOptions::default())
        .await
        .unwrap_err();
    assert!(
        matches!(
            error,
            EgressError::Denied {
                stage: Stage::Addresses,
                ..
            }
        ),
        "{error}"
    );
    assert_eq!((first.connections(), second.connections()), (1, 1));
    assert_eq!(second.seen().len(), 2);
}

#[tokio::test]
async fn a_resolver_that_fails_for_once_costs_no_request_and_no_connection() {
    let server = Server::plain(|_| answer(200, "ok")).await;
    let config = EgressConfig {
        dns_cache_ms: 0,
        ..local()
    };
    let resolver = Script::of(&[&["127.0.0.1"], &[], &["127.0.0.1"]]);
    let fixture = Fixture::with(config, resolver, Counting::bearer());
    let lane = fixture.lane(everywhere());
    let url = server.named("http", "sim.example.com", "/");
    for _ in 0..3 {
        let response = lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(text(response).await, "ok");
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn one_forbidden_address_among_good_ones_refuses_the_request() {
    let server = Server::plain(|_| answer(200, "")).await;
    let resolver = Script::of(&[&["127.0.0.1", "169.254.169.254"]]);
    let fixture = Fixture::with(local(), resolver, Counting::bearer());
    let url = server.named("http", "sim.example.com", "/");
    let error = fixture
        .lane(everywhere())
        .send(get(&url), SendOptions::default())
        .await
        .unwrap_err();
    assert!(error.to_string().contains("169.254.169.254"), "{error}");
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn this_machine_is_out_of_reach_in_every_spelling_unless_permitted() {
    let server = Server::plain(|_| answer(200, "")).await;
    let port = server.address.port();
    let config = EgressConfig {
        allow_loopback: false,
        ..local()
    };
    let hosts = [
        "127.0.0.1:*",
        "[::1]:*",
        "[::ffff:127.0.0.1]:*",
        "sim.example.com:*",
        "localhost:*",
    ];
    let hosts: Vec<_> = hosts.iter().filter_map(|text| text.parse().ok()).collect();
    let config = EgressConfig {
        allow_plain_http: hosts.clone(),
        ..config
    };
    for host in [
        "127.0.0.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "127.1",
        "[::1]",
        "[::ffff:7f00:1]",
        "[::ffff:127.0.0.1]",
        "sim.example.com",
        "localhost",
        "localhost.",
        "LOCALHOST",
    ] {
        let fixture = Fixture::with(
            config.clone(),
            Script::of(&[&["127.0.0.1"]]),
            Counting::bearer(),
        );
        let lane = fixture.lane(LanePolicy::new("contoso", hosts.clone()));
        let url = format!("http://{host}:{port}/");
        let error = lane
            .send(get(&url), SendOptions::default())
            .await
            .unwrap_err();
        assert!(
            matches!(error, EgressError::Denied { .. }),
            "{url}: {error}"
        );
        assert_eq!(fixture.source.leases(), 0);
    }
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn a_name_without_an_address_and_a_port_without_a_service_say_so() {
    let fixture = Fixture::with(local(), Script::of(&[]), Counting::bearer());
    let lane = fixture.lane(everywhere());
    let error = lane
        .send(get("http://sim.example.com:1/"), SendOptions::default())
        .await
        .unwrap_err();
    assert!(
        matches!(&error, EgressError::Resolve { host, .. } if host == "sim.example.com"),
        "{error}"
    );

    // A port that was free a moment ago.
    let closed = Server::plain(|_| answer(200, "")).await.address;
    let fixture = Fixture::with(
        local(),
        Script::of(&[&["127.0.0.1", "127.0.0.2"]]),
        Counting::bearer(),
    );
    let lane = fixture.lane(LanePolicy::new("contoso", patterns(&["sim.example.com:*"])));
    let url = format!("http://sim.example.com:{}/", closed.port());
    let error = lane
        .send(get(&url), SendOptions::default())
        .await
        .unwrap_err();
    let text = error.to_string();
    assert!(matches!(error, EgressError::Connect { .. }), "{text}");
    assert!(
        text.contains("connection refused") && text.contains("sim.example.com"),
        "{text}"
    );
}
