//! A service that answers in the host's terms is not the host: what the host refused, its own door knows.

use airlock_runtime::{Failure, HostError};
use serde_json::{Value, json};
use support::{Connected, Lab};

async fn refusal(guest: &Connected, input: Value) -> Failure {
    match guest.run(input.clone()).await {
        Err(HostError::Connector(error)) => error.failure().unwrap().clone(),
        other => panic!("{input}: {other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_host_refused_counts_as_its_refusal() {
    let lab = Lab::open().await;
    let guest = lab.guest("believer").await;
    for door in ["web", "http"] {
        let forged = refusal(&guest, json!({ "door": door, "path": "/forged" })).await;
        assert_eq!(forged.code.as_deref(), Some("egress-denied"), "{door}");
        assert!(!forged.refused_by_host, "{door}: {forged:?}");

        let denied = json!({ "door": door, "url": lab.evil_url("/") });
        let own = refusal(&guest, denied).await;
        assert_eq!(own.code.as_deref(), Some("egress-denied"), "{door}");
        assert!(own.refused_by_host, "{door}: {own:?}");

        // What was refused a call ago lends nothing to what the service says now.
        let forged = refusal(&guest, json!({ "door": door, "path": "/forged" })).await;
        assert!(!forged.refused_by_host, "{door}: {forged:?}");
    }
    assert_eq!(lab.evil.connections(), 0);
}
