//! Definitions as a caller sees them read, made, changed and removed.

use airlock_connector::{
    Error, TransportError,
    dispatch::{self, Invocation},
    http::Method,
    testing::Script,
};
use futures::executor::block_on;
use serde_json::{Value, json};

use crate::{
    Dynamics,
    actions::testing::{ID, faults, last, run, run_with_key, session},
    tables::testing::{label_of, organisation},
};

const TASK: &str = "EntityDefinitions(LogicalName='task')";

/// An organisation whose language is Italian.
fn script() -> Script {
    organisation().always(
        Method::Get,
        "organizations?",
        200,
        &json!({"value": [{"organizationid": ID, "languagecode": 1040, "isauditenabled": false}]})
            .to_string(),
    )
}

/// What was sent besides reads.
fn written(script: &Script) -> Vec<String> {
    let mut sent = script.sent();
    sent.retain(|line| !line.starts_with("GET "));
    sent
}

fn body(script: &Script) -> Value {
    serde_json::from_slice(&last(script).body).unwrap()
}

fn definition(more: Value) -> String {
    let mut definition = json!({
        "@odata.context": "x", "MetadataId": ID, "LogicalName": "task", "SchemaName": "Task",
        "ChangeTrackingEnabled": false,
        "IsAuditEnabled": {"Value": false, "CanBeChanged": true},
        "DisplayName": {"LocalizedLabels": [{"Label": "Task", "LanguageCode": 1033}, {"Label": "Aufgabe", "LanguageCode": 1031}]},
    });
    definition
        .as_object_mut()
        .unwrap()
        .extend(more.as_object().unwrap().clone());
    definition.to_string()
}

fn entity_id(path: &str) -> String {
    format!("https://contoso.crm.dynamics.com/api/data/v9.2/{path}({ID})")
}

#[test]
fn tables_are_listed_by_name_by_label_and_by_what_they_are() {
    let tables = json!({"value": [
        {"MetadataId": "1", "LogicalName": "task", "SchemaName": "Task", "EntitySetName": "tasks", "DisplayName": label_of("Task"), "IsCustomEntity": false, "IsChildEntity": false},
        {"MetadataId": "2", "LogicalName": "new_boat", "SchemaName": "new_Boat", "EntitySetName": "new_boats", "DisplayName": label_of("Boat"), "IsCustomEntity": true, "IsChildEntity": false},
        {"MetadataId": "3", "LogicalName": "new_line", "SchemaName": "new_Line", "EntitySetName": "new_lines", "DisplayName": label_of("Line"), "IsCustomEntity": true, "IsChildEntity": true},
    ]}).to_string();
    for (input, expected) in [
        (json!({}), vec!["new_boat", "new_line", "task"]),
        (json!({"custom": true}), vec!["new_boat", "new_line"]),
        (json!({"custom": false}), vec!["task"]),
        (json!({"tables": ["TASK"]}), vec!["task"]),
        (json!({"tables": ["boat"]}), vec!["new_boat"]),
        (
            json!({"tables": ["task"], "also-custom": true}),
            vec!["new_boat", "new_line", "task"],
        ),
        (
            json!({"tables": ["task"], "also-custom": true, "top-level": true}),
            vec!["new_boat", "task"],
        ),
    ] {
        let script = crate::webapi::testing::contoso().answer(
            Method::Get,
            "EntityDefinitions?",
            200,
            &tables,
        );
        let output = run(&script, "list-tables", input.clone()).unwrap();
        let names: Vec<&str> = output["tables"]
            .as_array()
            .unwrap()
            .iter()
            .map(|one| one["name"].as_str().unwrap())
            .collect();
        assert_eq!(names, expected, "{input}");
        assert_eq!(last(&script).headers.get("consistency"), Some("Strong"));
    }
    let script =
        crate::webapi::testing::contoso().answer(Method::Get, "EntityDefinitions?", 200, &tables);
    let found = faults(
        run(
            &script,
            "list-tables",
            json!({"tables": ["tusk", "new_bot"]}),
        )
        .unwrap_err(),
    );
    assert_eq!(found.len(), 2);
    assert!(found[0].1.contains("did you mean task?"), "{found:?}");
}

#[test]
fn a_table_is_made_in_the_organisations_language() {
    let script = script().answer_with(
        Method::Post,
        "EntityDefinitions",
        204,
        &[("OData-EntityId", &entity_id("EntityDefinitions"))],
        "",
    );
    let input = json!({"name": "new_Boat", "label": "Barca", "notes": true, "solution": "boats",
        "definition": {"EntityColor": "#112233"}});
    let output = run(&script, "create-table", input).unwrap();
    assert_eq!(
        output,
        json!({"outcome": "created", "id": ID, "name": "new_boat"})
    );
    let sent = body(&script);
    assert_eq!(
        sent["DisplayName"]["LocalizedLabels"][0]["LanguageCode"],
        1040
    );
    assert_eq!(sent["Attributes"][0]["SchemaName"], "new_Name");
    assert_eq!(
        (&sent["HasNotes"], &sent["EntityColor"]),
        (&json!(true), &json!("#112233"))
    );
    assert_eq!(
        last(&script).headers.get("mscrm.solutionuniquename"),
        Some("boats")
    );
}

#[test]
fn names_without_a_prefix_and_labels_that_are_none_are_refused_before_anything_is_sent() {
    for (action, input, pointer) in [
        (
            "create-table",
            json!({"name": "Boat", "label": "Boat"}),
            "/name",
        ),
        (
            "create-table",
            json!({"name": "new_Boat", "label": 7}),
            "/label",
        ),
        (
            "create-column",
            json!({"table": "task", "name": "Length", "type": "text", "label": "x"}),
            "/name",
        ),
        (
            "create-column",
            json!({"table": "task", "name": "new_x", "label": "x"}),
            "/type",
        ),
        (
            "create-column",
            json!({"table": "task", "name": "new_x", "type": "choice", "label": "x"}),
            "/options",
        ),
        (
            "create-column",
            json!({"table": "task", "name": "new_x", "type": "lookup", "label": "x"}),
            "/targets",
        ),
        (
            "create-column",
            json!({"table": "task", "name": "new_x", "type": "text", "label": "x", "precision": 2}),
            "/precision",
        ),
        (
            "create-choice",
            json!({"name": "rig", "label": "Rig", "options": []}),
            "/name",
        ),
        (
            "create-key",
            json!({"table": "task", "name": "new_k", "columns": []}),
            "/columns",
        ),
        (
            "create-relationship",
            json!({"name": "new_r", "table": "account", "related-table": "task"}),
            "/column",
        ),
        (
            "create-relationship",
            json!({"name": "new_r", "kind": "many-to-many", "table": "account", "related-table": "task", "column": "new_x"}),
            "/column",
        ),
        (
            "update-relationship",
            json!({"relationship": "x", "cascade": {"delete": "sometimes"}}),
            "/cascade/delete",
        ),
        (
            "list-columns",
            json!({"table": "task", "expand": ["OptionSet"]}),
            "/expand",
        ),
        (
            "list-columns",
            json!({"table": "task", "type": "monney"}),
            "/type",
        ),
        ("get-choice", json!({"table": "task"}), "/choice"),
        ("set-auditing", json!({"column": "subject"}), "/table"),
    ] {
        let script = script();
        let found = faults(run(&script, action, input.clone()).unwrap_err());
        assert_eq!(found[0].0, pointer, "{action} {input}: {found:?}");
        assert!(written(&script).is_empty(), "{action}");
    }
}

#[test]
fn a_column_of_each_type_has_its_definition() {
    let made = |input: Value| {
        let script = script().answer(Method::Post, &format!("{TASK}/Attributes"), 204, "");
        let mut whole = json!({"table": "tasks", "name": "new_X", "label": {"1033": "X"}});
        whole
            .as_object_mut()
            .unwrap()
            .extend(input.as_object().unwrap().clone());
        run(&script, "create-column", whole).unwrap();
        body(&script)
    };
    let text = made(json!({"type": "text", "format": "email", "required": "required"}));
    assert_eq!(
        text["@odata.type"],
        "Microsoft.Dynamics.CRM.StringAttributeMetadata"
    );
    assert_eq!(
        (&text["MaxLength"], &text["FormatName"]["Value"]),
        (&json!(100), &json!("Email"))
    );
    assert_eq!(text["RequiredLevel"]["Value"], "ApplicationRequired");
    let whole = made(json!({"type": "whole", "min": 0, "max": 10}));
    assert_eq!(whole["MinValue"].to_string(), "0");
    let money = made(json!({"type": "money", "precision": 4, "min": -0.5}));
    assert_eq!(
        (&money["Precision"], &money["PrecisionSource"]),
        (&json!(4), &json!(0))
    );
    let date = made(json!({"type": "date", "format": "date-only", "behavior": "date-only"}));
    assert_eq!(
        (&date["Format"], &date["DateTimeBehavior"]["Value"]),
        (&json!("DateOnly"), &json!("DateOnly"))
    );
    let yes = made(json!({"type": "yes-no", "options": ["Ja", "Nein"]}));
    assert_eq!(yes["OptionSet"]["TrueOption"]["Value"], 1);
    assert_eq!(
        yes["OptionSet"]["FalseOption"]["Label"]["LocalizedLabels"][0]["Label"],
        "Nein"
    );
    let choice = made(
        json!({"type": "choice", "options": ["A", {"label": "B", "value": 7, "color": "#112233"}]}),
    );
    assert_eq!(choice["OptionSet"]["Options"][1]["Value"], 7);
    assert_eq!(
        choice["OptionSet"]["Options"][0]["Label"]["LocalizedLabels"][0]["LanguageCode"],
        1040
    );
    let file = made(json!({"type": "file", "max-size-kb": 1024}));
    assert_eq!(
        (&file["AttributeType"], &file["MaxSizeInKB"]),
        (&json!("Virtual"), &json!(1024))
    );
    let raw = made(
        json!({"name": null, "label": null, "definition": {"@odata.type": "Microsoft.Dynamics.CRM.MoneyAttributeMetadata", "SchemaName": "new_Price"}}),
    );
    assert_eq!(raw["SchemaName"], "new_Price");
}

#[test]
fn a_choice_that_columns_share_is_bound_by_its_id_and_found_in_any_case() {
    let script = script()
        .answer(
            Method::Get,
            "GlobalOptionSetDefinitions(Name='NEW_RIG')",
            404,
            "",
        )
        .answer(
            Method::Get,
            "GlobalOptionSetDefinitions?",
            200,
            &json!({"value": [{"Name": "new_rig"}]}).to_string(),
        )
        .answer(
            Method::Get,
            "GlobalOptionSetDefinitions(Name='new_rig')",
            200,
            &json!({"MetadataId": ID}).to_string(),
        )
        .answer(Method::Post, &format!("{TASK}/Attributes"), 204, "");
    let input = json!({"table": "task", "name": "new_Rig", "type": "choice", "label": "Rig", "choice": "NEW_RIG"});
    run(&script, "create-column", input).unwrap();
    assert_eq!(
        body(&script)["GlobalOptionSet@odata.bind"],
        format!("/GlobalOptionSetDefinitions({ID})")
    );
    let script = self::script()
        .answer(
            Method::Get,
            "GlobalOptionSetDefinitions(Name='new_rigg')",
            404,
            "",
        )
        .answer(
            Method::Get,
            "GlobalOptionSetDefinitions?",
            200,
            &json!({"value": [{"Name": "new_rig"}]}).to_string(),
        );
    let found = faults(run(&script, "get-choice", json!({"choice": "new_rigg"})).unwrap_err());
    assert!(found[0].1.contains("did you mean new_rig?"), "{found:?}");
}

#[test]
fn lookups_come_with_their_relationships() {
    let made = |path: &str, input: Value| {
        let script = script().answer(
            Method::Post,
            path,
            200,
            &json!({"AttributeId": ID}).to_string(),
        );
        run(&script, "create-column", input).unwrap();
        body(&script)
    };
    let one = made(
        "RelationshipDefinitions",
        json!({"table": "task", "name": "new_AccountId", "type": "lookup", "label": "Account", "targets": ["accounts"]}),
    );
    assert_eq!(
        (&one["ReferencedEntity"], &one["ReferencedAttribute"]),
        (&json!("account"), &json!("accountid"))
    );
    assert_eq!(one["SchemaName"], "new_account_task_AccountId");
    assert_eq!(one["Lookup"]["SchemaName"], "new_AccountId");
    let many = made(
        "CreatePolymorphicLookupAttribute",
        json!({"table": "task", "name": "new_Party", "type": "lookup", "label": "Party", "targets": ["account", "team"]}),
    );
    assert_eq!(
        many["OneToManyRelationships"][1]["ReferencedEntity"],
        "team"
    );
    let customer = made(
        "CreateCustomerRelationships",
        json!({"table": "task", "name": "new_Customer", "type": "customer", "label": "Customer"}),
    );
    assert_eq!(
        customer["OneToManyRelationships"][0]["ReferencedEntity"],
        "account"
    );
    assert_eq!(
        customer["Lookup"]["@odata.type"],
        "Microsoft.Dynamics.CRM.ComplexLookupAttributeMetadata"
    );
}

#[test]
fn a_definition_is_read_changed_and_put_back_with_its_languages() {
    let script = script()
        .answer(Method::Get, TASK, 200, &definition(json!({})))
        .answer(Method::Put, TASK, 204, "")
        .answer(Method::Post, "PublishXml", 204, "");
    let input = json!({"table": "task", "label": {"1033": "Job"}, "publish": true});
    let output = run(&script, "update-table", input).unwrap();
    assert_eq!(
        output,
        json!({"outcome": "updated", "name": "task", "published": true})
    );
    let put = script.sent().len() - 2;
    let request = script.request(put);
    assert_eq!(request.headers.get("mscrm.mergelabels"), Some("true"));
    let sent: Value = serde_json::from_slice(&request.body).unwrap();
    assert_eq!(sent["DisplayName"]["LocalizedLabels"][0]["Label"], "Job");
    assert_eq!(
        sent["DisplayName"]["LocalizedLabels"][1]["Label"],
        "Aufgabe"
    );
    assert_eq!(sent["@odata.type"], "Microsoft.Dynamics.CRM.EntityMetadata");
    assert_eq!(sent["MetadataId"], ID);
    assert!(sent.get("@odata.context").is_none());
    assert_eq!(
        body(&script)["ParameterXml"],
        "<importexportxml><entities><entity>task</entity></entities></importexportxml>"
    );
}

#[test]
fn nothing_is_put_back_when_nothing_differs() {
    for (action, input) in [
        (
            "update-table",
            json!({"table": "task", "label": {"1031": "Aufgabe"}}),
        ),
        (
            "set-change-tracking",
            json!({"table": "task", "enabled": false}),
        ),
        ("set-auditing", json!({"table": "task", "enabled": false})),
        ("set-auditing", json!({"enabled": false})),
    ] {
        let script = script().always(Method::Get, TASK, 200, &definition(json!({})));
        let output = run(&script, action, input).unwrap();
        assert_eq!(output["outcome"], "unchanged", "{action}");
        assert!(written(&script).is_empty(), "{action}");
    }
}

#[test]
fn change_tracking_and_auditing_are_switched_and_published() {
    for (action, member) in [
        ("set-change-tracking", "/ChangeTrackingEnabled"),
        ("set-auditing", "/IsAuditEnabled/Value"),
    ] {
        let script = script()
            .answer(Method::Get, TASK, 200, &definition(json!({})))
            .answer(Method::Put, TASK, 429, "")
            .answer(Method::Put, TASK, 204, "")
            .answer(Method::Post, "PublishXml", 204, "");
        let output = run(&script, action, json!({"table": "task"})).unwrap();
        assert_eq!(output["published"], true);
        let put: Value =
            serde_json::from_slice(&script.request(script.sent().len() - 2).body).unwrap();
        assert_eq!(put.pointer(member), Some(&json!(true)), "{put}");
        assert_eq!(put["IsAuditEnabled"]["CanBeChanged"], true);
    }
}

#[test]
fn an_update_is_repeated_when_its_answer_was_lost_and_a_create_is_not() {
    let broken = TransportError::Interrupted("the connection broke".into());
    let script = script()
        .answer(Method::Get, TASK, 200, &definition(json!({})))
        .fail(Method::Put, TASK, broken.clone())
        .answer(Method::Put, TASK, 204, "");
    let input = json!({"table": "task", "definition": {"EntityColor": "#112233"}});
    assert_eq!(
        run(&script, "update-table", input).unwrap()["outcome"],
        "updated"
    );
    let script = self::script().fail(Method::Post, "EntityDefinitions", broken);
    let input = json!({"name": "new_Boat", "label": "Boat"});
    let error = run(&script, "create-table", input.clone()).unwrap_err();
    assert!(matches!(error, Error::Unavailable(_)), "{error:?}");
    let found =
        faults(run_with_key(&self::script(), "create-table", input, Some("k")).unwrap_err());
    assert!(found[0].1.contains("takes no idempotency key"), "{found:?}");
}

#[test]
fn what_the_service_refuses_keeps_its_code() {
    let taken =
        r#"{"error": {"code": "0x80047013", "message": "An object with the name new_x exists."}}"#;
    let script = script().answer(Method::Post, &format!("{TASK}/Attributes"), 400, taken);
    let input = json!({"table": "task", "name": "new_x", "type": "text", "label": "x"});
    let error = run(&script, "create-column", input).unwrap_err();
    assert!(error.failure().unwrap().has_code("0x80047013"), "{error:?}");
    let used = r#"{"error": {"code": "0x8004f01f", "message": "it is used"}}"#;
    let script = self::script().answer(Method::Delete, TASK, 400, used);
    let error = run(&script, "delete-table", json!({"table": "task"})).unwrap_err();
    assert!(error.failure().unwrap().has_code("0x8004f01f"), "{error:?}");
}

#[test]
fn a_removal_under_a_key_is_done_when_it_was_done_before() {
    let run = |may_be_done| {
        let script = script().answer(Method::Delete, TASK, 404, "");
        let call = Invocation {
            action: "delete-table".to_owned(),
            input: json!({"table": "task"}).to_string(),
            idempotency_key: Some("k".to_owned()),
            may_be_done,
        };
        block_on(dispatch::invoke::<Dynamics, _>(&session(&script), &call))
    };
    assert_eq!(run(true).unwrap(), r#"{"outcome":"deleted","name":"task"}"#);
    assert!(matches!(run(false), Err(Error::NotFound(_))));
}

#[test]
fn columns_are_listed_by_type_with_what_belongs_to_them() {
    let columns = json!({"value": [
        {"MetadataId": "1", "LogicalName": "prioritycode", "SchemaName": "PriorityCode", "AttributeType": "Picklist",
            "AttributeTypeName": {"Value": "PicklistType"}, "DisplayName": label_of("Priority"),
            "IsCustomAttribute": false, "RequiredLevel": {"Value": "None"}, "OptionSet": {"Options": []}},
    ]}).to_string();
    let cast = format!("{TASK}/Attributes/Microsoft.Dynamics.CRM.PicklistAttributeMetadata?");
    let plain = crate::webapi::testing::contoso()
        .always(
            Method::Get,
            "EntityDefinitions?",
            200,
            &json!({"value": [{"LogicalName": "task", "EntitySetName": "tasks"}]}).to_string(),
        )
        .answer(Method::Get, &cast, 200, &columns);
    let input = json!({"table": "task", "type": "choice", "select": ["LogicalName"], "filter": "IsValidForRead eq true",
        "expand": ["OptionSet($select=Options)"]});
    let output = run(&plain, "list-columns", input).unwrap();
    assert_eq!(output["columns"][0]["type"], "choice");
    assert_eq!(output["count-by-type"], json!({"choice": 1}));
    assert_eq!(
        output["definitions"],
        json!([{"MetadataId": "1", "LogicalName": "prioritycode", "OptionSet": {"Options": []}}])
    );
    let url = last(&plain).url;
    assert!(
        url.ends_with("&$filter=IsValidForRead%20eq%20true&$expand=OptionSet($select=Options)"),
        "{url}"
    );
}

#[test]
fn a_column_that_is_not_there_is_answered_with_the_nearest() {
    for action in ["get-column", "update-column", "delete-column"] {
        let found = faults(
            run(
                &script(),
                action,
                json!({"table": "task", "column": "subjct"}),
            )
            .unwrap_err(),
        );
        assert_eq!(found[0].0, "/column");
        assert!(found[0].1.contains("did you mean subject?"), "{found:?}");
    }
}

#[test]
fn options_are_added_changed_removed_and_ordered_one_by_one() {
    let choice =
        json!({"Name": "new_rig", "MetadataId": ID, "DisplayName": label_of("Rig"), "Options": [
        {"Value": 1, "Label": label_of("Sloop")}, {"Value": 2, "Label": label_of("Ketch")}]})
        .to_string();
    let mut script = script().always(
        Method::Get,
        "GlobalOptionSetDefinitions(Name='new_rig')",
        200,
        &choice,
    );
    for action in [
        "InsertOptionValue",
        "UpdateOptionValue",
        "DeleteOptionValue",
        "OrderOption",
    ] {
        script = script.answer(Method::Post, action, 200, "{}");
    }
    script = script.answer(Method::Post, "PublishXml", 204, "");
    let input = json!({"choice": "new_rig", "add": [{"label": "Yawl", "color": "#112233"}], "change": {"sloop": {"label": {"1031": "Slup"}}},
        "remove": ["Ketch"], "order": [2, "1"], "publish": true});
    let output = run(&script, "update-choice", input).unwrap();
    assert_eq!(
        output,
        json!({"outcome": "updated", "name": "new_rig", "published": true})
    );
    let first = script
        .sent()
        .iter()
        .position(|line| line.starts_with("POST"))
        .unwrap();
    let sent = |index: usize| -> Value {
        serde_json::from_slice(&script.request(first + index).body).unwrap()
    };
    assert_eq!(
        (&sent(0)["OptionSetName"], &sent(0)["Color"]),
        (&json!("new_rig"), &json!("#112233"))
    );
    assert_eq!(
        (&sent(1)["Value"], &sent(1)["MergeLabels"]),
        (&json!(1), &json!(true))
    );
    assert_eq!(sent(2)["Value"], 2);
    assert_eq!(sent(3)["Values"], json!([2, 1]));
    let script = self::script().always(
        Method::Get,
        "GlobalOptionSetDefinitions(Name='new_rig')",
        200,
        &choice,
    );
    let found = faults(
        run(
            &script,
            "update-choice",
            json!({"choice": "new_rig", "remove": ["Brig"]}),
        )
        .unwrap_err(),
    );
    assert_eq!(found[0].0, "/remove/0");
    assert!(found[0].1.contains("Sloop (1), Ketch (2)"), "{found:?}");
}

/// An organisation whose accounts have three keys.
fn keys() -> Script {
    let key = |name: &str, column: &str, status: &str| json!({"LogicalName": name, "SchemaName": name.to_uppercase(), "KeyAttributes": [column], "EntityKeyIndexStatus": status});
    let keys = [
        key("k1", "accountnumber", "Active"),
        key("k2", "numberofemployees", "Active"),
        key("k3", "industrycode", "Pending"),
    ];
    let place = "EntityDefinitions(LogicalName='account')/Keys";
    script().always(
        Method::Get,
        place,
        200,
        &json!({ "value": keys }).to_string(),
    )
}

#[test]
fn keys_are_listed_with_the_state_of_their_indexes_and_built_again() {
    let script = keys();
    let output = run(&script, "list-keys", json!({"table": "account"})).unwrap();
    assert_eq!(output["count"], 3);
    assert_eq!(output["keys"][0]["active"], true);
    assert_eq!(
        (
            &output["keys"][2]["index-status"],
            &output["keys"][2]["active"]
        ),
        (&json!("Pending"), &json!(false))
    );
    let script = keys().answer(Method::Post, "ReactivateEntityKey", 204, "");
    run(
        &script,
        "reactivate-key",
        json!({"table": "account", "name": "K3"}),
    )
    .unwrap();
    assert_eq!(
        body(&script),
        json!({"EntityLogicalName": "account", "EntityKeyLogicalName": "k3"})
    );
    let script = keys();
    assert_eq!(
        run(
            &script,
            "reactivate-key",
            json!({"table": "account", "name": "k1"})
        )
        .unwrap()["outcome"],
        "unchanged"
    );
    let found = faults(
        run(
            &script,
            "delete-key",
            json!({"table": "account", "name": "k9"}),
        )
        .unwrap_err(),
    );
    assert_eq!(found[0].0, "/name");
    let script = keys().answer(
        Method::Post,
        "EntityDefinitions(LogicalName='account')/Keys",
        204,
        "",
    );
    run(&script, "create-key", json!({"table": "account", "name": "new_K", "columns": "name, AccountNumber".split(", ").collect::<Vec<_>>()})).unwrap();
    assert_eq!(
        body(&script)["KeyAttributes"],
        json!(["name", "accountnumber"])
    );
}

#[test]
fn the_service_document_is_followed_where_it_has_pages_and_nowhere_else() {
    let page = |names: &[&str], next: Option<&str>| {
        let value: Vec<Value> = names
            .iter()
            .map(|name| json!({"name": name, "kind": "EntitySet", "url": name}))
            .collect();
        json!({"value": value, "@odata.nextLink": next}).to_string()
    };
    let script = script()
        .answer(Method::Get, "more", 200, &page(&["tasks"], None))
        .answer(Method::Get, "", 200, &page(&["accounts"], Some("more")));
    let output = run(
        &script,
        "list-entity-types",
        json!({"page-size": 1, "all": true}),
    )
    .unwrap();
    assert_eq!(
        output["types"][1],
        json!({"name": "tasks", "kind": "EntitySet", "url": "tasks"})
    );
    assert_eq!(
        last(&script).headers.get("prefer"),
        Some("odata.maxpagesize=1")
    );
    let script = self::script().answer(Method::Get, "", 200, &page(&["accounts"], Some("more")));
    assert_eq!(
        run(&script, "list-entity-types", json!({})).unwrap()["next-page"],
        "more"
    );
    let input = json!({"next-page": "https://evil.example/"});
    assert_eq!(
        faults(run(&self::script(), "list-entity-types", input).unwrap_err())[0].0,
        "/next-page"
    );
    let input = json!({"page-size": 5001});
    assert_eq!(
        faults(run(&self::script(), "list-entity-types", input).unwrap_err())[0].0,
        "/page-size"
    );
}

#[test]
fn everything_is_published_unless_something_is_named() {
    let script = script().answer(Method::Post, "PublishAllXml", 204, "");
    let output = run(&script, "publish-customizations", json!({})).unwrap();
    assert_eq!(output, json!({"outcome": "published", "published": true}));
    let script = self::script()
        .always(
            Method::Get,
            "GlobalOptionSetDefinitions(Name='new_rig')",
            200,
            r#"{"Name": "new_rig"}"#,
        )
        .answer(Method::Post, "PublishXml", 204, "");
    run(
        &script,
        "publish-customizations",
        json!({"tables": ["Task"], "choices": ["new_rig"]}),
    )
    .unwrap();
    assert_eq!(
        body(&script)["ParameterXml"],
        "<importexportxml><entities><entity>task</entity></entities><optionsets><optionset>new_rig</optionset></optionsets></importexportxml>"
    );
}

#[test]
fn relationships_are_listed_with_the_names_that_lead_along_them() {
    let part = |part: &str| format!("EntityDefinitions(LogicalName='account')/{part}Relationships");
    let list = |one: Value| json!({ "value": [one] }).to_string();
    let tasks = json!({"SchemaName": "account_tasks", "ReferencingEntity": "task", "ReferencingAttribute": "regardingobjectid",
        "ReferencedEntityNavigationPropertyName": "Account_Tasks"});
    let partners = json!({"SchemaName": "contoso_account_contact", "Entity1LogicalName": "account", "Entity2LogicalName": "contact",
        "Entity1NavigationPropertyName": "contoso_Partners", "IsCustomRelationship": true});
    let script = script()
        .answer(Method::Get, &part("OneToMany"), 200, &list(tasks))
        .answer(Method::Get, &part("ManyToOne"), 200, r#"{"value": []}"#)
        .answer(Method::Get, &part("ManyToMany"), 200, &list(partners));
    let output = run(&script, "list-relationships", json!({"table": "account"})).unwrap();
    let found = output["relationships"].as_array().unwrap();
    let named = |name: &str| found.iter().find(|one| one["name"] == name).unwrap();
    let tasks = named("account_tasks");
    assert_eq!(
        (&tasks["kind"], &tasks["navigation"]),
        (&json!("one-to-many"), &json!("Account_Tasks"))
    );
    let partners = named("contoso_account_contact");
    assert_eq!(
        (&partners["kind"], &partners["other-table"]),
        (&json!("many-to-many"), &json!("contact"))
    );
}
