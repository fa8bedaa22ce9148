//! A component that ends badly takes its own instance along and nothing else.

use airlock_runtime::{Category, HostError};
use serde_json::json;
use support::Lab;

#[tokio::test(flavor = "multi_thread")]
async fn every_crash_is_an_error_and_the_next_call_works() {
    let lab = Lab::open().await;
    let guest = lab.guest("crash").await;
    let neighbour = lab.guest("honest").await;
    for by in [
        "panic",
        "unreachable",
        "index",
        "division",
        "recursion",
        "exit",
        "abort",
    ] {
        let error = guest
            .run(json!({ "by": by, "saying": "so long" }))
            .await
            .unwrap_err();
        assert!(matches!(error, HostError::Trap(_)), "{by}: {error:?}");
        assert_eq!(error.category(), Category::Defect);
        if by == "panic" {
            assert!(error.to_string().contains("so long"), "{error}");
        }
        assert_eq!(
            neighbour.run(json!({})).await.unwrap()["status"],
            200,
            "after {by}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_without_standard_error_says_why_it_crashed() {
    let lab = Lab::open().await;
    let guest = lab.guest("streamless").await;
    let error = guest
        .run(json!({ "saying": "so long, Straße" }))
        .await
        .unwrap_err();
    assert!(matches!(error, HostError::Trap(_)), "{error:?}");
    let text = error.to_string();
    assert!(
        text.contains("so long, Straße") && text.contains("streamless.rs:"),
        "{text}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn last_words_cannot_write_to_a_terminal_or_fill_it() {
    let lab = Lab::open().await;
    for guest in ["crash", "streamless"] {
        let guest = lab.guest(guest).await;
        let saying = format!("\u{1b}[2J\u{7}{}", "x".repeat(100_000));
        let error = guest
            .run(json!({ "by": "panic", "saying": saying }))
            .await
            .unwrap_err()
            .to_string();
        assert!(
            !error.contains(['\u{1b}', '\u{7}']) && error.len() < 4_096,
            "{error}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_is_not_json_is_the_connectors_defect() {
    let lab = Lab::open().await;
    let guest = lab.guest("huge_string").await;
    for input in [
        json!({ "as": "garbage", "bytes": 0 }),
        json!({ "as": "nesting", "bytes": 100_000 }),
    ] {
        let error = guest.run(input.clone()).await.unwrap_err();
        assert_eq!(error.category(), Category::Defect, "{input}: {error}");
        assert!(!error.to_string().contains('\u{1b}'), "{error:?}");
    }
}
