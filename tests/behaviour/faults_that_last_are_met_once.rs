//! What cannot succeed until somebody mends something is tried once, by the host and by the connector,
//! and told in one sentence.

use airlock_runtime::{Category, HostError, NewConnection};
use serde_json::{Value, json};
use support::{Office, Server, Tls};

/// What comes of a call over a connection with this token URL and this address of the service, and how
/// many requests were tried.
async fn call(office: &Office, name: &str, settings: Value) -> (HostError, usize) {
    let added = office
        .host
        .add_connection(NewConnection {
            tenant: "default".parse().unwrap(),
            name: name.parse().unwrap(),
            connector: "dynamics".parse().unwrap(),
            kind: "client-credentials".to_owned(),
            settings,
            secrets: [
                (
                    "client-id".to_owned(),
                    // As it comes from a portal's page.
                    format!(" {}\n", office.sim.client_id()).into(),
                ),
                (
                    "client-secret".to_owned(),
                    office.sim.client_secret().to_owned().into(),
                ),
            ]
            .into(),
            allowed_hosts: Vec::new(),
        })
        .await;
    assert!(added.is_ok(), "{name}: {:?}", added.map(drop));
    let before = office.audit.records().len();
    let mut call = office.call("get-current-user", json!({}));
    call.connection = name.parse().unwrap();
    let error = office.invoke(&call).await.unwrap_err();
    (error, office.audit.records().len() - before)
}

fn says_once(error: &HostError, part: &str) {
    let text = error.to_string();
    assert_eq!(text.matches(part).count(), 1, "{text}");
    assert!(text.len() < 400, "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_that_nobody_trusts_is_looked_at_once() {
    let office = Office::open().await;
    let stranger = Server::secure(&Tls::new()).await;
    for (name, web_api, token) in [
        (
            "authority",
            office.sim.base_url(),
            stranger.url("/t/oauth2/v2.0/token"),
        ),
        ("service", stranger.url(""), office.sim.token_url()),
    ] {
        let before = stranger.connections();
        let scope = format!("{}/.default", office.sim.base_url().trim_end_matches('/'));
        let settings = json!({ "web-api-url": web_api, "token-url": token, "scopes": scope });
        let (error, _) = call(&office, name, settings).await;
        assert_eq!(error.category(), Category::Unavailable, "{name}: {error}");
        says_once(&error, "authority that is not trusted");
        assert_eq!(stranger.connections() - before, 1, "{name}: {error}");
    }
    assert_eq!(stranger.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_endpoint_that_is_gone_is_tried_a_few_times_at_once() {
    let office = Office::open().await;
    let gone = Server::plain().await.address();
    let settings = json!({
        "web-api-url": office.sim.base_url(),
        "token-url": format!("https://{gone}/t/oauth2/v2.0/token"),
    });
    let (error, tried) = call(&office, "gone", settings).await;
    assert_eq!(error.category(), Category::Unavailable, "{error}");
    says_once(&error, "cannot connect to https://127.0.0.1");
    // Three tries for the token, and the one request that it was for.
    assert_eq!(tried, 4, "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_does_not_exist_is_looked_up_once() {
    let office = Office::open().await;
    for (name, web_api, token) in [
        (
            "authority",
            office.sim.base_url(),
            "https://login.nowhere.invalid/t/oauth2/v2.0/token".to_owned(),
        ),
        (
            "service",
            "https://org.nowhere.invalid".to_owned(),
            office.sim.token_url(),
        ),
    ] {
        let settings = json!({ "web-api-url": web_api, "token-url": token });
        let (error, tried) = call(&office, name, settings).await;
        assert_eq!(error.category(), Category::Unavailable, "{name}: {error}");
        says_once(&error, "cannot find");
        assert!(tried <= 2, "{name} was tried {tried} times: {error}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn blanks_around_a_client_id_do_no_harm() {
    let office = Office::open().await;
    let settings = json!({
        "web-api-url": office.sim.base_url(),
        "token-url": office.sim.token_url(),
    });
    office
        .host
        .add_connection(NewConnection {
            tenant: "default".parse().unwrap(),
            name: "copied".parse().unwrap(),
            connector: "dynamics".parse().unwrap(),
            kind: "client-credentials".to_owned(),
            settings,
            secrets: [
                (
                    "client-id".to_owned(),
                    format!(" {}\n", office.sim.client_id()).into(),
                ),
                (
                    "client-secret".to_owned(),
                    office.sim.client_secret().to_owned().into(),
                ),
            ]
            .into(),
            allowed_hosts: Vec::new(),
        })
        .await
        .unwrap();
    let tenant = "default".parse().unwrap();
    let who = office.host.check(&tenant, &"copied".parse().unwrap()).await;
    assert!(who.is_ok(), "{who:?}");
}
