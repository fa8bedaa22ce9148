//! The audit through the real host: what was changed in a row, by whom, and its way back.

use dataverse_sim::control::{Effect, FaultRule};
use serde_json::{Value, json};
use support::Office;

/// An office that audits its accounts, and an account of it that was changed once.
async fn audited() -> (Office, String) {
    let office = Office::open().await;
    let input = json!({"table": "organization", "select": ["organizationid"]});
    let found = office.run("list-rows", input).await.unwrap();
    let on = json!({
        "table": "organization", "id": found["rows"][0]["organizationid"],
        "row": {"isauditenabled": true},
    });
    office.run("update-row", on).await.unwrap();
    let table = "EntityDefinitions(LogicalName='account')";
    let read = office
        .run("raw-request", json!({"url": table}))
        .await
        .unwrap();
    let id = read["body"]["MetadataId"].as_str().unwrap();
    let on = json!({
        "url": format!("EntityDefinitions({id})"), "method": "PUT",
        "headers": {"MSCRM.MergeLabels": "true"},
        "data": {"@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata", "IsAuditEnabled": {
            "Value": true, "CanBeChanged": true,
            "ManagedPropertyLogicalName": "canmodifyauditsettings"}},
    });
    office.run("raw-request", on).await.unwrap();
    let row = json!({"table": "account", "row": {"name": "Harbor", "telephone1": "1"}});
    let created = office.run("create-row", row).await.unwrap();
    let id = created["id"].as_str().unwrap().to_owned();
    let change = json!({
        "table": "account", "id": id,
        "row": {"telephone1": "2", "fax": "9", "industrycode": "Consulting"},
    });
    office.run("update-row", change).await.unwrap();
    (office, id)
}

/// The change among the entries; a second is as fine as the service tells time.
async fn the_change(office: &Office, id: &str) -> Value {
    let input = json!({"table": "account", "id": id});
    let told = office.run("row-history", input).await.unwrap();
    let entries = told["entries"].as_array().unwrap();
    assert_eq!(entries.len(), 2, "{told}");
    let update = entries.iter().find(|entry| entry["action"] == "Update");
    update.unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_history_tells_old_and_new_values_and_who_made_them() {
    let (office, id) = audited().await;
    office
        .sim
        .add_fault(FaultRule::new("/audits", Effect::ResetAfter).times(1));
    let entry = the_change(&office, &id).await;
    assert!(
        entry["user-id"].is_string() && entry["at"].is_string(),
        "{entry}"
    );
    let changes = entry["changes"].as_array().unwrap();
    let of = |name: &str| changes.iter().find(|one| one["column"] == name).unwrap();
    assert_eq!(of("telephone1")["old"], "1");
    assert_eq!(of("telephone1")["new"], "2");
    assert_eq!(of("fax")["old"], Value::Null);
    assert_eq!(of("industrycode")["new-text"], "Consulting");
    assert!(of("industrycode")["label"].is_string(), "{entry}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_undone_after_a_dry_run_that_only_shows_it() {
    let (office, id) = audited().await;
    let change = the_change(&office, &id).await["id"].clone();
    let undo = json!({"table": "account", "id": id, "change": change});
    let now = async || {
        let columns = json!(["telephone1", "fax", "industrycode", "name"]);
        let input = json!({"table": "account", "id": id, "select": columns});
        office.run("get-row", input).await.unwrap()["row"].clone()
    };
    let call = office.call("restore-row", undo.clone());
    let shown = format!("{:?}", office.host.dry_run(&call).await.unwrap());
    assert!(shown.contains("telephone1"), "{shown}");
    assert_eq!(now().await["telephone1"], "2");

    let restored = office.run("restore-row", undo.clone()).await.unwrap();
    assert_eq!(restored["outcome"], "restored");
    let row = now().await;
    assert_eq!(row["telephone1"], "1");
    assert_eq!(
        (&row["fax"], &row["industrycode"]),
        (&Value::Null, &Value::Null)
    );
    assert_eq!(row["name"], "Harbor");
    let again = office.run("restore-row", undo).await.unwrap();
    assert_eq!(again["outcome"], "unchanged");
}
