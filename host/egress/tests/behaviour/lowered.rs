//! Each attack fails, and succeeds once the one defence against it is down: only so does its
//! failing prove anything. Built with the feature `lowered-defences` alone.

use std::sync::Arc;

use airlock_egress::{
    Defences, Egress, EgressConfig, Lane, LanePolicy, Purpose, Resolve, SendOptions,
};
use http::{Request, Response};
use http_body_util::BodyExt;

use crate::support::credential::{Counting, token};
use crate::support::fixture::{everywhere, lane_id, local, patterns};
use crate::support::raw::Raw;
use crate::support::resolver::Script;
use crate::support::server::{Seen, Server, answer, answer_with};
use crate::support::{get, text};

use airlock_egress::{Body, EgressError, VecAudit};

const UP: Defences = Defences {
    strict_urls: true,
    host_policy: true,
    tls_required: true,
    header_hygiene: true,
    host_from_url: true,
    quotas: true,
    address_judgement: true,
    pinned_addresses: true,
    audience_binding: true,
    redirects_left_alone: true,
    deadlines: true,
    header_limits: true,
    response_filter: true,
    redaction: true,
    body_limits: true,
    lane_isolation: true,
};

fn egress(
    config: EgressConfig,
    resolver: impl Resolve + 'static,
    defences: Defences,
) -> Arc<Egress> {
    let audit = Arc::new(VecAudit::default());
    Egress::with_defences(config, Arc::new(resolver), audit, defences).unwrap()
}

fn lane(egress: &Arc<Egress>, policy: LanePolicy) -> Arc<Lane> {
    egress.lane(
        lane_id("default", Purpose::Api),
        policy,
        Some(Arc::new(Counting::bearer())),
    )
}

async fn send(
    config: EgressConfig,
    resolver: impl Resolve + 'static,
    defences: Defences,
    policy: LanePolicy,
    request: Request<Body>,
) -> Result<Response<Body>, EgressError> {
    let egress = egress(config, resolver, defences);
    lane(&egress, policy)
        .send(request, SendOptions::default())
        .await
}

fn localhost() -> Script {
    Script::of(&[&["127.0.0.1"]])
}

#[test]
fn all_defences_are_up_by_default() {
    assert_eq!(Defences::default(), UP);
}

#[tokio::test]
async fn a_user_before_the_host_does_not_hide_another_host() {
    let evil = Server::plain(|_| answer(200, "")).await;
    let url = format!("http://sim.example.com@127.0.0.1:{}/", evil.address.port());
    let policy = || LanePolicy::new("contoso", patterns(&["sim.example.com:*"]));
    assert!(
        send(local(), localhost(), UP, policy(), get(&url))
            .await
            .is_err()
    );
    assert_eq!(evil.connections(), 0);
    let lowered = Defences {
        strict_urls: false,
        ..UP
    };
    assert!(
        send(local(), localhost(), lowered, policy(), get(&url))
            .await
            .is_ok()
    );
    assert_eq!(evil.connections(), 1);
}

#[tokio::test]
async fn a_foreign_host_is_not_reached() {
    let evil = Server::plain(|_| answer(200, "")).await;
    let policy = || LanePolicy::new("contoso", patterns(&["sim.example.com:*"]));
    assert!(
        send(local(), localhost(), UP, policy(), get(&evil.url("/")))
            .await
            .is_err()
    );
    assert_eq!(evil.connections(), 0);
    let lowered = Defences {
        host_policy: false,
        ..UP
    };
    assert!(
        send(local(), localhost(), lowered, policy(), get(&evil.url("/")))
            .await
            .is_ok()
    );
    assert_eq!(
        evil.seen()[0].header("authorization"),
        None,
        "the next defence still stands"
    );
}

#[tokio::test]
async fn the_credential_does_not_leave_its_audience() {
    let files = Server::plain(|_| answer(200, "")).await;
    let policy = || LanePolicy {
        credential_hosts: patterns(&["sim.example.com:*"]),
        ..everywhere()
    };
    send(local(), localhost(), UP, policy(), get(&files.url("/")))
        .await
        .unwrap();
    let lowered = Defences {
        audience_binding: false,
        ..UP
    };
    send(
        local(),
        localhost(),
        lowered,
        policy(),
        get(&files.url("/")),
    )
    .await
    .unwrap();
    let seen: Vec<bool> = files
        .seen()
        .iter()
        .map(|seen| seen.header("authorization").is_some())
        .collect();
    assert_eq!(seen, [false, true]);
}

#[tokio::test]
async fn the_credential_does_not_travel_in_the_clear() {
    let server = Server::plain(|_| answer(200, "")).await;
    let config = || EgressConfig {
        allow_plain_http: Vec::new(),
        ..local()
    };
    assert!(
        send(
            config(),
            localhost(),
            UP,
            everywhere(),
            get(&server.url("/"))
        )
        .await
        .is_err()
    );
    let lowered = Defences {
        tls_required: false,
        ..UP
    };
    assert!(
        send(
            config(),
            localhost(),
            lowered,
            everywhere(),
            get(&server.url("/"))
        )
        .await
        .is_ok()
    );
    assert!(server.seen()[0].header("authorization").is_some());
}

#[tokio::test]
async fn a_guest_does_not_speak_in_another_identity_or_to_another_virtual_host() {
    let server = Server::plain(|_| answer(200, "")).await;
    for (name, value, lowered) in [
        (
            "x-ms-client-principal-id",
            "admin",
            Defences {
                header_hygiene: false,
                ..UP
            },
        ),
        (
            "x-forwarded-host",
            "inside.example",
            Defences {
                header_hygiene: false,
                ..UP
            },
        ),
        (
            "host",
            "inside.example",
            Defences {
                host_from_url: false,
                ..UP
            },
        ),
    ] {
        let forged = || {
            let mut request = get(&server.url("/"));
            request.headers_mut().insert(name, value.parse().unwrap());
            request
        };
        let before = server.seen().len();
        assert!(
            send(local(), localhost(), UP, everywhere(), forged())
                .await
                .is_err(),
            "{name}"
        );
        assert_eq!(server.seen().len(), before);
        send(local(), localhost(), lowered, everywhere(), forged())
            .await
            .unwrap();
        assert_eq!(server.seen().pop().unwrap().header(name), Some(value));
    }
}

#[tokio::test]
async fn an_address_of_this_machine_behind_a_public_name_is_not_dialled() {
    let inside = Server::plain(|_| answer(200, "")).await;
    let config = || EgressConfig {
        allow_loopback: false,
        ..local()
    };
    let url = inside.named("http", "sim.example.com", "/");
    assert!(
        send(config(), localhost(), UP, everywhere(), get(&url))
            .await
            .is_err()
    );
    assert_eq!(inside.connections(), 0);
    let lowered = Defences {
        address_judgement: false,
        ..UP
    };
    assert!(
        send(config(), localhost(), lowered, everywhere(), get(&url))
            .await
            .is_ok()
    );
    assert_eq!(inside.connections(), 1);
}

#[tokio::test]
async fn a_name_that_changes_after_judgement_is_not_followed() {
    let first = Server::plain(|_| answer(200, "first")).await;
    let second = (std::net::Ipv4Addr::new(127, 0, 0, 2), first.address.port()).into();
    let second = Server::plain_at(second, |_| answer(200, "second")).await;
    let url = first.named("http", "sim.example.com", "/");
    for (defences, reached) in [
        (UP, "first"),
        (
            Defences {
                pinned_addresses: false,
                ..UP
            },
            "second",
        ),
    ] {
        let rebinding = Script::of(&[&["127.0.0.1"], &["127.0.0.2"]]);
        let response = send(local(), rebinding, defences, everywhere(), get(&url))
            .await
            .unwrap();
        assert_eq!(text(response).await, reached);
    }
    assert_eq!(second.connections(), 1);
}

#[tokio::test]
async fn a_redirect_does_not_carry_the_credential_away() {
    let evil = Server::plain(|_| answer(200, "stolen")).await;
    let location = evil.url("/");
    let server = Server::plain(move |_| answer_with(302, "location", &location, "")).await;
    let policy = || LanePolicy::new("contoso", patterns(&[&server.address.to_string()]));
    send(local(), localhost(), UP, policy(), get(&server.url("/")))
        .await
        .unwrap();
    assert_eq!(evil.connections(), 0);
    let lowered = Defences {
        redirects_left_alone: false,
        ..UP
    };
    send(
        local(),
        localhost(),
        lowered,
        policy(),
        get(&server.url("/")),
    )
    .await
    .unwrap();
    let expected = format!("Bearer {}", token(0));
    assert_eq!(
        evil.seen()[0].header("authorization"),
        Some(expected.as_str())
    );
}

#[tokio::test]
async fn an_echo_does_not_give_the_token_away() {
    let echo = |seen: &Seen| answer(200, seen.header("authorization").unwrap());
    let server = Server::plain(echo).await;
    for (defences, leaks) in [
        (UP, false),
        (
            Defences {
                redaction: false,
                ..UP
            },
            true,
        ),
    ] {
        let response = send(
            local(),
            localhost(),
            defences,
            everywhere(),
            get(&server.url("/")),
        )
        .await
        .unwrap();
        assert_eq!(text(response).await.contains(&token(0)), leaks);
    }
}

#[tokio::test]
async fn a_cookie_does_not_reach_the_guest() {
    let server = Server::plain(|_| answer_with(200, "set-cookie", "session=1", "")).await;
    for (defences, comes_in) in [
        (UP, false),
        (
            Defences {
                response_filter: false,
                ..UP
            },
            true,
        ),
    ] {
        let response = send(
            local(),
            localhost(),
            defences,
            everywhere(),
            get(&server.url("/")),
        )
        .await
        .unwrap();
        assert_eq!(response.headers().contains_key("set-cookie"), comes_in);
    }
}

#[tokio::test]
async fn thousands_of_header_fields_are_not_taken_in() {
    let fields: String = (0..5_000)
        .map(|number| format!("x-{number}: 1\r\n"))
        .collect();
    let server = Raw::answering(format!(
        "HTTP/1.1 200 OK\r\ncontent-length: 0\r\n{fields}\r\n"
    ))
    .await;
    assert!(
        send(
            local(),
            localhost(),
            UP,
            everywhere(),
            get(&server.url("/"))
        )
        .await
        .is_err()
    );
    let lowered = Defences {
        header_limits: false,
        ..UP
    };
    let response = send(
        local(),
        localhost(),
        lowered,
        everywhere(),
        get(&server.url("/")),
    )
    .await
    .unwrap();
    assert!(response.headers().len() >= 5_000);
}

#[tokio::test]
async fn a_body_without_bounds_is_not_taken_in() {
    let server = Server::plain(|_| answer(200, "x".repeat(1 << 20))).await;
    let config = || EgressConfig {
        max_response_body_bytes: 1_000,
        ..local()
    };
    for (defences, whole) in [
        (UP, false),
        (
            Defences {
                body_limits: false,
                ..UP
            },
            true,
        ),
    ] {
        let response = send(
            config(),
            localhost(),
            defences,
            everywhere(),
            get(&server.url("/")),
        )
        .await
        .unwrap();
        assert_eq!(response.into_body().collect().await.is_ok(), whole);
    }
}

#[tokio::test]
async fn a_service_that_takes_its_time_does_not_hold_a_caller_for_ever() {
    let config = || EgressConfig {
        response_header_timeout_ms: 20,
        total_timeout_ms: 20,
        ..local()
    };
    for (defences, waits) in [
        (UP, false),
        (
            Defences {
                deadlines: false,
                ..UP
            },
            true,
        ),
    ] {
        // Answers only after several deadlines have passed.
        let server = Raw::start(|_, mut tcp| async move {
            use tokio::io::AsyncWriteExt;
            crate::support::raw::read_head(&mut tcp).await;
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            let _ = tcp
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .await;
        })
        .await;
        let answer = send(
            config(),
            localhost(),
            defences,
            everywhere(),
            get(&server.url("/")),
        )
        .await;
        assert_eq!(answer.is_ok(), waits);
    }
}

#[tokio::test]
async fn one_connection_does_not_take_every_place() {
    let server = Server::plain(|_| answer(200, "x")).await;
    let config = || EgressConfig {
        max_in_flight_per_connection: 1,
        queue_wait_ms: 0,
        ..local()
    };
    for (defences, passes) in [
        (UP, false),
        (
            Defences {
                quotas: false,
                ..UP
            },
            true,
        ),
    ] {
        let egress = egress(config(), localhost(), defences);
        let lane = lane(&egress, everywhere());
        let held = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await
            .unwrap();
        let second = lane
            .send(get(&server.url("/")), SendOptions::default())
            .await;
        assert_eq!(second.is_ok(), passes);
        drop(held);
    }
}

#[tokio::test]
async fn one_tenant_does_not_ride_on_anothers_connection() {
    let server = Server::plain(|_| answer(200, "ok")).await;
    for (defences, connections) in [
        (UP, 2),
        (
            Defences {
                lane_isolation: false,
                ..UP
            },
            1,
        ),
    ] {
        let before = server.connections();
        let egress = egress(local(), localhost(), defences);
        for tenant in ["alice", "bob"] {
            let lane = egress.lane(lane_id(tenant, Purpose::Api), everywhere(), None);
            text(
                lane.send(get(&server.url("/")), SendOptions::default())
                    .await
                    .unwrap(),
            )
            .await;
        }
        assert_eq!(server.connections() - before, connections);
    }
}
