//! A service that repeats what it was sent must not become the way by which a connector learns its
//! credential.

use serde_json::json;
use support::{Connect, Connected, Lab, Login, SERVICE};

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

/// What the guest reads at `path`.
async fn read(guest: &Connected, path: &str) -> String {
    let told = guest.run(json!({ "path": path })).await.unwrap();
    told["body"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encoded_token_is_redacted_as_well() {
    let up = Lab::open().await;
    let bare = Lab::without(|up| up.redaction = false).await;
    for how in [
        "plain",
        "percent",
        "percent-small",
        "form",
        "json-slash",
        "json-unicode",
        "base64",
        "base64-of-header",
        "base64-for-urls",
    ] {
        let login = Login {
            token: format!("ab+/cd==~{}", uuid::Uuid::new_v4().simple()),
            ..Login::random()
        };
        let thief = |name: &str| Connect::to("web_client").named(name).login(&login);
        let path = format!("/echo-as?how={how}");
        let seen = read(&up.connect(thief(how)).await, &path).await;
        assert!(seen.contains("[redacted]"), "{how}: {seen}");
        let shown = read(&bare.connect(thief(how)).await, &path).await;
        assert!(
            shown.len() > 40 && !shown.contains("[redacted]"),
            "{how}: {shown}"
        );
        // Of Base64 a last letter may be left, half of whose bits are the token's.
        let left = seen.len() - "[redacted]".len();
        assert!(left <= 12, "{how}: {seen}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_that_was_replaced_does_not_come_back_later() {
    let attack = async |lab: &Lab| {
        let thief = lab.guest("web_client").await;
        read(&thief, "/note").await;
        let next = format!("next-{}", thief.login.token);
        lab.authority
            .login(&thief.login.id, &thief.login.secret, &next);
        // A 401 renews.
        read(&thief, "/unauthorised").await;
        let noted = read(&thief, "/noted").await;
        let sent = lab.service.seen_at("/noted");
        assert_eq!(
            sent[0].header("authorization"),
            Some(format!("Bearer {next}").as_str())
        );
        noted.contains(&thief.login.token)
    };
    assert!(!attack(&Lab::open().await).await);
    assert!(attack(&Lab::without(|up| up.redaction = false).await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn another_process_knows_the_replaced_token_too() {
    let lab = Lab::open().await;
    let thief = lab.guest("web_client").await;
    read(&thief, "/note").await;
    let next = format!("next-{}", thief.login.token);
    lab.authority
        .login(&thief.login.id, &thief.login.secret, &next);
    read(&thief, "/unauthorised").await;
    let later = thief.on(lab.reopen().await.unwrap());
    let noted = read(&later, "/noted").await;
    assert!(noted.contains("/unauthorised"), "{noted}");
    assert!(!noted.contains(&thief.login.token), "{noted}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_client_secret_does_not_come_back_where_service_and_authority_are_one() {
    let attack = async |lab: &Lab| {
        let login = Login::random();
        lab.service.login(&login.id, &login.secret, &login.token);
        let url = lab.service.url_as(SERVICE, "/token");
        let thief = lab
            .connect(Connect::to("web_client").login(&login).token_url(url))
            .await;
        let noted = read(&thief, "/noted").await;
        assert!(noted.contains(&login.id), "the form is shown: {noted}");
        noted.contains(&login.secret)
    };
    assert!(!attack(&Lab::open().await).await);
    assert!(attack(&Lab::without(|up| up.redaction = false).await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_too_short_to_be_found_is_not_used() {
    let lab = Lab::open().await;
    let login = Login {
        token: "s3cr3t7".to_owned(),
        ..Login::random()
    };
    let thief = lab.connect(Connect::to("web_client").login(&login)).await;
    let told = thief.run(json!({ "path": "/echo" })).await.unwrap();
    assert_eq!(told["status"], 401, "{told}");
    let told = told.to_string();
    assert!(told.contains("fewer than 8 characters"), "{told}");
    assert!(told.contains("credential-invalid"), "{told}");
    assert_eq!(lab.service.seen().len(), 0);
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
