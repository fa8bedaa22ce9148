//! Blocks of other systems, through the real host, against a Dataverse.

use airlock_runtime::{ConnectorError, HostError};
use serde_json::{Value, json};
use support::Office;

/// The address of the Web API as a block would write it.
fn address(row: &Value) -> String {
    row["@odata.id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flow_of_power_automate_makes_relates_reads_and_deletes() {
    let office = Office::open().await;
    let account = office
        .run(
            "CreateRecord",
            json!({"entityName": "accounts", "item/name": "Dialect & Sons"}),
        )
        .await
        .unwrap();
    assert_eq!(account["name"], "Dialect & Sons");
    let id = account["accountid"].as_str().unwrap();
    let contact = office
        .run(
            "CreateRecord",
            json!({"entityName": "contacts", "item/lastname": "Rossi",
                "item/parentcustomerid_account@odata.bind": format!("/accounts({id})")}),
        )
        .await
        .unwrap();
    assert_eq!(
        contact["_parentcustomerid_value@OData.Community.Display.V1.FormattedValue"],
        "Dialect & Sons"
    );
    let related = json!({"entityName": "accounts", "recordId": id,
        "associationEntityRelationship": "primarycontactid", "item/@odata.id": address(&contact)});
    assert_eq!(
        office.run("AssociateEntities", related).await.unwrap(),
        Value::Null
    );
    let list = json!({"entityName": "accounts", "$select": "name,_primarycontactid_value",
        "$filter": "name eq 'Dialect & Sons'", "$expand": "primarycontactid($select=lastname)"});
    let listed = office.run("ListRecords", list).await.unwrap();
    assert_eq!(listed["value"][0]["primarycontactid"]["lastname"], "Rossi");
    let unknown = "7d3e0c11-1111-4222-8333-00000000000a";
    let change = |id: &str| json!({"entityName": "accounts", "recordId": id, "item/name": "Other"});
    let made = office.run("UpdateRecord", change(unknown)).await.unwrap();
    assert_eq!(made["accountid"], unknown);
    let gone = office
        .run(
            "UpdateOnlyRecord",
            change("7d3e0c11-1111-4222-8333-00000000000b"),
        )
        .await;
    assert!(
        matches!(gone, Err(HostError::Connector(ConnectorError::NotFound(_)))),
        "{gone:?}"
    );
    let set = json!({"actions": {
        "Rename": {"operationId": "UpdateOnlyRecord",
            "parameters": {"entityName": "accounts", "recordId": unknown, "item/name": "Last"}},
        "Drop": {"operationId": "DeleteRecord", "parameters": {"entityName": "accounts", "recordId": id}},
    }});
    let done = office.run("ExecuteChangeset", set).await.unwrap();
    assert_eq!(done["Rename"]["name"], "Last", "{done}");
    assert_eq!(done["Drop"], Value::Null);
    let read = office
        .run("GetItem", json!({"entityName": "accounts", "recordId": id}))
        .await;
    assert!(
        matches!(read, Err(HostError::Connector(ConnectorError::NotFound(_)))),
        "{read:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workflow_of_logic_apps_works_in_both_versions() {
    let office = Office::open().await;
    let here = office.sim.base_url();
    for (dataset, version) in [("default.cds", ""), (here.as_str(), "_V2")] {
        let with = |more: Value| {
            let mut input = json!({"dataset": dataset, "table": "tasks"});
            input
                .as_object_mut()
                .unwrap()
                .extend(more.as_object().unwrap().clone());
            input
        };
        let item =
            json!({"item": {"subject": "Call back", "description": null, "percentcomplete": "40"}});
        let made = office
            .run(&format!("PostItem{version}"), with(item))
            .await
            .unwrap();
        assert_eq!(made["percentcomplete"], 40);
        let id = &made["activityid"];
        let change = with(json!({"id": id, "item/subject": ""}));
        let changed = office
            .run(&format!("PatchItem{version}"), change)
            .await
            .unwrap();
        assert_eq!(changed["activityid"], *id);
        let filter = format!("activityid eq {}", id.as_str().unwrap());
        let found = with(json!({"$filter": filter, "$top": 5}));
        let found = office
            .run(&format!("GetItems{version}"), found)
            .await
            .unwrap();
        assert_eq!(found["value"].as_array().unwrap().len(), 1);
        let read = format!("logic-apps:GetItem{version}");
        assert_eq!(
            office.run(&read, with(json!({"id": id}))).await.unwrap()["activityid"],
            *id
        );
        office
            .run(&format!("DeleteItem{version}"), with(json!({"id": id})))
            .await
            .unwrap();
    }
    let elsewhere = json!({"dataset": "https://fabrikam.crm.dynamics.com", "table": "tasks"});
    let error = office.run("GetItems", elsewhere).await.unwrap_err();
    let HostError::Connector(ConnectorError::InvalidInput(faults)) = error else {
        panic!("{error:?}");
    };
    assert_eq!(faults[0].pointer, "/dataset");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_of_prismatic_writes_pages_and_batches() {
    let office = Office::open().await;
    let write = json!({"entityType": "accounts", "dynamicValues": {"name": "Weak", "revenue": "12.50"},
        "fieldValues": [{"key": "name", "value": "Strong"}]});
    let made = office.run("createEntity", write).await.unwrap();
    assert_eq!(made["name"], "Strong");
    assert_eq!(made["revenue"].to_string(), "12.5000");
    let query = |more: Value| {
        let mut input =
            json!({"entityType": "accounts", "fieldNames": ["name"], "recordsPerPage": "2"});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let first = office.run("queryEntities", query(json!({}))).await.unwrap();
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    assert_eq!(first["oDataNextLink"], first["@odata.nextLink"]);
    let second = query(json!({"nextPageId": first["oDataNextLink"]}));
    let second = office.run("queryEntities", second).await.unwrap();
    assert_ne!(
        second["value"][0]["accountid"],
        first["value"][0]["accountid"]
    );
    let all = office
        .run("queryEntities", query(json!({"fetchAll": "true"})))
        .await
        .unwrap();
    assert!(all["value"].as_array().unwrap().len() > 2 && all.get("oDataNextLink").is_none());

    let fetch = "<fetch count='2'><entity name='account'><attribute name='name'/></entity></fetch>";
    let fetched = |more: Value| {
        let mut input = json!({"entityType": "accounts", "xmlQuery": fetch});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        input
    };
    let first = office.run("fetchXml", fetched(json!({}))).await.unwrap();
    let paging = &first["PagingInfo"];
    assert_eq!(paging["nextPage"], 2, "{first}");
    let next = fetched(json!({"pageNumber": paging["nextPage"], "nextPageId": paging["cookie"]}));
    let second = office.run("fetchXml", next).await.unwrap();
    assert_ne!(
        second["value"][0]["accountid"],
        first["value"][0]["accountid"]
    );

    let actions = json!({"actions": [
        {"collection": "accounts", "action": "create", "returnRepresentation": true, "data": {"name": "One"}},
        {"collection": "accounts", "action": "update", "key": made["accountid"], "data": {"name": "Two"}},
        {"collection": "accounts", "action": "delete", "key": made["accountid"]},
    ]});
    let done = office.run("batchEntityActions", actions).await.unwrap();
    assert_eq!(done[0]["name"], "One", "{done}");
    assert_eq!((&done[1], &done[2]), (&json!({}), &json!({})));
}
