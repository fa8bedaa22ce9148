//! The contract's `web` is a second door and not a second way: what egress refuses through
//! `wasi:http` it refuses here, and what it takes out of answers it takes out here. The connector, which
//! everybody has through `wasi:http`, works through it as well.

use serde_json::{Value, json};
use support::{Lab, Office, dynamics_web};

async fn told(lab: &Lab, input: Value) -> Value {
    lab.guest("web_client").await.run(input).await.unwrap()
}

fn refused(told: &Value) -> bool {
    told["status"] == 403 || told["denied"].is_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_foreign_origin_is_denied_and_only_policy_stands_in_between() {
    let lab = Lab::open().await;
    let answer = told(&lab, json!({ "url": lab.evil_url("/x") })).await;
    assert_eq!(answer["status"], 403, "{answer}");
    assert!(answer["body"].as_str().unwrap().contains("allowed-hosts"));
    assert_eq!(lab.evil.connections(), 0);

    let bare = Lab::without(|up| up.host_policy = false).await;
    let answer = told(&bare, json!({ "url": bare.evil_url("/x") })).await;
    assert_eq!(answer["status"], 200, "without the defence: {answer}");
    assert_eq!(bare.evil.seen()[0].header("authorization"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_is_the_hosts_is_refused_and_only_hygiene_stands_in_between() {
    let lab = Lab::open().await;
    let guest = lab.guest("web_client").await;
    for (name, value) in [
        ("Authorization", "Bearer forged"),
        ("cookie", "session=forged"),
        ("host", "evil.example"),
        ("x-forwarded-for", "127.0.0.1"),
        ("transfer-encoding", "chunked"),
        ("connection", "close, authorization"),
    ] {
        let forged = json!({ "headers": [[name, value]] });
        let answer = guest.run(forged).await.unwrap();
        assert!(refused(&answer), "{name}: {answer}");
    }
    assert_eq!(lab.service.seen().len(), 0);

    let bare = Lab::without(|up| up.header_hygiene = false).await;
    let answer = told(&bare, json!({ "headers": [["x-forwarded-for", "forged"]] })).await;
    assert_eq!(answer["status"], 200, "without the defence: {answer}");
    assert_eq!(
        bare.service.seen()[0].header("x-forwarded-for"),
        Some("forged")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_that_cannot_be_read_in_one_way_only_does_not_leave() {
    let lab = Lab::open().await;
    let guest = lab.guest("web_client").await;
    let base = lab.service_url("");
    let userinfo = base.replacen("https://", "https://user:pass@", 1);
    for input in [
        json!({ "url": format!("{base}/x#fragment") }),
        json!({ "url": format!("{userinfo}/x") }),
        json!({ "url": "/relative" }),
        json!({ "url": "no url" }),
        json!({ "url": format!("{base}/a/%2e%2e/b") }),
        json!({ "method": "GET /smuggled HTTP/1.1\r\n" }),
        json!({ "headers": [["na me", "x"]] }),
        json!({ "headers": [["x-name", "va\r\nlue: x"]] }),
        json!({ "headers": [["x-name", "value\nno-colon"]] }),
        json!({ "headers": [["x-name", "value\nno:space"]] }),
    ] {
        let answer = guest.run(input.clone()).await.unwrap();
        assert!(refused(&answer), "{input}: {answer}");
    }
    assert_eq!(lab.service.seen().len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_echoed_token_is_redacted_and_without_redaction_would_be_read() {
    for path in ["/echo", "/echo-in-pieces"] {
        let read = async |lab: &Lab| {
            let guest = lab.guest("web_client").await;
            let answer = guest.run(json!({ "path": path })).await.unwrap();
            answer.to_string().contains(&guest.login.token)
        };
        assert!(!read(&Lab::open().await).await, "{path}");
        assert!(
            read(&Lab::without(|up| up.redaction = false).await).await,
            "{path} without redaction"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_answer_ends_at_its_limit_and_the_next_call_works() {
    let lab = Lab::with(|config| config.egress.max_response_body_bytes = 1 << 20).await;
    let guest = lab.guest("web_client").await;
    let answer = guest.run(json!({ "path": "/endless" })).await.unwrap();
    assert!(
        answer["ended"]["denied"]
            .as_str()
            .unwrap()
            .contains("max-response-body-bytes"),
        "{answer}"
    );
    assert!(answer["bytes"].as_u64().unwrap() <= 1 << 20);
    assert_eq!(
        guest.run(json!({ "path": "/x" })).await.unwrap()["ended"],
        "whole"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_connector_lists_reads_and_writes_through_web_as_well() {
    let office = Office::through_web().await;
    let imports = office.host.inspect(&dynamics_web()).await.unwrap().imports;
    assert!(imports.contains(&"airlock:connector/web@0.1.0".to_owned()));
    assert!(!imports.iter().any(|import| import.contains("http")));

    let row = json!({ "name": "Harbor Tools", "industrycode": "Accounting" });
    let created = office
        .run("create-row", json!({ "table": "account", "row": row }))
        .await
        .unwrap();
    let read = json!({ "table": "account", "id": created["id"], "select": ["name"] });
    let read = office.run("get-row", read).await.unwrap();
    assert_eq!(read["row"]["name"], "Harbor Tools");
    let filter = "name eq 'Harbor Tools'";
    let listed = office
        .run("list-rows", json!({ "table": "account", "filter": filter }))
        .await
        .unwrap();
    assert_eq!(listed["rows"][0]["accountid"], created["id"]);
    // What the host refuses and what the service refuses.
    let foreign = json!({ "table": "account", "next-page": "https://evil.example/x" });
    assert!(office.run("list-rows", foreign).await.is_err());
    let unknown = json!({ "table": "account", "filter": "nonesuch eq 1" });
    assert!(office.run("list-rows", unknown).await.is_err());
}
