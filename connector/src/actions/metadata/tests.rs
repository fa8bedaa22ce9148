//! Definitions as a caller sees them read, made, changed and removed.

mod columns;
mod parts;

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
