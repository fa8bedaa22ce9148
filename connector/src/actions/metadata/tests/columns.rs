//! Columns as a caller sees them listed and made.

use airlock_connector::http::Method;
use serde_json::{Value, json};

use super::{TASK, body};
use crate::{
    actions::testing::{ID, faults, last, run},
    tables::testing::label_of,
};

#[test]
fn a_column_of_each_type_has_its_definition() {
    let made = |input: Value| {
        let script = super::script().answer(Method::Post, &format!("{TASK}/Attributes"), 204, "");
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
    let script = super::script()
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
    let script = super::script()
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
        let script = super::script().answer(
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
                &super::script(),
                action,
                json!({"table": "task", "column": "subjct"}),
            )
            .unwrap_err(),
        );
        assert_eq!(found[0].0, "/column");
        assert!(found[0].1.contains("did you mean subject?"), "{found:?}");
    }
}
