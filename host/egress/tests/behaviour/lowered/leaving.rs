//! What a guest tries on the way out.

use super::*;

use std::sync::Mutex;

use airlock_auth::{Credential, FixedSource, Placement};
use airlock_egress::RefusalCode;
use tokio::io::AsyncWriteExt;

use crate::support::raw::read_head;
use crate::support::request;

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

#[tokio::test]
async fn a_credential_does_not_frame_its_own_request() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&heads);
    let server = Raw::start(move |_, mut tcp| {
        let seen = Arc::clone(&seen);
        async move {
            while let Some(head) = read_head(&mut tcp).await {
                seen.lock().unwrap().push(head);
                let _ = tcp
                    .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                    .await;
            }
        }
    })
    .await;
    // A token is the authority's to choose: in this field it would say where the request ends.
    let token = "chunked-as-the-authority-says, chunked";
    let ask = async |defences| {
        let credential = Credential::new(
            Placement::Header("transfer-encoding".into()),
            token.to_owned().into(),
        );
        let egress = egress(local(), localhost(), defences);
        let source = Arc::new(FixedSource::new(credential));
        let lane = egress.lane(lane_id("default", Purpose::Api), everywhere(), Some(source));
        let posted = request("POST", &server.url("/"), "the body");
        lane.send(posted, SendOptions::default()).await
    };
    let error = ask(UP).await.unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(refusal.code, RefusalCode::CredentialInvalid);
    assert_eq!(server.accepted(), 0);
    let lowered = Defences {
        header_hygiene: false,
        ..UP
    };
    let _ = ask(lowered).await;
    let heads = heads.lock().unwrap();
    let framed = format!("transfer-encoding: {token}");
    assert!(heads[0].to_ascii_lowercase().contains(&framed), "{heads:?}");
}
