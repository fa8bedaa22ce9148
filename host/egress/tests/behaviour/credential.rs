//! The credential comes last, goes only where it may, and is never missing where it should be.

use airlock_auth::{AuthError, Placement};
use airlock_egress::{EgressError, LanePolicy, RefusalCode, SendOptions, Stage};

use crate::support::credential::{Counting, token};
use crate::support::fixture::{Fixture, everywhere, local, patterns};
use crate::support::resolver::Script;
use crate::support::server::{Server, answer};
use crate::support::{get, request};

/// One request for each of the stages 1 to 5, that it alone refuses.
#[tokio::test]
async fn a_request_that_any_earlier_stage_refuses_leases_nothing_and_opens_no_socket() {
    let server = Server::plain(|_| answer(200, "reached")).await;
    let mut config = local();
    config.requests_per_second_per_connection = Some(1);
    config.queue_wait_ms = 0;
    config.max_request_body_bytes = 10;
    let named = |path: &str| server.named("http", "sim.example.com", path);

    let mut forged = get(&named("/"));
    forged
        .headers_mut()
        .insert("authorization", "Bearer mine".parse().unwrap());
    let cases = [
        (get(&named("/a//b")), Some(Stage::Parse)),
        (
            get(&server.named("http", "evil.example", "/")),
            Some(Stage::Policy),
        ),
        (request("TRACE", &named("/"), ""), Some(Stage::Policy)),
        (forged, Some(Stage::Headers)),
        (get(&named("/")), Some(Stage::Addresses)),
        // The rate's one place is taken by the request before.
        (get(&named("/")), None),
    ];
    let resolver = Script::of(&[&["10.0.0.1"]]);
    let fixture = Fixture::with(config.clone(), resolver, Counting::bearer());
    let lane = fixture.lane(LanePolicy::new("contoso", patterns(&["sim.example.com:*"])));
    for (request, expected) in cases {
        let what = format!("{} {}", request.method(), request.uri());
        match (lane.send(request, SendOptions::default()).await, expected) {
            (Err(EgressError::Denied { stage, .. }), Some(expected)) => {
                assert_eq!(stage, expected, "{what}")
            }
            (Err(EgressError::Quota { .. }), None) => {}
            (answer, _) => panic!("{what}: {answer:?}"),
        }
        assert_eq!(fixture.source.leases(), 0, "{what}");
    }

    // Nor for a body that is refused while it is being read.
    let fixture = Fixture::with(config, Script::of(&[&["127.0.0.1"]]), Counting::bearer());
    let lane = fixture.lane(everywhere());
    let large = lane
        .send(
            request("POST", &named("/"), "more than ten"),
            SendOptions::default(),
        )
        .await;
    assert!(
        matches!(large, Err(EgressError::BodyTooLarge { .. })),
        "{large:?}"
    );
    assert_eq!(fixture.source.leases(), 0);
    assert_eq!(server.connections(), 0);
}

#[tokio::test]
async fn each_placement_arrives_where_the_service_expects_it() {
    let server = Server::plain(|_| answer(200, "")).await;
    for (placement, header, expected) in [
        (
            Placement::Bearer,
            "authorization",
            format!("Bearer {}", token(0)),
        ),
        (
            Placement::Header("X-Functions-Key".into()),
            "x-functions-key",
            token(0),
        ),
    ] {
        let fixture = Fixture::with(local(), Script::of(&[]), Counting::placed(placement));
        fixture
            .lane(everywhere())
            .send(get(&server.url("/a")), SendOptions::default())
            .await
            .unwrap();
        assert_eq!(
            server.seen().pop().unwrap().header(header),
            Some(expected.as_str())
        );
    }
    let query = Counting::placed(Placement::Query("code".into()));
    let fixture = Fixture::with(local(), Script::of(&[]), query);
    fixture
        .lane(everywhere())
        .send(get(&server.url("/a?b=c")), SendOptions::default())
        .await
        .unwrap();
    let seen = server.seen().pop().unwrap();
    assert_eq!(
        seen.uri.query(),
        Some(format!("b=c&code={}", token(0)).as_str())
    );
    assert_eq!(seen.header("authorization"), None);
    assert!(fixture.lines().iter().all(|line| !line.contains(&token(0))));
}

#[tokio::test]
async fn an_allowed_host_outside_the_credentials_audience_is_reached_without_it() {
    let server = Server::plain(|_| answer(200, "")).await;
    let fixture = Fixture::with(local(), Script::of(&[&["127.0.0.1"]]), Counting::bearer());
    let policy = LanePolicy {
        credential_hosts: patterns(&["sim.example.com:*"]),
        ..everywhere()
    };
    let lane = fixture.lane(policy);
    for (host, expected) in [
        ("other.example.com", None),
        ("sim.example.com", Some(format!("Bearer {}", token(0)))),
    ] {
        let url = server.named("http", host, "/");
        lane.send(get(&url), SendOptions::default()).await.unwrap();
        assert_eq!(
            server.seen().pop().unwrap().header("authorization"),
            expected.as_deref(),
            "{host}"
        );
    }
    assert_eq!(fixture.source.leases(), 1);
    assert!(
        fixture.lines()[0].contains("credential: withheld by host"),
        "{:?}",
        fixture.lines()
    );
}

#[tokio::test]
async fn without_a_credential_nothing_is_sent_and_the_host_answers() {
    let server = Server::plain(|_| answer(200, "")).await;
    let failure = AuthError::Refused {
        code: Some("AADSTS7000215".into()),
        message: "the client secret is wrong".into(),
        advice: "create another".into(),
    };
    let fixture = Fixture::with(local(), Script::of(&[]), Counting::failing(failure));
    let error = fixture
        .lane(everywhere())
        .send(get(&server.url("/")), SendOptions::default())
        .await
        .unwrap_err();
    let refusal = error.refusal().unwrap();
    assert_eq!(
        (refusal.code.status(), refusal.code),
        (401, RefusalCode::CredentialRefused)
    );
    assert!(
        refusal.message.contains("AADSTS7000215") && refusal.message.contains("create another")
    );
    assert_eq!(server.connections(), 0);
}
