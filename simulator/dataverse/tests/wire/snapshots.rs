//! Snapshots put everything back, and a replay afterwards answers the same.

use crate::support::{Client, control, count, create, small};
use dataverse_sim::Sim;
use dataverse_sim::sim::OrganisationSettings;
use http::{Method, StatusCode};
use serde_json::{Value, json};

/// A table made while it runs.
fn table() -> Value {
    let label = |text: &str| json!({"LocalizedLabels": [{"Label": text, "LanguageCode": 1033}]});
    json!({
        "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
        "SchemaName": "new_Boat", "DisplayName": label("Boat"), "DisplayCollectionName": label("Boats"),
        "OwnershipType": "UserOwned", "HasNotes": false, "HasActivities": false,
        "Attributes": [{
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata", "SchemaName": "new_Name",
            "IsPrimaryName": true, "MaxLength": 100, "DisplayName": label("Name"),
            "RequiredLevel": {"Value": "None"},
        }],
    })
}

#[tokio::test]
async fn a_snapshot_puts_back_rows_definitions_and_the_clock_of_every_organisation() {
    let sim = Sim::builder()
        .seed("small".parse().unwrap())
        .organisation(OrganisationSettings::new("fabrikam"))
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
    let other = Client::signed_in_at(&sim, "fabrikam").await;
    let made = create(&client, "EntityDefinitions", table()).await;
    assert_eq!(made.status, StatusCode::NO_CONTENT, "{}", made.text());
    create(&client, "new_boats", json!({"new_name": "Before"})).await;
    let row = client.get("new_boats?$select=new_name").await.json()["value"][0].clone();

    let kept = control(&sim, Method::PUT, "snapshots/before", "").await;
    assert_eq!(kept.status, StatusCode::CREATED, "{}", kept.text());
    assert!(kept.json()["bytes"].as_u64().unwrap() > 100_000);

    create(&client, "new_boats", json!({"new_name": "After"})).await;
    create(&other, "accounts", json!({"name": "After"})).await;
    let gone = client
        .api(
            Method::DELETE,
            "EntityDefinitions(LogicalName='lead')/Attributes(LogicalName='new_none')",
            &[],
            "",
        )
        .await;
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let made = create(&other, "EntityDefinitions", table()).await;
    assert_eq!(made.status, StatusCode::NO_CONTENT, "{}", made.text());
    control(&sim, Method::PUT, "clock", r#"{"advance-seconds":60}"#).await;

    // More than once: it is kept.
    for _ in 0..2 {
        let restored = control(&sim, Method::POST, "snapshots/before/restore", "").await;
        assert_eq!(
            restored.status,
            StatusCode::NO_CONTENT,
            "{}",
            restored.text()
        );
        assert_eq!(count(&client, "new_boats").await, 1);
        assert_eq!(
            client.get("new_boats?$select=new_name").await.json()["value"][0],
            row
        );
        assert_eq!(count(&other, "accounts").await, 0);
        assert_eq!(other.get("new_boats").await.status, StatusCode::NOT_FOUND);
        let clock = control(&sim, Method::GET, "clock", "").await.json();
        assert_eq!(clock["ahead-seconds"], 0);
        // It goes on from there, for writers and for whoever defines tables.
        create(&client, "new_boats", json!({"new_name": "Again"})).await;
        assert_eq!(count(&client, "new_boats").await, 2);
        assert_eq!(
            create(&other, "EntityDefinitions", table()).await.status,
            StatusCode::NO_CONTENT
        );
        assert_eq!(count(&other, "new_boats").await, 0);
    }
    assert_eq!(
        control(&sim, Method::DELETE, "snapshots/before", "")
            .await
            .status,
        StatusCode::NO_CONTENT
    );
    let missing = control(&sim, Method::POST, "snapshots/before/restore", "").await;
    assert_eq!(missing.status, StatusCode::NOT_FOUND);
    let wrong = control(&sim, Method::PUT, "snapshots/a%20b", "").await;
    assert_eq!(wrong.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn a_snapshot_puts_back_who_could_sign_in() {
    let (sim, client) = small().await;
    control(&sim, Method::PUT, "snapshots/a", "").await;
    let user = client.get("WhoAmI").await.json()["UserId"]
        .as_str()
        .unwrap()
        .to_owned();
    let json = [("content-type", "application/json")];
    let path = format!("systemusers({user})");
    client
        .api(Method::PATCH, &path, &json, r#"{"isdisabled":true}"#)
        .await;
    assert_eq!(client.get("WhoAmI").await.status, StatusCode::FORBIDDEN);
    let gone = control(
        &sim,
        Method::DELETE,
        &format!("applications/{}", sim.client_id()),
        "",
    )
    .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    assert_eq!(
        Client::new(&sim).token(&sim, &[]).await.json()["error_codes"][0],
        700_016
    );
    control(&sim, Method::POST, "snapshots/a/restore", "").await;
    assert_eq!(client.get("WhoAmI").await.status, StatusCode::OK);
    assert_eq!(
        Client::new(&sim).token(&sim, &[]).await.status,
        StatusCode::OK
    );
}

#[tokio::test]
async fn a_replay_after_a_snapshot_answers_the_same_with_new_ids_in_place_of_the_old() {
    let (sim, client) = small().await;
    control(&sim, Method::PUT, "clock", r#"{"frozen":true}"#).await;
    control(&sim, Method::PUT, "snapshots/start", "").await;
    control(&sim, Method::DELETE, "requests", "").await;
    let made = create(&client, "accounts", json!({"name": "Replayed"})).await;
    let at = made.header("odata-entityid").to_owned();
    let json = [("content-type", "application/json")];
    let body = r#"{"telephone1":"1"}"#.to_owned();
    let always = [json[0], ("if-match", "*")];
    let changed = client
        .send(Method::PATCH, &at, &always, body)
        .await
        .unwrap();
    assert_eq!(changed.status, StatusCode::NO_CONTENT);
    client.get("accounts?$filter=name%20eq%20'Replayed'").await;
    client.get("accounts(1)").await;
    Client::new(&sim).get("WhoAmI").await;
    Client::new(&sim).token(&sim, &[]).await;

    let report = control(
        &sim,
        Method::POST,
        "requests/replay",
        r#"{"restore":"start"}"#,
    )
    .await
    .json();
    assert_eq!(report["replayed"], 5, "{report}");
    assert_eq!(report["same"], 5, "{report}");
    assert_eq!(report["skipped"], 1, "the log has no secrets: {report}");
    assert_eq!(
        count(&client, "accounts").await,
        9,
        "the old row is gone, the new one changed"
    );
    let rows = client
        .get("accounts?$filter=name%20eq%20'Replayed'")
        .await
        .json();
    assert_eq!(rows["value"][0]["telephone1"], "1");
    assert!(!at.contains(rows["value"][0]["accountid"].as_str().unwrap()));

    // On top of what is there, the query finds two.
    let first = report["results"][0]["sequence"].as_u64().unwrap();
    let range = json!({"from": first, "to": first + 2}).to_string();
    let report = control(&sim, Method::POST, "requests/replay", &range)
        .await
        .json();
    assert_eq!(report["replayed"], 3);
    let difference = report["results"][2]["difference"].as_str().unwrap();
    assert!(difference.starts_with("/value/"), "{difference}");
    let none = control(&sim, Method::POST, "requests/replay", r#"{"from":999999}"#).await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
}
