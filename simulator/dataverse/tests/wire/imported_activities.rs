//! An organisation whose document has activities of every kind, typed lookups and plain ids that are navigated.

use crate::support::{Answer, Client, create};
use dataverse_sim::schema::import::import;
use dataverse_sim::{RunningSim, Sim};
use http::{Method, StatusCode};
use serde_json::{Value, json};

const ORGANISATION: &str = include_str!("../../examples/organisation.xml");

async fn organisation() -> (RunningSim, Client) {
    let imported = import(ORGANISATION).unwrap();
    let sim = Sim::builder().imported(imported).start().await.unwrap();
    let client = Client::signed_in(&sim).await;
    (sim, client)
}

/// Makes a row and tells its id.
async fn made(client: &Client, set: &str, body: Value) -> String {
    let answer = create(client, set, body).await;
    assert_eq!(answer.status, StatusCode::NO_CONTENT, "{}", answer.text());
    id(&answer)
}

fn id(answer: &Answer) -> String {
    let address = answer.header("odata-entityid");
    let (_, key) = address.rsplit_once('(').unwrap();
    key.trim_end_matches(')').to_owned()
}

fn subjects(rows: &Value) -> Vec<&str> {
    let rows = rows.as_array().unwrap();
    let mut all: Vec<&str> = rows
        .iter()
        .map(|row| row["subject"].as_str().unwrap())
        .collect();
    all.sort_unstable();
    all
}

#[tokio::test]
async fn a_collection_of_activities_has_those_of_every_kind() {
    let (_sim, client) = organisation().await;
    let account = made(&client, "accounts", json!({ "name": "Harbor" })).await;
    let other = made(&client, "accounts", json!({ "name": "Other" })).await;
    for (set, bind) in [
        ("tasks", "regardingobjectid_account_task"),
        ("faxes", "regardingobjectid_account_fax"),
        (
            "socialactivities",
            "regardingobjectid_account_socialactivity",
        ),
        // The way that activities have in common.
        ("recurringappointmentmasters", "regardingobjectid_account"),
        (
            "new_inspections",
            "regardingobjectid_account_new_inspection",
        ),
    ] {
        for target in [&account, &other] {
            let body = json!({ "subject": set, format!("{bind}@odata.bind"): format!("/accounts({target})") });
            made(&client, set, body).await;
        }
    }
    let all = [
        "faxes",
        "new_inspections",
        "recurringappointmentmasters",
        "socialactivities",
        "tasks",
    ];
    let found = client
        .get(&format!(
            "accounts({account})/Account_ActivityPointers?$select=subject"
        ))
        .await
        .json();
    assert!(
        found["@odata.context"]
            .as_str()
            .unwrap()
            .ends_with("$metadata#activitypointers(subject)"),
        "{found}"
    );
    assert_eq!(subjects(&found["value"]), all);
    let path = format!(
        "accounts({account})?$select=name&$expand=Account_ActivityPointers($select=subject),Account_Faxes($select=subject)"
    );
    let expanded = client.get(&path).await.json();
    assert_eq!(subjects(&expanded["Account_ActivityPointers"]), all);
    assert_eq!(subjects(&expanded["Account_Faxes"]), ["faxes"]);
    let own = client
        .get("EntityDefinitions(LogicalName='account')/OneToManyRelationships?$select=SchemaName")
        .await
        .json();
    let own = own["value"].as_array().unwrap().iter();
    let pointers = own.filter(|one| {
        one["SchemaName"]
            .as_str()
            .unwrap()
            .starts_with("Account_ActivityPointers")
    });
    assert_eq!(pointers.count(), 1);
}

#[tokio::test]
async fn an_activity_regards_an_imported_table() {
    let (_sim, client) = organisation().await;
    let article = made(
        &client,
        "knowledgebaserecords",
        json!({ "title": "Moorings" }),
    )
    .await;
    let address = format!("/knowledgebaserecords({article})");
    for (set, way) in [
        ("tasks", "regardingobjectid_knowledgebaserecord_task"),
        ("faxes", "regardingobjectid_knowledgebaserecord_fax"),
        ("new_inspections", "regardingobjectid_knowledgebaserecord"),
    ] {
        let body = json!({ "subject": "T", format!("{way}@odata.bind"): address });
        let row = made(&client, set, body).await;
        let path = format!(
            "{set}({row})?$select=subject,_regardingobjectid_value&$expand={way}($select=title)"
        );
        let annotations = [("prefer", "odata.include-annotations=\"*\"")];
        let found = client.get_with(&path, &annotations).await.json();
        assert_eq!(found["_regardingobjectid_value"], json!(article), "{found}");
        assert_eq!(
            found["_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname"],
            "knowledgebaserecord"
        );
        assert_eq!(
            found["_regardingobjectid_value@Microsoft.Dynamics.CRM.associatednavigationproperty"],
            way
        );
        assert_eq!(found[way]["title"], "Moorings");
        let filter = format!("{set}?$filter={way}/title%20eq%20'Moorings'&$select=subject");
        assert_eq!(
            client.get(&filter).await.json()["value"]
                .as_array()
                .unwrap()
                .len(),
            1,
            "{way}"
        );
    }
    let tasks = client
        .get(&format!(
            "knowledgebaserecords({article})/KnowledgeBaseRecord_Tasks"
        ))
        .await
        .json();
    assert_eq!(subjects(&tasks["value"]), ["T"]);
    let all = client
        .get(&format!(
            "knowledgebaserecords({article})/knowledgebaserecord_ActivityPointers"
        ))
        .await
        .json();
    assert_eq!(all["value"].as_array().unwrap().len(), 3);
    let gone = client
        .api(
            Method::DELETE,
            &format!("knowledgebaserecords({article})"),
            &[],
            "",
        )
        .await;
    assert_eq!(gone.status, StatusCode::NO_CONTENT);
    let left = client
        .get("tasks?$select=_regardingobjectid_value")
        .await
        .json();
    assert_eq!(left["value"][0]["_regardingobjectid_value"], Value::Null);
}

#[tokio::test]
async fn notes_are_about_imported_tables() {
    let (_sim, client) = organisation().await;
    let article = made(
        &client,
        "knowledgebaserecords",
        json!({ "title": "Moorings" }),
    )
    .await;
    let note = json!({ "subject": "Seen", "objectid_knowledgebaserecord@odata.bind": format!("/knowledgebaserecords({article})") });
    made(&client, "annotations", note).await;
    let notes = client.get(&format!("knowledgebaserecords({article})?$expand=KnowledgeBaseRecord_Annotations($select=subject)")).await.json();
    assert_eq!(
        subjects(&notes["KnowledgeBaseRecord_Annotations"]),
        ["Seen"]
    );
}

#[tokio::test]
async fn a_plain_id_is_navigated_like_a_lookup() {
    let (_sim, client) = organisation().await;
    let stage = made(&client, "processstages", json!({ "stagename": "Qualify" })).await;
    let body = json!({ "name": "Harbor", "stageid_processstage@odata.bind": format!("/processstages({stage})") });
    let account = made(&client, "accounts", body).await;
    let path = format!(
        "accounts({account})?$select=stageid&$expand=stageid_processstage($select=stagename)"
    );
    let found = client.get(&path).await.json();
    assert_eq!(found["stageid"], json!(stage), "{found}");
    assert_eq!(found["stageid_processstage"]["stagename"], "Qualify");
    let back = client
        .get(&format!(
            "processstages({stage})/processstage_account?$select=name"
        ))
        .await
        .json();
    assert_eq!(back["value"][0]["name"], "Harbor");
    let reference = client
        .get(&format!("accounts({account})/stageid_processstage/$ref"))
        .await
        .json();
    assert!(
        reference["@odata.id"]
            .as_str()
            .unwrap()
            .ends_with(&format!("processstages({stage})")),
        "{reference}"
    );
    let expanded = client
        .get(&format!(
            "accounts({account})?$expand=stageid_processstage/$ref"
        ))
        .await
        .json();
    let address = expanded["stageid_processstage"]["@odata.id"].as_str();
    assert!(
        address.is_some_and(|one| one.ends_with(&format!("processstages({stage})"))),
        "{expanded}"
    );
    let untied = client
        .api(
            Method::DELETE,
            &format!("processstages({stage})/processstage_account({account})/$ref"),
            &[],
            "",
        )
        .await;
    assert_eq!(untied.status, StatusCode::NO_CONTENT, "{}", untied.text());
    assert_eq!(client.get(&path).await.json()["stageid"], Value::Null);
}

#[tokio::test]
async fn rows_of_one_table_are_tied_to_one_another() {
    let (sim, client) = organisation().await;
    let hull = made(&client, "new_assets", json!({ "new_name": "Hull" })).await;
    let keel = made(&client, "new_assets", json!({ "new_name": "Keel" })).await;
    let target =
        json!({ "@odata.id": format!("{}new_assets({keel})", sim.web_api_url()) }).to_string();
    let json = [("content-type", "application/json")];
    let path = format!("new_assets({hull})/new_asset_parts_first/$ref");
    let tied = client.api(Method::POST, &path, &json, &target).await;
    assert_eq!(tied.status, StatusCode::NO_CONTENT, "{}", tied.text());
    for (row, way, other) in [
        (&hull, "new_asset_parts_first", "Keel"),
        (&keel, "new_asset_parts_second", "Hull"),
    ] {
        let found = client
            .get(&format!("new_assets({row})/{way}?$select=new_name"))
            .await
            .json();
        assert_eq!(found["value"][0]["new_name"], other, "{found}");
    }
}
