//! Blocks as they are cut out of flows, and what each asks for.

use airlock_expressions::{Facts, Limits};
use serde_json::{Value, json};

use crate::{Block, Fault, Request, System};

fn asked(block: &Value) -> Result<Request, Fault> {
    let facts = Facts::from_json(&json!({
        "now": "2026-11-21T08:00:00Z",
        "outputs": {"Get": {"body": {"accountid": "a1", "@odata.id": "https://x/accounts(a1)"}}},
    }));
    Block::read(block)?.request(&facts.unwrap(), &Limits::default())
}

fn power_automate(operation: &str, parameters: Value) -> Value {
    json!({"type": "OpenApiConnection", "runAfter": {}, "inputs": {
        "host": {"connectionName": "shared_commondataserviceforapps_1", "operationId": operation,
            "apiId": "/providers/Microsoft.PowerApps/apis/shared_commondataserviceforapps"},
        "parameters": parameters,
        "authentication": "@parameters('$authentication')",
    }})
}

fn logic_apps(method: &str, path: &str, more: Value) -> Value {
    let mut inputs = json!({
        "host": {"connection": {"name": "@parameters('$connections')['commondataservice']['connectionId']"}},
        "method": method, "path": path,
    });
    let more = more.as_object().unwrap().clone();
    inputs.as_object_mut().unwrap().extend(more);
    json!({"type": "ApiConnection", "inputs": inputs})
}

#[test]
fn a_block_of_power_automate_names_its_operation() {
    let mut block = power_automate(
        "ListRecords",
        json!({"entityName": "accounts", "$filter": "createdon gt @{addDays(utcNow(),-30)}", "$top": "@add(1,1)"}),
    );
    block["runtimeConfiguration"] = json!({"paginationPolicy": {"minimumItemCount": 7000}});
    let request = asked(&json!({"List_rows": block})).unwrap();
    assert_eq!(
        (request.system, request.operation.as_str()),
        (System::PowerAutomate, "ListRecords")
    );
    assert_eq!(
        Value::Object(request.input),
        json!({"entityName": "accounts", "$filter": "createdon gt 2026-10-22T08:00:00.0000000Z", "$top": 2,
            "minimumItemCount": 7000})
    );
}

#[test]
fn keys_and_values_with_an_at_sign_stay_what_they_are() {
    let parameters = json!({"item/customerid_account@odata.bind": "/accounts(@{outputs('Get')?['body/accountid']})",
        "item/@odata.id": "@outputs('Get')?['body/@odata.id']"});
    let request = asked(&power_automate("CreateRecord", parameters)).unwrap();
    assert_eq!(
        Value::Object(request.input),
        json!({"item/customerid_account@odata.bind": "/accounts(a1)", "item/@odata.id": "https://x/accounts(a1)"})
    );
}

#[test]
fn the_connector_tells_whose_words_they_are() {
    for (api, system) in [
        ("shared_commondataserviceforapps", Ok(System::PowerAutomate)),
        ("shared_commondataservice", Ok(System::LogicApps)),
        ("shared_dynamicscrmonline", Ok(System::LogicApps)),
        ("shared_sharepointonline", Err("`sharepointonline`")),
    ] {
        let mut block = power_automate("GetItem", json!({}));
        block["inputs"]["host"]["apiId"] =
            json!(format!("/providers/Microsoft.PowerApps/apis/{api}"));
        match (asked(&block), system) {
            (Ok(request), Ok(system)) => assert_eq!(request.system, system, "{api}"),
            (Err(fault), Err(words)) => assert!(fault.message.contains(words), "{fault}"),
            (other, _) => panic!("{api}: {other:?}"),
        }
    }
}

#[test]
fn a_change_set_holds_its_blocks() {
    let add = power_automate(
        "CreateRecord",
        json!({"entityName": "accounts", "item/name": "@toUpper('a')"}),
    );
    let mut block = power_automate("ExecuteChangeset", json!({}));
    block["actions"] = json!({"Add": add});
    let request = asked(&block).unwrap();
    assert_eq!(request.operation, "ExecuteChangeset");
    assert_eq!(
        Value::Object(request.input),
        json!({"actions": {"Add": {"operationId": "CreateRecord",
            "parameters": {"entityName": "accounts", "item/name": "A"}}}})
    );
}

#[test]
fn a_block_of_logic_apps_is_told_by_method_and_path() {
    let set = "@{encodeURIComponent(encodeURIComponent('accounts'))}";
    let dataset = "@{encodeURIComponent(encodeURIComponent('https://contoso.crm.dynamics.com'))}";
    let items = format!("/v2/datasets/{dataset}/tables/{set}/items");
    let one = format!("{items}/@{{encodeURIComponent(encodeURIComponent('a1'))}}");
    let place = json!({"dataset": "https://contoso.crm.dynamics.com", "table": "accounts"});
    let with = |more: Value| {
        let mut whole = place.as_object().unwrap().clone();
        whole.extend(more.as_object().unwrap().clone());
        Value::Object(whole)
    };
    for (method, path, more, operation, input) in [
        (
            "get",
            &items,
            json!({"queries": {"$filter": "@{concat('a',' eq 1')}"}}),
            "GetItems_V2",
            with(json!({"$filter": "a eq 1"})),
        ),
        (
            "post",
            &items,
            json!({"body": {"name": "@toUpper('a')"}}),
            "PostItem_V2",
            with(json!({"item": {"name": "A"}})),
        ),
        (
            "get",
            &one,
            json!({}),
            "GetItem_V2",
            with(json!({"id": "a1"})),
        ),
        (
            "patch",
            &one,
            json!({"body": {"name": null}}),
            "PatchItem_V2",
            with(json!({"id": "a1", "item": {"name": null}})),
        ),
        (
            "DELETE",
            &one,
            json!({}),
            "DeleteItem_V2",
            with(json!({"id": "a1"})),
        ),
    ] {
        let request = asked(&logic_apps(method, path, more)).unwrap();
        assert_eq!(
            (request.system, request.operation.as_str()),
            (System::LogicApps, operation)
        );
        assert_eq!(Value::Object(request.input), input, "{operation}");
    }
    let first = logic_apps("get", "/datasets/default.cds/tables/leads/items", json!({}));
    assert_eq!(asked(&first).unwrap().operation, "GetItems");
    let newer = logic_apps(
        "patch",
        "/api/data/v9.1/accounts(accountnumber=%2527A1%2527)",
        json!({"body": {}}),
    );
    let request = asked(&newer).unwrap();
    assert_eq!(
        (request.system, request.operation.as_str()),
        (System::PowerAutomate, "UpdateRecord")
    );
    assert_eq!(request.input["recordId"], "accountnumber='A1'");
}

#[test]
fn a_step_of_prismatic_says_of_each_input_what_it_is() {
    let step = json!({"name": "Create", "action": {"key": "createEntity", "component": {"key": "ms-dynamics"}},
    "inputs": {
        "connection": {"type": "configVar", "value": "Dynamics"},
        "entityType": {"type": "value", "value": "accounts"},
        "fieldValues": {"type": "complex", "value": [
            {"name": {"type": "value", "value": "name"}, "type": "value", "value": "@A"},
        ]},
        "expandPropertyNames": {"type": "complex", "value": [{"type": "value", "value": "ownerid"}]},
    }});
    let request = asked(&step).unwrap();
    assert_eq!(
        (request.system, request.operation.as_str()),
        (System::Prismatic, "createEntity")
    );
    assert_eq!(
        Value::Object(request.input),
        json!({"entityType": "accounts", "fieldValues": [{"key": "name", "value": "@A"}],
            "expandPropertyNames": ["ownerid"]})
    );
}

#[test]
fn what_only_a_run_has_is_told() {
    let block = power_automate(
        "GetItem",
        json!({"entityName": "@parameters('set')", "recordId": "@{outputs('Get')['body/id']}@{triggerBody()?['x']}"}),
    );
    assert_eq!(
        Block::read(&block).unwrap().needs(),
        [
            "the parameter `set`",
            "what came of the action `Get`",
            "what the trigger brought"
        ]
    );
    let step = json!({"action": {"key": "getEntity"}, "inputs": {
        "entityId": {"type": "reference", "value": "create.results"},
        "entityType": {"type": "template", "value": "{{#x}}s"},
    }});
    assert_eq!(
        Block::read(&step).unwrap().needs(),
        [
            "the template \"{{#x}}s\"",
            "what came of the step \"create.results\""
        ]
    );
}

#[test]
fn what_is_no_block_says_what_one_is() {
    for (block, pointer, words) in [
        (json!([]), "", "a JSON object"),
        (json!({}), "", "no block of a flow"),
        (json!({"type": "If"}), "/type", "calls no connector"),
        (
            json!({"New": {"type": "OpenApiConnectionWebhook"}}),
            "/New/type",
            "waits for something",
        ),
        (
            json!({"type": "OpenApiConnection", "inputs": {}}),
            "/inputs/host/operationId",
            "which operation?",
        ),
        (json!({"type": "ApiConnection"}), "/inputs", "an object"),
        (
            logic_apps("get", "/datasets/d/tables/t/onnewitems", json!({})),
            "/inputs/path",
            "/items",
        ),
        (
            power_automate("GetItem", json!({"recordId": "@nosuch('a')"})),
            "/inputs/parameters/recordId",
            "nosuch",
        ),
        (
            power_automate("GetItem", json!({"recordId": "@first("})),
            "/inputs/parameters/recordId",
            "column",
        ),
        (json!({"action": {}}), "/action/key", "which action?"),
    ] {
        let fault = asked(&block).unwrap_err();
        assert_eq!(fault.pointer, pointer, "{block}: {fault}");
        assert!(fault.message.contains(words), "{block}: {fault}");
    }
}
