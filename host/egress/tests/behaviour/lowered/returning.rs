//! What a service tries on the way back.

use super::*;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_rustls::TlsAcceptor;

use crate::interim::answering_h2;
use crate::support::raw::hold;
use crate::support::tls::Authority;

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
async fn thousands_of_interim_answers_are_not_read() {
    let hint = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n";
    let mut bytes = hint.repeat(20_000);
    bytes.extend_from_slice(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n");
    let server = Raw::answering(bytes).await;
    let lowered = Defences {
        header_limits: false,
        ..UP
    };
    for (defences, waits) in [(UP, false), (lowered, true)] {
        let answer = send(
            local(),
            localhost(),
            defences,
            everywhere(),
            get(&server.url("/")),
        )
        .await;
        assert_eq!(answer.is_ok(), waits, "{answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thousands_of_interim_answers_are_not_read_over_http_2_either() {
    let authority = Authority::new();
    let server = answering_h2(&authority, 5_000).await;
    let url = format!("https://sim.example.com:{}/", server.address.port());
    let config = || EgressConfig {
        trusted_roots: vec![authority.file.path().to_owned()],
        ..local()
    };
    let lowered = Defences {
        header_limits: false,
        ..UP
    };
    for (defences, waits) in [(UP, false), (lowered, true)] {
        let answer = send(config(), localhost(), defences, everywhere(), get(&url)).await;
        assert_eq!(answer.is_ok(), waits, "{answer:?}");
    }
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
async fn a_handshake_that_takes_its_time_does_not_hold_a_caller_for_ever() {
    let authority = Authority::new();
    let acceptor = TlsAcceptor::from(authority.server("sim.example.com", &["http/1.1"]));
    // Begins its handshake only after several deadlines have passed.
    let server = Raw::start(move |_, tcp| {
        let acceptor = acceptor.clone();
        async move {
            tokio::time::sleep(std::time::Duration::from_millis(150)).await;
            let Ok(mut tls) = acceptor.accept(tcp).await else {
                return;
            };
            let mut head = [0; 1024];
            let _ = tls.read(&mut head).await;
            let _ = tls
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
                .await;
            let _ = tls.flush().await;
            hold(tls.into_inner().0).await;
        }
    })
    .await;
    let url = format!("https://sim.example.com:{}/", server.address.port());
    let config = || EgressConfig {
        trusted_roots: vec![authority.file.path().to_owned()],
        tls_timeout_ms: 20,
        ..local()
    };
    let lowered = Defences {
        deadlines: false,
        ..UP
    };
    for (defences, waits) in [(UP, false), (lowered, true)] {
        let answer = send(config(), localhost(), defences, everywhere(), get(&url)).await;
        assert_eq!(answer.is_ok(), waits, "{answer:?}");
    }
}
