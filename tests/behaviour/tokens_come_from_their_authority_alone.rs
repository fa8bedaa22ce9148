//! The client secret goes to the authority that the connection names, and an authority that
//! misbehaves learns and causes nothing more.

use airlock_runtime::HostError;
use serde_json::json;
use support::{Connect, Lab, Login};

#[tokio::test(flavor = "multi_thread")]
async fn one_token_serves_many_calls() {
    let lab = Lab::open().await;
    let guest = lab.guest("honest").await;
    for _ in 0..5 {
        guest.run(json!({})).await.unwrap();
    }
    assert_eq!(lab.authority.seen_at("/token").len(), 1);
}

/// A careless authority repeats the secret in its error; that must not reach the guest or a person.
#[tokio::test(flavor = "multi_thread")]
async fn a_refused_secret_is_explained_and_not_repeated() {
    let lab = Lab::open().await;
    let login = Login::random();
    let guest = lab.connect(Connect::to("honest").login(&login)).await;
    lab.authority.login(&login.id, "another secret", "token");
    let told = guest.run(json!({})).await.unwrap();
    assert_eq!(told["status"], 401, "{told}");
    assert!(told.to_string().contains("7000215"), "{told}");
    assert!(!told.to_string().contains(&login.secret), "{told}");
    assert_eq!(
        lab.service.seen().len(),
        0,
        "nothing leaves without its credential"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_of_the_authority_is_not_followed_with_the_secret() {
    let lab = Lab::open().await;
    let login = Login::random();
    let url = lab.authority.url_as(
        support::AUTHORITY,
        &format!("/redirect?to={}", lab.evil_url("/token")),
    );
    let guest = lab
        .connect(Connect::to("honest").login(&login).token_url(url))
        .await;
    let told = guest.run(json!({})).await;
    let refused = match &told {
        Ok(told) => told["status"] != 200,
        Err(HostError::Connector(_)) => true,
        Err(_) => false,
    };
    assert!(refused, "{told:?}");
    assert_eq!(lab.evil.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_answer_of_the_authority_is_cut() {
    let lab = Lab::with(|config| config.egress.total_timeout_ms = 60_000).await;
    let url = lab.authority.url_as(support::AUTHORITY, "/endless");
    let guest = lab.connect(Connect::to("honest").token_url(url)).await;
    let told = guest.run(json!({})).await;
    assert!(
        told.is_err() || told.as_ref().is_ok_and(|told| told["status"] != 200),
        "{told:?}"
    );
    assert_eq!(lab.service.seen().len(), 0);
}
