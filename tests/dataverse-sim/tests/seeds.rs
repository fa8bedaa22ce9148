//! Rows to begin with.

#![allow(clippy::unwrap_used)] // Helpers outside test functions may stop too.

mod support;

use dataverse_sim::Sim;
use support::Client;

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
    let sim = Sim::builder()
        .seed("small".parse().unwrap())
        .start()
        .await
        .unwrap();
    let client = Client::signed_in(&sim).await;
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
