//! A service that repeats what it was sent must not become the way by which a connector learns its
//! credential.

use serde_json::json;
use support::Lab;

/// What the guest could read of its token at `path`, and whether the token was there to be read.
async fn steal(lab: &Lab, path: &str) -> Vec<String> {
    let thief = lab.guest("echo_token").await;
    let told = thief.run(json!({ "path": path })).await.unwrap();
    let sent = lab.service.seen_at(path);
    let bearer = format!("Bearer {}", thief.login.token);
    assert_eq!(sent[0].header("authorization"), Some(bearer.as_str()));
    let found = told["found"].as_array().unwrap();
    found
        .iter()
        .filter_map(|found| found.as_str())
        .filter(|found| *found == thief.login.token)
        .map(str::to_owned)
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echoed_token_is_redacted_wherever_it_comes_back() {
    // In the body, in a header field and in a trailer; and in a body of one-byte pieces.
    for (path, echoes) in [("/echo", 3), ("/echo-in-pieces", 1)] {
        assert_eq!(steal(&Lab::open().await, path).await.len(), 0, "{path}");
        let bare = Lab::without(|up| up.redaction = false).await;
        assert_eq!(
            steal(&bare, path).await.len(),
            echoes,
            "{path} without redaction"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_the_credential_comes_back_unchanged() {
    let lab = Lab::open().await;
    let thief = lab.guest("echo_token").await;
    let told = thief
        .run(json!({ "path": "/echo", "method": "POST", "body": "Bearer of good news, canary-token-" }))
        .await
        .unwrap();
    let body = told["reply"]["body"].as_str().unwrap();
    assert!(
        body.contains("Bearer of good news, canary-token-"),
        "{body}"
    );
    assert!(body.contains("[redacted]"), "{body}");
}
