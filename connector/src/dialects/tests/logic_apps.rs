//! Logic Apps.

use airlock_connector::http::Method;
use serde_json::{Value, json};

use super::{asked, body, header, request, whole};
use crate::actions::testing::{ID, sent};

#[test]
fn the_first_version_leaves_rows_out_and_gives_256() {
    let input = json!({"dataset": "default.cds", "table": "tasks", "$skip": 1, "$filter": "statecode eq 0"});
    let page = json!({"value": [{"subject": "a"}, {"subject": "b"}]});
    let (output, script) = asked("GetItems", input, (Method::Get, "tasks?", 200), &page);
    assert_eq!(output, json!({"value": [{"subject": "b"}]}));
    assert_eq!(
        request(&script),
        "GET tasks?$filter=statecode%20eq%200&$orderby=activityid"
    );
    assert!(header(&script, "prefer").contains("odata.maxpagesize=257"));
}

#[test]
fn the_second_version_aggregates_and_expands() {
    let input = json!({"dataset": "contoso.crm", "table": "task",
        "$apply": "groupby((statuscode),aggregate($count as rows))"});
    let (_, script) = asked(
        "GetItems_V2",
        input,
        (Method::Get, "tasks?", 200),
        &json!({"value": []}),
    );
    assert!(
        request(&script).contains("$apply=groupby"),
        "{}",
        request(&script)
    );
    let input = json!({"dataset": "current", "table": "tasks",
        "$expand": "regardingobjectid_account_task($select=name,telephone1;$expand=primarycontactid($select=fullname)),ownerid"});
    let (_, script) = asked(
        "getitems_v2",
        input,
        (Method::Get, "tasks?", 200),
        &json!({"value": []}),
    );
    assert!(
        request(&script).contains(",ownerid"),
        "{}",
        request(&script)
    );
}

#[test]
fn rows_are_read_written_and_deleted() {
    for version in ["", "_V2"] {
        let resource = format!("tasks({ID})");
        let at = json!({"dataset": "default.cds", "table": "tasks", "id": ID});
        let with = |more: Value| {
            let mut input = at.as_object().unwrap().clone();
            input.extend(more.as_object().unwrap().clone());
            Value::Object(input)
        };
        let get = format!("logic-apps:GetItem{version}");
        let (output, _) = asked(&get, at.clone(), (Method::Get, &resource, 200), &whole(ID));
        assert_eq!(output["subject"], "Call");
        let patch = format!("PatchItem{version}");
        let change = with(json!({"item/subject": null, "item/percentcomplete": 5}));
        let (output, script) = asked(&patch, change, (Method::Patch, &resource, 200), &whole(ID));
        assert_eq!(output["subject"], "Call");
        assert_eq!(
            body(&script),
            json!({"subject": null, "percentcomplete": 5})
        );
        assert_eq!(header(&script, "if-match"), "*");
        let delete = format!("DeleteItem{version}");
        let (output, _) = asked(
            &delete,
            at.clone(),
            (Method::Delete, &resource, 204),
            &Value::Null,
        );
        assert_eq!(output, Value::Null);
    }
}

#[test]
fn what_has_no_value_is_not_sent_with_a_new_row() {
    let input = json!({"dataset": "default.cds", "table": "tasks",
        "item": {"subject": "Call", "description": "", "percentcomplete": null}});
    let (output, script) = asked(
        "PostItem_V2",
        input,
        (Method::Post, "tasks", 201),
        &whole(ID),
    );
    assert_eq!(output["activityid"], ID);
    assert_eq!(body(&script), json!({"subject": "Call", "description": ""}));
    assert_eq!(sent(&script), ["POST tasks"]);
}

#[test]
fn an_item_says_its_id_its_labels_and_the_sets_of_its_lookups() {
    let row = json!({
        "@odata.id": format!("https://contoso.crm.dynamics.com/api/data/v9.2/tasks({ID})"),
        "@odata.type": "#Microsoft.Dynamics.CRM.task",
        "activityid": ID,
        "statecode": 0,
        "statecode@OData.Community.Display.V1.FormattedValue": "Open",
        "_ownerid_value": ID,
        "_ownerid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "systemuser",
    });
    let input = json!({"dataset": "default.cds", "table": "tasks"});
    let page = json!({"value": [row]});
    let (output, _) = asked("GetItems_V2", input, (Method::Get, "tasks", 200), &page);
    assert_eq!(
        output["value"][0],
        json!({
            "@odata.id": row["@odata.id"], "activityid": ID, "statecode": 0, "_ownerid_value": ID,
            "_statecode_label": "Open", "_ownerid_type": "systemusers", "ItemInternalId": ID,
        })
    );
}
