//! Choices, keys and relationships, the service document, and what is published.

use airlock_connector::{http::Method, testing::Script};
use serde_json::{Value, json};

use super::body;
use crate::{
    actions::testing::{ID, faults, last, run},
    tables::testing::label_of,
};

/// An organisation whose accounts have three keys.
fn keys() -> Script {
    let key = |name: &str, column: &str, status: &str| json!({"LogicalName": name, "SchemaName": name.to_uppercase(), "KeyAttributes": [column], "EntityKeyIndexStatus": status});
    let keys = [
        key("k1", "accountnumber", "Active"),
        key("k2", "numberofemployees", "Active"),
        key("k3", "industrycode", "Pending"),
    ];
    let place = "EntityDefinitions(LogicalName='account')/Keys";
    super::script().always(
        Method::Get,
        place,
        200,
        &json!({ "value": keys }).to_string(),
    )
}

#[test]
fn options_are_added_changed_removed_and_ordered_one_by_one() {
    let choice =
        json!({"Name": "new_rig", "MetadataId": ID, "DisplayName": label_of("Rig"), "Options": [
        {"Value": 1, "Label": label_of("Sloop")}, {"Value": 2, "Label": label_of("Ketch")}]})
        .to_string();
    let mut script = super::script().always(
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
    let script = super::script().always(
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
    let script = super::script()
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
    let script = super::script().answer(Method::Get, "", 200, &page(&["accounts"], Some("more")));
    assert_eq!(
        run(&script, "list-entity-types", json!({})).unwrap()["next-page"],
        "more"
    );
    let input = json!({"next-page": "https://evil.example/"});
    assert_eq!(
        faults(run(&super::script(), "list-entity-types", input).unwrap_err())[0].0,
        "/next-page"
    );
    let input = json!({"page-size": 5001});
    assert_eq!(
        faults(run(&super::script(), "list-entity-types", input).unwrap_err())[0].0,
        "/page-size"
    );
}

#[test]
fn everything_is_published_unless_something_is_named() {
    let script = super::script().answer(Method::Post, "PublishAllXml", 204, "");
    let output = run(&script, "publish-customizations", json!({})).unwrap();
    assert_eq!(output, json!({"outcome": "published", "published": true}));
    let script = super::script()
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
    let script = super::script()
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
