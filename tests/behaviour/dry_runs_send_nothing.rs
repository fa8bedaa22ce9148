//! A dry run shows the request that would leave. What a connector calls a preparation may only read,
//! and only until there is something to show.

use serde_json::{Value, json};
use support::Lab;

fn escaping(requests: Value) -> Value {
    json!({ "requests": requests })
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leaves_once_the_request_was_caught() {
    let lab = Lab::open().await;
    let escapee = lab.guest("dry_escape").await;
    let attack = || {
        escaping(json!([
            { "method": "POST", "path": "/shown", "body": "{}" },
            { "method": "GET", "path": "/after" },
            { "method": "GET", "path": "/after?_method=DELETE" },
            { "method": "DELETE", "path": "/after" },
        ]))
    };
    let shown = escapee.dry_run(attack()).await.unwrap();
    assert!(shown.url.ends_with("/shown"), "{}", shown.url);
    assert_eq!(lab.service.seen().len(), 0);
    assert_eq!(lab.authority.seen().len(), 0, "no token is asked for");

    // The same without a dry run.
    escapee.run(attack()).await.unwrap();
    assert_eq!(lab.service.seen().len(), 4);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_preparation_that_could_do_more_than_read_is_caught() {
    for (request, leaves) in [
        (json!({ "method": "GET", "path": "/read?$select=a" }), true),
        (
            json!({ "method": "GET", "path": "/x?_method=DELETE" }),
            false,
        ),
        (
            json!({ "method": "GET", "path": "/x?%5fMETHOD=DELETE" }),
            false,
        ),
        (json!({ "method": "GET", "path": "/x", "body": "x" }), false),
        (json!({ "method": "HEAD", "path": "/x" }), false),
        (json!({ "method": "QUERY", "path": "/x" }), false),
    ] {
        let lab = Lab::open().await;
        let escapee = lab.guest("dry_escape").await;
        let attack = escaping(json!([request, { "method": "POST", "path": "/shown" }]));
        let shown = escapee.dry_run(attack).await.unwrap();
        assert_eq!(shown.url.ends_with("/shown"), leaves, "{request}");
        assert_eq!(lab.service.seen().len(), usize::from(leaves), "{request}");
    }
    let lab = Lab::open().await;
    let escapee = lab.guest("dry_escape").await;
    let overriding =
        json!({ "method": "GET", "path": "/x", "headers": "x_http_method_override: DELETE" });
    let told = escapee
        .dry_run(escaping(
            json!([overriding, { "method": "POST", "path": "/shown" }]),
        ))
        .await
        .unwrap();
    assert!(
        told.url.ends_with("/shown"),
        "the field is refused: {told:?}"
    );
    assert_eq!(lab.service.seen().len(), 0);
}
