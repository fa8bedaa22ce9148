//! Neither secret nor token is in anything that is shown.

use super::*;
use crate::{CredentialSource, FixedSource};

/// As the secret is, and as it stands in a form.
const SPELLINGS: [&str; 5] = [
    "canary+secret/~8d2c",
    "canary%2Bsecret%2F%7E8d2c",
    "canary%2Bsecret%2F~8d2c",
    "client-id-5e1f",
    "canary-token-77aa",
];

fn assert_silent(what: &str, text: &str) {
    for spelling in SPELLINGS {
        assert!(!text.contains(spelling), "{what}: {text}");
    }
}

/// An authority that echoes the request and everything it knows in every way it can.
fn echoes() -> Vec<(&'static str, Reply)> {
    let all = SPELLINGS.join(" ");
    let in_json =
        |status, body: serde_json::Value| answer(status, "application/json", body.to_string());
    let failed = |message: &str| TransportError::Failed {
        message: message.to_owned(),
        retry_after: None,
    };
    vec![
        ("known number", refuse("invalid_client", 7_000_215, &all)),
        ("unknown number", refuse("invalid_client", 1, &all)),
        (
            "unknown error",
            in_json(
                400,
                json!({ "error": all, "error_description": all, "trace_id": all }),
            ),
        ),
        (
            "temporary",
            in_json(
                400,
                json!({ "error": "temporarily_unavailable", "error_description": all }),
            ),
        ),
        ("busy", answer(503, "text/plain", all.clone())),
        ("page", answer(200, "text/html", all.clone())),
        ("media type", answer(200, &all, all.clone())),
        (
            "broken",
            answer(
                200,
                "application/json",
                format!("{{\"access_token\":\"{all}"),
            ),
        ),
        (
            "wrong member",
            in_json(200, json!({ "access_token": [all] })),
        ),
        (
            "wrong kind",
            in_json(
                200,
                json!({ "access_token": "canary-token-77aa", "token_type": SPELLINGS[0] }),
            ),
        ),
        (
            "unusable token",
            issue("canary-token-77aa canary-token-77aa", json!(1)),
        ),
        (
            "denied",
            Err(TransportError::Denied {
                message: format!("denied {}", SPELLINGS[..4].join(" ")),
            }),
        ),
        (
            "failed",
            Err(failed(&format!("failed {}", SPELLINGS[..4].join(" ")))),
        ),
    ]
}

#[tokio::test]
async fn no_error_shows_a_secret_even_if_the_authority_echoes_it() {
    for (what, reply) in echoes() {
        let world = World::new().await;
        // A token in an error's own text could not be told from any other word.
        let knows_token = !matches!(
            what,
            "known number" | "unknown number" | "unknown error" | "temporary"
        );
        world.authority.then(reply);
        let error = world.source().lease().await.unwrap_err();
        let text = format!("{error} {error:?} {error:#?}");
        if knows_token {
            assert_silent(what, &text);
        } else {
            assert_silent(what, &text.replace(SPELLINGS[4], ""));
        }
        let mut cause = std::error::Error::source(&error);
        while let Some(inner) = cause {
            assert_silent(what, &format!("{inner} {inner:?}"));
            cause = inner.source();
        }
    }
}

#[tokio::test]
async fn nothing_that_can_be_printed_shows_a_secret() {
    let world = World::new().await;
    world
        .authority
        .then(issue("canary-token-77aa", json!(3600)));
    let source = world.source();
    let credential = source.lease().await.unwrap();
    assert_eq!(credential.value().expose_secret(), "canary-token-77aa");
    let fixed = FixedSource::new(credential.clone());
    let refused = fixed.renew(&credential).await.unwrap_err();
    for (what, text) in [
        ("grant", format!("{:?}", grant())),
        ("source", format!("{source:?}")),
        ("fixed", format!("{fixed:?}")),
        ("credential", format!("{credential:?} {credential:#?}")),
        ("refused", format!("{refused} {refused:?}")),
        ("key", format!("{:?}", world.key)),
    ] {
        assert_silent(what, &text);
    }
}

#[tokio::test]
async fn a_token_at_rest_is_sealed() {
    let world = World::new().await;
    world
        .authority
        .then(issue("canary-token-77aa", json!(3600)));
    world.source().lease().await.unwrap();
    for file in ["airlock.db", "airlock.db-wal"] {
        let Ok(content) = std::fs::read(world.path.join(file)) else {
            continue;
        };
        let canary = SPELLINGS[4].as_bytes();
        assert!(
            !content.windows(canary.len()).any(|part| part == canary),
            "{file}"
        );
    }
    assert_eq!(shown(world.source().lease().await), "canary-token-77aa");
}
