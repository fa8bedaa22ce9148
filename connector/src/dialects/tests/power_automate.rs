//! Power Automate.

use airlock_connector::http::Method;
use serde_json::{Value, json};

use super::{asked, body, header, request, whole};
use crate::{
    actions::testing::{ID, faults, run, sent},
    tables::testing::organisation,
};

const EVERYTHING: &str = "odata.include-annotations=\"*\"";

#[test]
fn a_list_is_asked_for_in_the_systems_words_and_given_in_them() {
    let next = "https://contoso.crm.dynamics.com/api/data/v9.2/tasks?$skiptoken=abc";
    let page = json!({"value": [whole(ID)], "@odata.nextLink": next});
    let input = json!({
        "entityName": "tasks", "$select": "subject, percentcomplete", "$filter": "statecode eq 0",
        "$orderby": "subject desc,percentcomplete", "$expand": "", "$top": "2",
        "prefer": "odata.include-annotations=*",
    });
    let (output, script) = asked("ListRecords", input, (Method::Get, "tasks?", 200), &page);
    assert_eq!(
        output,
        json!({"value": [whole(ID)], "@odata.nextLink": next})
    );
    assert_eq!(
        request(&script),
        "GET tasks?$select=subject,percentcomplete&$filter=statecode%20eq%200&$orderby=subject%20desc,percentcomplete"
    );
    assert_eq!(
        header(&script, "prefer"),
        format!("odata.maxpagesize=2,{EVERYTHING}")
    );
    assert_eq!(
        header(&script, "accept"),
        "application/json;odata.metadata=full"
    );
}

#[test]
fn a_flow_goes_on_by_the_token_of_a_link_encoded_or_not() {
    for token in [
        "<cookie pagenumber=\"2\"/>",
        "%3Ccookie%20pagenumber=%222%22/%3E",
    ] {
        let input = json!({"entityName": "tasks", "$skiptoken": token});
        let (_, script) = asked(
            "ListRecords",
            input,
            (Method::Get, "tasks?", 200),
            &json!({"value": []}),
        );
        let request = request(&script);
        assert!(
            request.contains("skiptoken=%3Ccookie%20pagenumber"),
            "{request}"
        );
        assert!(!request.contains("%25"), "{request}");
    }
}

#[test]
fn a_threshold_of_pagination_reads_whole_pages_and_gives_no_link() {
    let next = "https://contoso.crm.dynamics.com/api/data/v9.2/tasks?page=";
    let page = |number: u32| json!({"value": [{"n": number}, {"n": 0}], "@odata.nextLink": format!("{next}{number}")});
    let script = organisation()
        .answer(Method::Get, "tasks", 200, &page(2).to_string())
        .answer(Method::Get, "tasks?page=2", 200, &page(3).to_string());
    let input = json!({"entityName": "tasks", "minimumItemCount": 3});
    let output = run(&script, "ListRecords", input).unwrap();
    assert_eq!(output["value"].as_array().unwrap().len(), 4);
    assert_eq!(output.get("@odata.nextLink"), None);
}

#[test]
fn a_row_is_read_as_it_stands() {
    let input = json!({"entityName": "tasks", "recordId": format!("{{{}}}", ID.to_uppercase()), "$select": "subject"});
    let resource = format!("tasks({ID})");
    let (output, script) = asked("getitem", input, (Method::Get, &resource, 200), &whole(ID));
    assert_eq!(output, whole(ID));
    assert_eq!(request(&script), format!("GET tasks({ID})?$select=subject"));
    assert_eq!(header(&script, "prefer"), EVERYTHING);
}

#[test]
fn a_new_row_is_made_of_flat_keys_and_given_whole() {
    let input = json!({
        "entityName": "tasks", "item/subject": "Call", "item/percentcomplete": "40",
        "item/description": "", "item/contoso_budget": null,
        "item/regardingobjectid_account_task@odata.bind": format!("accounts({ID})"),
        "item/_ownerid_value": "", "item/_ownerid_type": "",
    });
    let (output, script) = asked(
        "CreateRecord",
        input,
        (Method::Post, "tasks", 201),
        &whole(ID),
    );
    assert_eq!(output, whole(ID));
    // What is blank is an empty text in a text column and nothing in a pair; a new row has no null.
    assert_eq!(
        body(&script),
        json!({
            "subject": "Call", "percentcomplete": 40, "description": "",
            "regardingobjectid_account_task@odata.bind": format!("/accounts({ID})"),
        })
    );
    assert_eq!(
        header(&script, "prefer"),
        format!("return=representation,{EVERYTHING}")
    );
}

#[test]
fn owner_and_regarding_come_as_an_id_and_a_set() {
    let input = json!({
        "entityName": "tasks", "item/subject": "Call",
        "item/_regardingobjectid_value": ID, "item/_regardingobjectid_type": "accounts",
        "item/_ownerid_value": ID, "item/_ownerid_type": "teams",
    });
    let (_, script) = asked(
        "CreateRecord",
        input,
        (Method::Post, "tasks", 201),
        &whole(ID),
    );
    assert_eq!(
        body(&script),
        json!({
            "subject": "Call",
            "regardingobjectid_account_task@odata.bind": format!("/accounts({ID})"),
            "ownerid@odata.bind": format!("/teams({ID})"),
        })
    );
}

#[test]
fn an_update_creates_what_is_not_there_and_an_update_only_does_not() {
    for (operation, condition) in [("UpdateRecord", "null"), ("UpdateOnlyRecord", "*")] {
        let input = json!({"entityName": "tasks", "recordId": ID, "item": {"subject": null}});
        let resource = format!("tasks({ID})");
        let (output, script) = asked(
            operation,
            input,
            (Method::Patch, &resource, 200),
            &whole(ID),
        );
        assert_eq!(output, whole(ID), "{operation}");
        assert_eq!(body(&script), json!({"subject": null}));
        let name = if condition == "*" {
            "if-match"
        } else {
            "if-none-match"
        };
        assert_eq!(header(&script, name), condition, "{operation}");
    }
}

#[test]
fn a_row_that_is_deleted_leaves_nothing() {
    let input = json!({"entityName": "tasks", "recordId": ID});
    let (output, _) = asked(
        "DELETERECORD",
        input,
        (Method::Delete, "tasks(", 204),
        &Value::Null,
    );
    assert_eq!(output, Value::Null);
}

#[test]
fn a_row_is_related_by_the_address_that_a_read_gives() {
    let address = format!("https://contoso.crm.dynamics.com/api/data/v9.1/tasks({ID})");
    for (operation, key) in [
        ("AssociateEntities", "item/@odata.id"),
        ("DisassociateEntities", "$id"),
    ] {
        let method = if key == "$id" {
            Method::Delete
        } else {
            Method::Post
        };
        let input = json!({"entityName": "accounts", "recordId": ID,
            "associationEntityRelationship": "Account_Tasks", key: address});
        let (output, script) = asked(operation, input, (method, "accounts(", 204), &Value::Null);
        assert_eq!(output, Value::Null, "{operation}");
        assert!(
            sent(&script)[0].contains("/Account_Tasks"),
            "{:?}",
            sent(&script)
        );
    }
    let whole = json!({"entityName": "accounts", "recordId": ID,
        "associationEntityRelationship": "Account_Tasks", "item": {"@odata.id": address}});
    asked(
        "AssociateEntities",
        whole,
        (Method::Post, "accounts(", 204),
        &Value::Null,
    );
}

#[test]
fn the_blocks_of_a_change_set_are_told_by_their_names() {
    let answer = "--b\r\nContent-Type: multipart/mixed; boundary=c\r\n\r\n\
        --c\r\nContent-Type: application/http\r\nContent-ID: 1\r\n\r\n\
        HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n\r\n{\"activityid\":\"x\"}\r\n\
        --c\r\nContent-Type: application/http\r\nContent-ID: 2\r\n\r\n\
        HTTP/1.1 204 No Content\r\n\r\n\r\n--c--\r\n--b--\r\n";
    let script = organisation().answer_with(
        Method::Post,
        "$batch",
        200,
        &[("content-type", "multipart/mixed; boundary=b")],
        answer,
    );
    let input = json!({"actions": {
        "Add_a_task": {"operationId": "CreateRecord", "parameters": {"entityName": "tasks", "item/subject": "Call"}},
        "Delete_it": {"operationId": "DeleteRecord", "parameters": {"entityName": "tasks", "recordId": ID}},
    }});
    let output = run(&script, "ExecuteChangeset", input).unwrap();
    assert_eq!(
        output,
        json!({"Add_a_task": {"activityid": "x"}, "Delete_it": null})
    );
}

#[test]
fn a_twin_that_names_the_organisation_does_the_same_there() {
    for organization in ["current", "https://contoso.crm.dynamics.com"] {
        let input = json!({"organization": organization, "entityName": "tasks", "recordId": ID});
        let resource = format!("tasks({ID})");
        let (output, _) = asked(
            "GetItemWithOrganization",
            input,
            (Method::Get, &resource, 200),
            &whole(ID),
        );
        assert_eq!(output, whole(ID));
    }
    let input = json!({"organization": "https://fabrikam.crm.dynamics.com", "entityName": "tasks", "recordId": ID});
    let error = run(&organisation(), "DeleteRecordWithOrganization", input).unwrap_err();
    assert_eq!(faults(error)[0].0, "/organization");
}

#[test]
fn relevant_rows_are_asked_for_and_given_as_the_service_tells_them() {
    let row = json!({"@search.entityname": "task", "@search.objectid": ID, "@search.score": 1.5,
        "@search.highlights": {}, "@search.objecttypecode": 4212, "subject": "Harbor"});
    let answer = json!({"value": [row], "totalrecordcount": 7, "facets": {"ownerid": []}});
    let input = json!({
        "search": "harbor", "searchtype": "full", "searchmode": "all", "top": "5", "skip": 1,
        "filter": "task:percentcomplete gt 5", "orderby": ["subject desc"], "facets": ["ownerid"],
        "entities": ["task"], "returntotalrecordcount": true,
    });
    let address = "https://contoso.crm.dynamics.com/api/search/v1.0/query";
    let (output, script) = asked(
        "GetRelevantRows",
        input,
        (Method::Post, address, 200),
        &answer,
    );
    assert_eq!(output, answer);
    assert_eq!(
        body(&script),
        json!({"search": "harbor", "searchtype": "full", "searchmode": "all", "top": 5, "skip": 1,
            "filter": "task:percentcomplete gt 5", "orderby": ["subject desc"],
            "facets": ["ownerid"], "entities": ["task"], "returntotalrecordcount": true})
    );
}
