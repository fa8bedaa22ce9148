//! The connector as people use it: in the real host, against a local Dataverse, over TLS.

use airlock_runtime::{Category, ConnectorError, HostError};
use dataverse_sim::control::{Effect, FaultRule};
use dataverse_sim::seed::Seed;
use futures::StreamExt;
use serde_json::{Value, json};
use support::{Office, dynamics};

fn refusal(result: Result<Value, HostError>) -> ConnectorError {
    match result.unwrap_err() {
        HostError::Connector(error) => error,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_component_asks_for_http_report_clock_and_random_bits_and_is_small() {
    let office = Office::open().await;
    let inspection = office.host.inspect(&dynamics()).await.unwrap();
    assert_eq!(
        inspection.imports,
        [
            "airlock:connector/report@0.1.0",
            "airlock:connector/types@0.1.0",
            "wasi:clocks/types@0.3.0",
            "wasi:clocks/monotonic-clock@0.3.0",
            "wasi:random/random@0.3.0",
            "wasi:http/types@0.3.0",
            "wasi:http/client@0.3.0",
        ]
    );
    // It has 2.06 MiB with twenty actions: room for ten more. What fills it at once is a dependency that brings tables
    // or a second parser, which every cold host would compile.
    assert!(inspection.bytes <= 5 << 20, "{} bytes", inspection.bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_check_tells_whom_the_connection_speaks_as() {
    let office = Office::open().await;
    let tenant = "default".parse().unwrap();
    let name = "crm".parse().unwrap();
    let identity = office.host.check(&tenant, &name).await.unwrap();
    let identity = identity.json().await.unwrap();
    assert_eq!(identity["organization"], "Contoso Sales");
    assert!(identity["user-id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_is_replaced_in_place_and_the_others_stay() {
    let office = Office::open().await;
    let tenant = "default".parse().unwrap();
    let name = "rotated".parse().unwrap();
    office.connect("rotated", "expired").await;
    assert!(matches!(
        office.host.check(&tenant, &name).await.unwrap_err(),
        HostError::Connector(ConnectorError::Unauthenticated(_))
    ));
    let given = |name: &str, secret: &str| [(name.to_owned(), secret.to_owned().into())].into();
    let good = office.sim.client_secret();
    let before = office.host.connection(&tenant, &name).await.unwrap();
    let changed = office
        .host
        .replace_secrets(&tenant, &name, given("client-secret", good))
        .await
        .unwrap();
    assert_eq!(changed.id, before.id);
    assert!(changed.updated_at > before.updated_at);
    office.host.check(&tenant, &name).await.unwrap();
    // A token that was got with the good secret does not outlive it.
    office
        .host
        .replace_secrets(&tenant, &name, given("client-secret", "wrong"))
        .await
        .unwrap();
    assert!(office.host.check(&tenant, &name).await.is_err());
    for (name, secrets, word) in [
        (&name, given("client-sekret", "x"), "client-sekret"),
        (&name, given("client-secret", ""), "client-secret"),
        (&name, airlock_runtime::store::Secrets::new(), "given"),
        (
            &"nobody".parse().unwrap(),
            given("client-secret", "x"),
            "nobody",
        ),
    ] {
        let refused = office.host.replace_secrets(&tenant, name, secrets).await;
        let refused = refused.unwrap_err().to_string();
        assert!(refused.contains(word), "{refused}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_lives_through_create_read_update_and_delete() {
    let office = Office::open().await;
    let created = office
        .run("create-row", json!({ "table": "account", "row": { "name": "Harbor Tools", "industrycode": "Accounting" } }))
        .await
        .unwrap();
    let id = created["id"].clone();
    let at = |more: Value| {
        let mut input = json!({ "table": "accounts", "id": id });
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let read = office
        .run("get-row", at(json!({ "select": ["name", "industrycode"] })))
        .await
        .unwrap();
    assert_eq!(read["row"]["name"], "Harbor Tools");
    assert_eq!(read["row"]["industrycode"], 1);
    office
        .run(
            "update-row",
            at(json!({ "row": { "name": "Harbor & Sons" } })),
        )
        .await
        .unwrap();
    let read = office
        .run("get-row", at(json!({ "select": ["name"] })))
        .await
        .unwrap();
    assert_eq!(read["row"]["name"], "Harbor & Sons");
    office.run("delete-row", at(json!({}))).await.unwrap();
    assert!(matches!(
        refusal(office.run("get-row", at(json!({}))).await),
        ConnectorError::NotFound(failure) if failure.code.as_deref() == Some("0x80040217") && failure.request_id.is_some()
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_alternate_key_may_hold_any_character() {
    let office = Office::open().await;
    for number in [
        "A#1", "B&2", "C/3", "D?4", "E'5", "F%6", "G+7", "H 8", "I,9", "J\"0",
    ] {
        let key = json!({ "accountnumber": number });
        let written = office
            .run(
                "upsert-row",
                json!({ "table": "account", "key": key, "row": { "name": number } }),
            )
            .await
            .unwrap();
        assert!(
            matches!(written["outcome"].as_str(), Some("created" | "saved")),
            "{written}"
        );
        let read = office
            .run(
                "get-row",
                json!({ "table": "account", "key": key, "select": ["name"] }),
            )
            .await
            .unwrap();
        assert_eq!(read["row"]["name"], number);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_is_bound_by_the_navigation_property_that_metadata_names() {
    let office = Office::open().await;
    let account = office
        .run(
            "create-row",
            json!({ "table": "account", "row": { "name": "Customer" } }),
        )
        .await
        .unwrap();
    let customer = json!({ "table": "account", "id": account["id"] });
    let opportunity = office
        .run(
            "create-row",
            json!({
                "table": "opportunity", "return-row": true, "select": ["_customerid_value"],
                "row": { "name": "Deal", "customerid": customer }
            }),
        )
        .await
        .unwrap();
    assert_eq!(opportunity["row"]["_customerid_value"], account["id"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_create_repeated_under_one_key_lands_once() {
    let office = Office::open().await;
    let mut call = office.call(
        "create-row",
        json!({ "table": "task", "row": { "subject": "exactly one" } }),
    );
    call.idempotency_key = Some("order-4711".to_owned());
    let first = office.invoke(&call).await.unwrap();
    let second = office.invoke(&call).await.unwrap();
    assert_eq!(first["id"], second["id"]);
    let tasks = office
        .run(
            "list-rows",
            json!({ "table": "task", "filter": "subject eq 'exactly one'" }),
        )
        .await
        .unwrap();
    assert_eq!(tasks["rows"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_answer_says_so_and_its_next_page_leads_on_to_the_end() {
    let office = Office::seeded(Seed::Rows {
        count: 25,
        table: "account".to_owned(),
    })
    .await;
    let mut seen = Vec::new();
    let mut input = json!({ "table": "account", "select": ["name"], "page-size": 10 });
    loop {
        let page = office.run("list-rows", input).await.unwrap();
        seen.extend(
            page["rows"]
                .as_array()
                .unwrap()
                .iter()
                .map(|row| row["accountid"].clone()),
        );
        if page["truncated"] == false {
            break;
        }
        input = json!({ "table": "account", "next-page": page["next-page"] });
    }
    seen.sort_by_key(Value::to_string);
    seen.dedup();
    assert_eq!(seen.len(), 25);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_row_streams_as_one_line() {
    let office = Office::seeded(Seed::Rows {
        count: 12_000,
        table: "account".to_owned(),
    })
    .await;
    let call = office.call(
        "list-rows",
        json!({ "table": "account", "select": ["name"], "fetch-all": true }),
    );
    let mut piped = office.host.pipe(&call, None).await.unwrap();
    let mut bytes = Vec::new();
    while let Some(chunk) = piped.data.next().await {
        bytes.extend_from_slice(&chunk);
    }
    let lines: Vec<Value> = String::from_utf8(bytes)
        .unwrap()
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    assert_eq!(lines.len(), 12_000);
    assert_eq!(piped.done.await.unwrap()["rows"], 12_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_is_the_owners_to_mend_and_is_never_repeated() {
    let office = Office::open().await;
    office.connect("locked-out", "not-the-secret-5150").await;
    let error = office
        .host
        .check(&"default".parse().unwrap(), &"locked-out".parse().unwrap())
        .await
        .unwrap_err();
    assert_eq!(error.category(), Category::Credentials);
    let text = format!("{error} {error:?}");
    assert!(text.contains("AADSTS7000215"), "{text}");
    assert!(!text.contains("not-the-secret-5150"), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_misspelt_column_is_named_with_the_nearest_one() {
    let office = Office::open().await;
    let error = refusal(
        office
            .run(
                "list-rows",
                json!({ "table": "lead", "select": ["fullnam"] }),
            )
            .await,
    );
    let ConnectorError::InvalidInput(fields) = error else {
        panic!("{error:?}");
    };
    assert_eq!(fields[0].pointer, "/select/0");
    assert!(fields[0].message.contains("fullname"), "{fields:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_amount_keeps_every_digit_on_its_way_in_and_out() {
    let office = Office::open().await;
    let typed = [
        json!("22337203685477.5807"),
        serde_json::from_str("22337203685477.5807").unwrap(),
    ];
    for amount in typed {
        let row = json!({ "name": "Harbor Tools", "revenue": amount });
        let call = office.call("create-row", json!({ "table": "account", "row": row }));
        let request = office.host.dry_run(&call).await.unwrap();
        let body = request.body.expect("a body");
        assert!(body.contains("\"revenue\":22337203685477.5807"), "{body}");
    }
    let row = json!({ "name": "Harbor Tools", "revenue": 12.5 });
    let input = json!({ "table": "account", "row": row, "return-row": true });
    let created = office.run("create-row", input).await.unwrap();
    assert!(
        created.to_string().contains("\"revenue\":12.5000"),
        "{created}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dry_run_shows_the_request_and_sends_nothing_that_changes() {
    let office = Office::open().await;
    let call = office.call(
        "create-row",
        json!({ "table": "account", "row": { "name": "never" } }),
    );
    let request = office.host.dry_run(&call).await.unwrap();
    assert_eq!(request.method, "POST");
    assert!(
        request.url.ends_with("/api/data/v9.2/accounts"),
        "{}",
        request.url
    );
    assert!(
        office
            .sim
            .requests()
            .iter()
            .all(|seen| seen.method != "POST" || !seen.target.contains("/accounts"))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_host_alone_added_the_credential() {
    let office = Office::open().await;
    office.run("get-current-user", json!({})).await.unwrap();
    let lines: Vec<String> = office
        .audit
        .records()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert!(
        lines
            .iter()
            .any(|line| line.contains("WhoAmI") && line.contains("bearer added by host")),
        "{lines:?}"
    );
}

/// A token can be revoked before it expires. Whoever reads then must not notice.
#[tokio::test(flavor = "multi_thread")]
async fn a_read_whose_token_was_revoked_is_repeated_with_a_new_one() {
    let office = Office::open().await;
    let read = || {
        office.run(
            "list-rows",
            json!({ "table": "lead", "select": ["subject"] }),
        )
    };
    let before = read().await.unwrap();
    office.sim.add_fault(
        FaultRule::new(
            "/leads",
            Effect::Status {
                status: 401,
                code: "0x80072560".to_owned(),
                message: "The user is not a member of the organization.".to_owned(),
                retry_after: None,
                body: None,
            },
        )
        .times(1),
    );
    assert_eq!(read().await.unwrap(), before);
    let tokens = office
        .sim
        .requests()
        .iter()
        .filter(|request| request.target.ends_with("/token"))
        .count();
    assert_eq!(tokens, 2, "one to begin with, one in place of the revoked");
}
