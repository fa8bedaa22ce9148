//! Who a request is from, whom it is for and how it is framed is said by the host alone, in header
//! fields and in trailers.

use serde_json::{Value, json};
use support::{Connect, Lab, Naked, Server};

/// Fields that claim an identity, or what proxies believe about one.
const CLAIMS: [(&str, &str); 28] = [
    ("authorization", "Bearer forged"),
    ("cookie", "session=forged"),
    ("x-api-key", "forged"),
    ("x-auth-token", "forged"),
    ("proxy-authorization", "Basic Zm9yZ2Vk"),
    ("x-forwarded-for", "127.0.0.1"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-proto", "http"),
    ("forwarded", "for=127.0.0.1"),
    ("x-real-ip", "127.0.0.1"),
    ("x-ms-client-principal-name", "admin"),
    ("x-ms-authorization-auxiliary", "Bearer forged"),
    ("x-http-method-override", "DELETE"),
    ("x-original-url", "/admin"),
    ("via", "1.1 forged"),
    ("x-forwarded", "for=127.0.0.1"),
    ("x-functions-key", "forged"),
    ("x-goog-api-key", "forged"),
    ("apikey", "forged"),
    ("private-token", "forged"),
    ("remote-user", "admin"),
    ("x-remote-user", "admin"),
    ("cf-connecting-ip", "127.0.0.1"),
    ("x-envoy-original-path", "/admin"),
    // As programs behind CGI and its like read them.
    ("x_forwarded_for", "127.0.0.1"),
    ("x_http_method_override", "DELETE"),
    ("proxy_authorization", "Basic Zm9yZ2Vk"),
    ("host", "evil.example"),
];

/// Fields that steer the connection or the framing of the message.
const FRAMING: [(&str, &str); 7] = [
    ("connection", "close, authorization"),
    ("keep-alive", "timeout=1"),
    ("te", "trailers"),
    ("trailer", "authorization"),
    ("transfer-encoding", "chunked"),
    ("upgrade", "h2c"),
    ("expect", "100-continue"),
];

fn refused(told: &Value) -> bool {
    told["unsayable"].is_string() || told["status"] == 403
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_cannot_set_a_field_that_is_the_hosts() {
    let lab = Lab::open().await;
    let forger = lab.guest("forged_request").await;
    for (name, value) in CLAIMS.into_iter().chain(FRAMING) {
        for spelt in [name.to_owned(), name.to_uppercase()] {
            let told = forger
                .run(json!({ "headers": [[spelt, value]] }))
                .await
                .unwrap();
            assert!(refused(&told), "{spelt}: {told}");
        }
    }
    let twice = json!({ "method": "POST", "body": "abc", "headers": [["content-length", "3"], ["content-length", "300"]] });
    assert!(refused(&forger.run(twice).await.unwrap()));
    assert_eq!(lab.service.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_the_filter_every_claim_would_reach_the_service() {
    let service = Server::plain().await;
    let naked = Naked::new("real");
    for (name, value) in CLAIMS {
        let input = json!({ "path": format!("/{name}"), "headers": [[name, value]] });
        naked.run("forged_request", &service.url(""), input).await;
        let seen = service.seen_at(&format!("/{name}"));
        assert_eq!(seen[0].header(name), Some(value), "{name}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_header_hygiene_the_egress_itself_would_let_a_claim_pass() {
    let lab = Lab::without(|up| up.header_hygiene = false).await;
    let forger = lab.connect(Connect::to("forged_request").anonymous()).await;
    let forged = json!({ "headers": [["authorization", "Bearer forged"], ["x-forwarded-for", "127.0.0.1"]] });
    assert_eq!(forger.run(forged).await.unwrap()["status"], 200);
    let seen = lab.service.seen();
    assert_eq!(seen[0].header("authorization"), Some("Bearer forged"));
    assert_eq!(seen[0].header("x-forwarded-for"), Some("127.0.0.1"));
}

#[tokio::test(flavor = "multi_thread")]
async fn trailers_are_held_to_the_same_rules() {
    let lab = Lab::open().await;
    let forger = lab.guest("forged_request").await;
    let with_trailer = |name: &str, value: &str| json!({ "method": "POST", "path": "/trailers", "body": "abc", "trailers": [[name, value]] });
    for (name, value) in CLAIMS.into_iter().chain(FRAMING) {
        let told = forger.run(with_trailer(name, value)).await.unwrap();
        assert!(refused(&told), "{name}: {told}");
    }
    assert_eq!(lab.service.seen().len(), 0);
    let told = forger.run(with_trailer("x-checksum", "abc")).await.unwrap();
    assert_eq!(told["status"], 200, "{told}");
    assert_eq!(lab.service.seen()[0].trailer("x-checksum"), Some("abc"));

    let bare = Lab::without(|up| up.header_hygiene = false).await;
    let forger = bare.guest("forged_request").await;
    let told = forger
        .run(with_trailer("authorization", "Bearer forged"))
        .await
        .unwrap();
    assert_eq!(told["status"], 200, "{told}");
    assert_eq!(
        bare.service.seen()[0].trailer("authorization"),
        Some("Bearer forged")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_that_came_in_cannot_be_sent_out_again_unfiltered() {
    let recycle = json!({ "path": "/planted" });

    let lab = Lab::open().await;
    let recycler = lab
        .connect(Connect::to("fields_recycler").anonymous())
        .await;
    let told = recycler.run(recycle.clone()).await.unwrap();
    let second = &lab.service.seen_at("/second")[0];
    assert_eq!(told["status"], 200, "{told}");
    assert_eq!(second.header("x-harmless"), Some("in headers"));
    assert_eq!(second.trailer("x-harmless"), Some("in trailers"));
    assert_eq!(second.header("authorization"), None);
    assert_eq!(second.header("cookie"), None);
    assert_eq!(second.trailer("authorization"), None);

    let bare = Lab::without(|up| {
        up.header_hygiene = false;
        up.response_filter = false;
    })
    .await;
    let recycler = bare
        .connect(Connect::to("fields_recycler").anonymous())
        .await;
    recycler.run(recycle).await.unwrap();
    let second = &bare.service.seen_at("/second")[0];
    assert_eq!(
        second.header("authorization"),
        Some("Bearer planted-in-headers")
    );
    assert_eq!(
        second.trailer("authorization"),
        Some("Bearer planted-in-trailers")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn no_cookie_is_kept_or_shown() {
    let cookie_shown = async |lab: &Lab| {
        let guest = lab.guest("forged_request").await;
        let told = guest.run(json!({ "path": "/cookie" })).await.unwrap();
        guest.run(json!({ "path": "/after" })).await.unwrap();
        assert_eq!(lab.service.seen_at("/after")[0].header("cookie"), None);
        told["headers"].to_string().contains("session=of-somebody")
    };
    assert!(!cookie_shown(&Lab::open().await).await);
    assert!(cookie_shown(&Lab::without(|up| up.response_filter = false).await).await);
}
