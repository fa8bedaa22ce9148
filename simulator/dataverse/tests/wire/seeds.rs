//! Rows to begin with.

use crate::support::{Client, small};
use dataverse_sim::Sim;

async fn count(client: &Client, set: &str) -> String {
    client
        .get(&format!("{set}/$count"))
        .await
        .text()
        .trim_start_matches('\u{feff}')
        .to_owned()
}

#[tokio::test]
async fn the_small_seed_is_a_little_sales_organisation() {
    let (_sim, client) = small().await;
    for (set, rows) in [
        ("accounts", "8"),
        ("contacts", "12"),
        ("leads", "10"),
        ("opportunities", "6"),
        ("tasks", "8"),
    ] {
        assert_eq!(count(&client, set).await, rows, "{set}");
    }
    let json = client
        .get("accounts?$select=name&$expand=primarycontactid($select=fullname)&$filter=accountnumber%20eq%20'ACC-1001'")
        .await
        .json();
    assert_eq!(
        json["value"][0]["primarycontactid"]["fullname"],
        "Lena Brandt"
    );
    let json = client.get("tasks?$select=subject&$filter=regardingobjectid_lead_task/companyname%20eq%20'Cedar%20Coffee'").await.json();
    assert_eq!(json["value"][0]["subject"], "Check references");
}

#[tokio::test]
async fn generated_rows_are_the_same_each_time() {
    let first = Sim::builder()
        .seed("rows=500,table=lead".parse().unwrap())
        .start()
        .await
        .unwrap();
    let second = Sim::builder()
        .seed("rows=500,table=lead".parse().unwrap())
        .start()
        .await
        .unwrap();
    let path = "leads?$select=leadid,subject,estimatedamount&$orderby=leadid";
    let (one, other) = (
        Client::signed_in(&first).await,
        Client::signed_in(&second).await,
    );
    let names = |json: serde_json::Value| {
        let rows = json["value"].as_array().unwrap().clone();
        rows.into_iter()
            .map(|row| (row["leadid"].clone(), row["subject"].clone()))
            .collect::<Vec<_>>()
    };
    let (one, other) = (
        names(one.get(path).await.json()),
        names(other.get(path).await.json()),
    );
    assert_eq!(one.len(), 500);
    assert_eq!(one, other);
}

#[tokio::test]
async fn a_file_keeps_rows_and_is_not_seeded_twice() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("organisation.db");
    let start = async || {
        Sim::builder()
            .file(&file)
            .seed("small".parse().unwrap())
            .start()
            .await
            .unwrap()
    };
    {
        let sim = start().await;
        let client = Client::signed_in(&sim).await;
        client
            .api(
                http::Method::POST,
                "leads",
                &[("content-type", "application/json")],
                r#"{"subject":"Kept"}"#,
            )
            .await;
        assert_eq!(count(&client, "leads").await, "11");
    }
    let sim = start().await;
    let client = Client::signed_in(&sim).await;
    assert_eq!(count(&client, "leads").await, "11");
}

#[tokio::test]
async fn a_file_keeps_definitions_registrations_and_every_organisation() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("rows.sqlite");
    let start = async || {
        Sim::builder()
            .file(&file)
            .organisation("sister,seed=small".parse().unwrap())
            .start()
            .await
            .unwrap()
    };
    let json = [("content-type", "application/json")];
    let id = {
        let sim = start().await;
        let client = Client::signed_in_at(&sim, "sister").await;
        let column = r#"{"@odata.type":"Microsoft.Dynamics.CRM.StringAttributeMetadata","SchemaName":"new_Kept",
            "MaxLength":20,"DisplayName":{"LocalizedLabels":[{"Label":"Kept","LanguageCode":1033}]}}"#;
        let path = "EntityDefinitions(LogicalName='lead')/Attributes";
        let made = client.api(http::Method::POST, path, &json, column).await;
        assert_eq!(made.status, 204, "{}", made.text());
        let row = r#"{"subject":"Kept","new_kept":"yes"}"#;
        client.api(http::Method::POST, "leads", &json, row).await;
        let body = r#"{"name":"Kept","secrets":[{"value":"s"}],"application-user":true}"#;
        let url = format!("{}applications", sim.admin_url());
        let made = client
            .send(http::Method::POST, &url, &[], body.into())
            .await;
        made.unwrap().json()["client-id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let sim = start().await;
    let sister = Client::signed_in_at(&sim, "sister").await;
    let found = sister
        .get("leads?$select=new_kept&$filter=new_kept%20eq%20'yes'")
        .await;
    assert_eq!(
        found.json()["value"][0]["new_kept"],
        "yes",
        "{}",
        found.text()
    );
    assert_eq!(count(&sister, "leads").await, "11");
    let first = Client::signed_in(&sim).await;
    assert_eq!(
        first.get("leads?$select=new_kept").await.status,
        400,
        "another organisation"
    );
    assert_eq!(count(&first, "leads").await, "0");
    let token = first
        .token(&sim, &[("client_id", &id), ("client_secret", "s")])
        .await;
    let kept = Client::new(&sim).with_token(token.json()["access_token"].as_str().unwrap());
    assert_eq!(kept.get("WhoAmI").await.status, 200);
}
