//! Blocks of other systems at work: their own keys in, their own answers out, one system after the other.

use crate::desk::{code, desk, done, err};
use serde_json::{Value, json};

/// The answer of an operation to an input.
fn asked(operation: &str, input: &Value) -> Value {
    let words = ["run", "crm", operation, "--input", "-", "-o", "json"];
    let output = desk().fed(&words, input.to_string().as_bytes());
    serde_json::from_str(&done(&output)).unwrap()
}

/// The exit code of an operation that is refused.
fn refused(operation: &str, input: &Value) -> Option<i32> {
    let words = ["run", "crm", operation, "--input", "-", "-o", "json"];
    code(&desk().fed(&words, input.to_string().as_bytes()))
}

/// An object with more in it.
fn with(base: &Value, more: &Value) -> Value {
    let mut whole = base.as_object().unwrap().clone();
    whole.extend(more.as_object().unwrap().clone());
    Value::Object(whole)
}

#[test]
fn a_flow_of_power_automate_makes_relates_reads_and_deletes() {
    let account = json!({"entityName": "accounts", "item/name": "Dialect & Sons"});
    let account = asked("CreateRecord", &account);
    let at = json!({"entityName": "accounts", "recordId": account["accountid"]});
    let bind = format!("/accounts({})", account["accountid"].as_str().unwrap());
    let contact = asked(
        "CreateRecord",
        &json!({"entityName": "contacts", "item/lastname": "Rossi",
            "item/parentcustomerid_account@odata.bind": bind}),
    );
    let text = "_parentcustomerid_value@OData.Community.Display.V1.FormattedValue";
    assert_eq!(contact[text], "Dialect & Sons");
    // What a read says of a row's address relates it as it stands.
    let related = json!({"associationEntityRelationship": "account_primary_contact",
        "item/@odata.id": contact["@odata.id"]});
    assert_eq!(
        asked("AssociateEntities", &with(&at, &related)),
        Value::Null
    );
    let listed = asked(
        "ListRecords",
        &json!({"entityName": "accounts", "$select": "name", "$filter": "name eq 'Dialect & Sons'",
            "$expand": "primarycontactid($select=lastname)"}),
    );
    assert_eq!(listed["value"][0]["primarycontactid"]["lastname"], "Rossi");
    let unknown = |id: &str| json!({"entityName": "accounts", "recordId": id, "item/name": "New"});
    let made = "7d3e0c11-1111-4222-8333-00000000000a";
    assert_eq!(asked("UpdateRecord", &unknown(made))["accountid"], made);
    let missing = unknown("7d3e0c11-1111-4222-8333-00000000000b");
    assert_eq!(refused("UpdateOnlyRecord", &missing), Some(4));
    let set = json!({"actions": {
        "Rename": {"operationId": "UpdateOnlyRecord", "parameters": with(&at, &json!({"item/name": "Last"}))},
        "Drop": {"operationId": "DeleteRecord", "parameters": {"entityName": "accounts", "recordId": made}},
    }});
    let done = asked("ExecuteChangeset", &set);
    assert_eq!(
        (&done["Rename"]["name"], &done["Drop"]),
        (&json!("Last"), &Value::Null)
    );
    assert_eq!(asked("DeleteRecord", &at), Value::Null);
    assert_eq!(refused("GetItem", &at), Some(4));
}

#[test]
fn a_workflow_of_logic_apps_works_in_both_versions() {
    for version in ["", "_V2"] {
        let at = json!({"dataset": "default.cds", "table": "tasks"});
        let item =
            json!({"item": {"subject": "Call back", "description": null, "percentcomplete": "40"}});
        let made = asked(&format!("PostItem{version}"), &with(&at, &item));
        assert_eq!(made["percentcomplete"], 40);
        assert_eq!(made["ItemInternalId"], made["activityid"]);
        assert_eq!(made["_ownerid_type"], "systemusers");
        let one = with(&at, &json!({"id": made["activityid"]}));
        let changed = with(&one, &json!({"item/subject": "Called"}));
        let changed = asked(&format!("PatchItem{version}"), &changed);
        assert_eq!(changed["subject"], "Called");
        let filter = format!("activityid eq {}", made["activityid"].as_str().unwrap());
        let found = with(&at, &json!({"$filter": filter, "$top": 5}));
        let found = asked(&format!("GetItems{version}"), &found);
        assert_eq!(found["value"].as_array().unwrap().len(), 1);
        let read = asked(&format!("logic-apps:GetItem{version}"), &one);
        assert_eq!(read["subject"], "Called");
        asked(&format!("DeleteItem{version}"), &one);
    }
    let elsewhere = json!({"dataset": "https://fabrikam.crm.dynamics.com", "table": "tasks"});
    assert_eq!(refused("GetItems", &elsewhere), Some(2));
}

#[test]
fn a_step_of_prismatic_writes_pages_and_batches() {
    let made = asked(
        "createEntity",
        &json!({"entityType": "accounts", "dynamicValues": {"name": "Weak", "revenue": "12.50"},
            "fieldValues": [{"key": "name", "value": "Strong"}]}),
    );
    assert_eq!(made["name"], "Strong");
    let query = json!({"entityType": "accounts", "fieldNames": ["name"], "recordsPerPage": "2"});
    let first = asked("queryEntities", &query);
    assert_eq!(first["value"].as_array().unwrap().len(), 2);
    let next = json!({"nextPageId": first["oDataNextLink"]});
    let second = asked("queryEntities", &with(&query, &next));
    assert_ne!(
        second["value"][0]["accountid"],
        first["value"][0]["accountid"]
    );
    let all = asked("queryEntities", &with(&query, &json!({"fetchAll": "true"})));
    assert!(all["value"].as_array().unwrap().len() > 2);
    assert_eq!(all.get("oDataNextLink"), None);

    let fetch = "<fetch count='2'><entity name='account'><attribute name='name'/></entity></fetch>";
    let fetch = json!({"entityType": "accounts", "xmlQuery": fetch});
    let first = asked("fetchXml", &fetch);
    let paging = &first["PagingInfo"];
    let next = json!({"pageNumber": paging["nextPage"], "nextPageId": paging["cookie"]});
    let second = asked("fetchXml", &with(&fetch, &next));
    assert_ne!(
        second["value"][0]["accountid"],
        first["value"][0]["accountid"]
    );

    let id = &made["accountid"];
    let batch = json!({"actions": [
        {"collection": "accounts", "action": "create", "returnRepresentation": true, "data": {"name": "One"}},
        {"collection": "accounts", "action": "update", "key": id, "data": {"name": "Two"}},
        {"collection": "accounts", "action": "delete", "key": id},
    ]});
    let done = asked("batchEntityActions", &batch);
    assert_eq!(done[0]["name"], "One");
    assert_eq!((&done[1], &done[2]), (&json!({}), &json!({})));
}

#[test]
fn a_block_cut_out_of_a_flow_runs_as_it_stands() {
    let block = json!({"List": {"type": "ApiConnection", "inputs": {
        "host": {"connection": {"name": "@parameters('$connections')['commondataservice']['connectionId']"}},
        "method": "get",
        "path": "/v2/datasets/@{encodeURIComponent(encodeURIComponent('default.cds'))}/tables/@{encodeURIComponent(encodeURIComponent('leads'))}/items",
        "queries": {"$top": "@add(1,1)"},
    }}});
    let words = ["run", "crm", "--definition", "-", "-o", "json"];
    let answer = done(&desk().fed(&words, block.to_string().as_bytes()));
    let answer: Value = serde_json::from_str(&answer).unwrap();
    assert_eq!(answer["value"].as_array().unwrap().len(), 2);
    let twice = desk().run(&["run", "crm", "ListRecords", "--definition", "block.json"]);
    assert_eq!(code(&twice), Some(2));
    assert!(err(&twice).contains("leave out ACTION"), "{}", err(&twice));
}
