//! A connection reaches its own service and nothing else, over TLS, and its credential goes nowhere
//! beyond that.

use serde_json::{Value, json};
use support::{Connect, EVIL, Lab, SERVICE, Server};

async fn outcome(lab: &Lab, connect: Connect, url: &str) -> Value {
    let guest = lab.connect(connect).await;
    let told = guest.run(json!({ "urls": [url] })).await.unwrap();
    told[0]["outcome"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_origin_is_denied_with_the_setting_that_would_allow_it() {
    let lab = Lab::open().await;
    let guest = lab.guest("wanderer").await;
    let (service, evil) = (lab.service.port(), lab.evil.port());
    for url in [
        format!("https://{EVIL}:{evil}/x"),
        format!("https://{SERVICE}:{evil}/other-port"),
        format!("https://{SERVICE}/default-port"),
        format!("https://sub.{SERVICE}:{service}/below"),
        format!("https://{SERVICE}.{EVIL}:{evil}/suffix"),
        format!("https://evil-{SERVICE}:{service}/prefix"),
        format!("https://contoso.example:{service}/above"),
        "https://xn--pi-8ja.contoso.example/idn".to_owned(),
    ] {
        let told = guest.run(json!({ "urls": [url] })).await.unwrap();
        let outcome = &told[0]["outcome"];
        assert_eq!(outcome["status"], 403, "{url}: {outcome}");
        let body = outcome["body"].as_str().unwrap();
        assert!(
            body.contains("egress-denied") && body.contains("allowed-hosts"),
            "{url}: {body}"
        );
    }
    assert_eq!(lab.evil.connections(), 0);
    assert_eq!(lab.service.connections(), 0);
    assert_eq!(
        lab.authority.connections(),
        0,
        "no token is asked for before a request is judged"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn without_host_policy_the_foreign_origin_would_be_reached() {
    let lab = Lab::without(|up| up.host_policy = false).await;
    let url = lab.evil_url("/x");
    assert_eq!(
        outcome(&lab, Connect::to("wanderer"), &url).await["status"],
        200
    );
    assert_eq!(lab.evil.seen().len(), 1);
    assert_eq!(
        lab.evil.seen()[0].header("authorization"),
        None,
        "the next defence still holds"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_credential_does_not_go_to_a_host_that_the_operator_allowed_besides() {
    let credential_at_evil = async |lab: &Lab| {
        let connect = Connect::to("wanderer").allowed(lab.evil_host());
        let told = outcome(lab, connect, &lab.evil_url("/x")).await;
        assert_eq!(told["status"], 200, "{told}");
        lab.evil.seen()[0].header("authorization").is_some()
    };
    assert!(!credential_at_evil(&Lab::open().await).await);
    assert!(credential_at_evil(&Lab::without(|up| up.audience_binding = false).await).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_redirect_leads_nowhere() {
    let evil = Server::plain().await;
    let follow = async |lab: &Lab| {
        lab.names.set(EVIL, &[&["127.0.0.1"]]);
        let guest = lab.guest("redirect_follower").await;
        let path = format!("/redirect?to={}", evil.url_as(EVIL, "/caught"));
        let told = guest.run(json!({ "path": path })).await.unwrap();
        (told, guest.login.token)
    };
    let (told, _) = follow(&Lab::open().await).await;
    assert_eq!(told["hops"][0]["status"], 307, "{told}");
    assert_eq!(told["hops"][1]["status"], 403, "{told}");
    assert_eq!(evil.connections(), 0);

    let (told, token) = follow(&Lab::without(|up| up.redirects_left_alone = false).await).await;
    assert_eq!(told["hops"][0]["status"], 200, "{told}");
    let caught = evil.seen_at("/caught");
    assert_eq!(
        caught[0].header("authorization"),
        Some(format!("Bearer {token}").as_str())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_http_is_refused_unless_the_operator_names_the_host() {
    let plain = Server::plain().await;
    let url = plain.url_as(SERVICE, "/downgraded");
    let downgrade = || Connect::to("wanderer").url(plain.url_as(SERVICE, ""));

    let told = outcome(&Lab::open().await, downgrade(), &url).await;
    assert_eq!(told["status"], 403, "{told}");
    assert!(
        told["body"].to_string().contains("allow-plain-http"),
        "{told}"
    );
    assert_eq!(plain.connections(), 0);

    let bare = Lab::without(|up| up.tls_required = false).await;
    let told = outcome(&bare, downgrade(), &url).await;
    assert_eq!(told["status"], 200, "{told}");
    assert_eq!(plain.seen_at("/downgraded").len(), 1);

    let named = format!("{SERVICE}:{}", plain.port()).parse().unwrap();
    let granted = Lab::with(|config| config.egress.allow_plain_http = vec![named]).await;
    let told = outcome(&granted, downgrade(), &url).await;
    assert_eq!(told["status"], 200, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_whose_certificate_is_not_its_own_gets_nothing() {
    let lab = Lab::open().await;
    let impostor = Server::secure(&support::Tls::new()).await;
    let url = impostor.url_as(SERVICE, "/x");
    let told = outcome(
        &lab,
        Connect::to("wanderer").url(impostor.url_as(SERVICE, "")),
        &url,
    )
    .await;
    assert!(told.to_string().contains("no TLS with"), "{told}");
    assert!(
        told.to_string()
            .contains("\"airlock-refusal\",\"unreachable\""),
        "{told}"
    );
    assert_eq!(impostor.seen().len(), 0);
}
