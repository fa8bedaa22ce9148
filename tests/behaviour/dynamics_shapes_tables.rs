//! Tables, columns, choices, keys and relationships are read, made, changed and removed in a local Dataverse.

use airlock_runtime::{ConnectorError, HostError};
use serde_json::{Value, json};
use support::Office;

async fn run(office: &Office, action: &str, input: Value) -> Value {
    match office.run(action, input).await {
        Ok(output) => output,
        Err(error) => panic!("{action}: {error}"),
    }
}

async fn boats(office: &Office) {
    let input = json!({"name": "new_Boat", "label": {"1033": "Boat", "1031": "Boot"}, "plural-label": "Boats", "notes": true});
    let made = run(office, "create-table", input).await;
    assert_eq!(
        (&made["outcome"], &made["name"]),
        (&json!("created"), &json!("new_boat"))
    );
    assert!(made["id"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_with_columns_of_every_type_takes_rows_at_once() {
    let office = Office::open().await;
    boats(&office).await;
    for (name, more) in [
        ("new_Email", json!({"type": "text", "format": "email"})),
        ("new_Log", json!({"type": "memo", "max-length": 5000})),
        ("new_Crew", json!({"type": "whole", "min": 0, "max": 12})),
        ("new_Serial", json!({"type": "big"})),
        (
            "new_Length",
            json!({"type": "decimal", "precision": 3, "min": 0, "max": 400}),
        ),
        ("new_Speed", json!({"type": "double"})),
        ("new_Price", json!({"type": "money", "precision": 2})),
        (
            "new_Sails",
            json!({"type": "yes-no", "options": ["Yes", "No"]}),
        ),
        (
            "new_Rig",
            json!({"type": "choice", "options": ["Sloop", {"label": "Ketch", "value": 100_000_007}]}),
        ),
        (
            "new_Uses",
            json!({"type": "choices", "options": ["Racing", "Touring"]}),
        ),
        (
            "new_Launched",
            json!({"type": "date", "format": "date-only", "behavior": "date-only"}),
        ),
        (
            "new_Owner",
            json!({"type": "lookup", "targets": ["account"]}),
        ),
        (
            "new_Party",
            json!({"type": "lookup", "targets": ["account", "contact"]}),
        ),
        ("new_Buyer", json!({"type": "customer"})),
        ("new_Plan", json!({"type": "file", "max-size-kb": 1024})),
        ("new_Photo", json!({"type": "image"})),
    ] {
        let mut input = json!({"table": "new_boat", "name": name, "label": name});
        input
            .as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        let made = run(&office, "create-column", input).await;
        assert_eq!(made["outcome"], "created", "{name}");
    }
    let account = run(
        &office,
        "create-row",
        json!({"table": "account", "row": {"name": "Harbor"}}),
    )
    .await["id"]
        .clone();
    let row = json!({"new_name": "Albatross", "new_crew": "7", "new_length": "12.345", "new_sails": "Yes", "new_rig": "Ketch",
        "new_launched": "03/25/2026", "new_owner": account, "new_buyer": {"table": "account", "id": account}});
    let boat = run(
        &office,
        "create-row",
        json!({"table": "new_boat", "row": row, "return-row": true}),
    )
    .await;
    assert_eq!(boat["row"]["new_rig"], 100_000_007);
    let listed = run(
        &office,
        "list-columns",
        json!({"table": "new_boat", "custom": true}),
    )
    .await;
    let of = |kind: &str| listed["count-by-type"][kind].as_u64().unwrap_or(0);
    assert!(
        of("decimal") >= 1
            && of("lookup") >= 2
            && of("customer") == 1
            && of("file") == 1
            && of("image") == 1,
        "{listed}"
    );
    let options = run(&office, "list-columns", json!({"table": "new_boat", "type": "choice", "select": ["LogicalName"], "expand": ["OptionSet($select=Options)"]})).await;
    let definitions = options["definitions"].as_array().unwrap();
    assert!(
        definitions
            .iter()
            .any(|one| one["LogicalName"] == "new_rig" && one["OptionSet"]["Options"].is_array()),
        "{options}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_loses_no_language_and_nothing_else() {
    let office = Office::open().await;
    boats(&office).await;
    let input = json!({"table": "new_boat", "label": {"1033": "Vessel"}, "definition": {"EntityColor": "#112233"}, "publish": true});
    let changed = run(&office, "update-table", input.clone()).await;
    assert_eq!(
        (&changed["outcome"], &changed["published"]),
        (&json!("updated"), &json!(true))
    );
    let read = run(&office, "get-table", json!({"table": "new_boats"})).await["definition"].clone();
    let mut labels: Vec<&str> = read["DisplayName"]["LocalizedLabels"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Label"].as_str().unwrap())
        .collect();
    labels.sort_unstable();
    assert_eq!(labels, ["Boot", "Vessel"]);
    assert_eq!(
        (&read["EntityColor"], &read["HasNotes"]),
        (&json!("#112233"), &json!(true))
    );
    assert_eq!(
        run(&office, "update-table", input).await["outcome"],
        "unchanged"
    );
    let column = json!({"table": "new_boat", "name": "new_Port", "type": "text", "label": {"1033": "Port", "1031": "Hafen"}});
    run(&office, "create-column", column).await;
    let input = json!({"table": "new_boat", "column": "new_port", "label": {"1033": "Harbor"}, "max-length": 5, "required": "recommended"});
    run(&office, "update-column", input).await;
    let read = run(
        &office,
        "get-column",
        json!({"table": "new_boat", "column": "new_Port"}),
    )
    .await["definition"]
        .clone();
    assert_eq!(
        (&read["MaxLength"], &read["RequiredLevel"]["Value"]),
        (&json!(5), &json!("Recommended"))
    );
    assert_eq!(
        read["DisplayName"]["LocalizedLabels"]
            .as_array()
            .unwrap()
            .len(),
        2
    );
    let long = json!({"table": "new_boat", "row": {"new_port": "Bremen"}});
    assert!(office.run("create-row", long).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_are_tracked_and_audited_once_they_are_switched_on() {
    let office = Office::open().await;
    boats(&office).await;
    assert!(
        office
            .run("list-changes", json!({"table": "new_boat"}))
            .await
            .is_err()
    );
    let switched = run(&office, "set-change-tracking", json!({"table": "new_boat"})).await;
    assert_eq!(
        (&switched["outcome"], &switched["published"]),
        (&json!("updated"), &json!(true))
    );
    run(&office, "list-changes", json!({"table": "new_boat"})).await;
    assert_eq!(
        run(&office, "set-change-tracking", json!({"table": "new_boat"})).await["outcome"],
        "unchanged"
    );
    for input in [
        json!({"table": "new_boat"}),
        json!({"table": "new_boat", "column": "new_name", "enabled": false}),
    ] {
        assert_eq!(
            run(&office, "set-auditing", input.clone()).await["outcome"],
            "updated",
            "{input}"
        );
    }
    let listed = run(
        &office,
        "list-tables",
        json!({"tables": ["Boat"], "details": true}),
    )
    .await;
    let details = &listed["tables"][0]["details"];
    assert_eq!(
        (&details["auditing"], &details["change-tracking"]),
        (&json!(true), &json!(true))
    );
    run(&office, "set-auditing", json!({})).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn choices_keys_and_relationships_come_and_go() {
    let office = Office::open().await;
    boats(&office).await;
    let made = run(
        &office,
        "create-choice",
        json!({"name": "new_rig", "label": "Rig", "options": ["Sloop", "Ketch"]}),
    )
    .await;
    assert_eq!(made["outcome"], "created");
    run(&office, "create-column", json!({"table": "new_boat", "name": "new_Rig", "type": "choice", "label": "Rig", "choice": "NEW_RIG"})).await;
    let input = json!({"choice": "new_rig", "add": ["Yawl"], "change": {"Sloop": {"1031": "x"}}});
    assert!(
        office.run("update-choice", input).await.is_err(),
        "an option has no member 1031"
    );
    let input = json!({"choice": "new_rig", "add": ["Yawl"], "change": {"Sloop": {"label": {"1031": "Slup"}}}, "remove": ["Ketch"]});
    run(&office, "update-choice", input).await;
    let read = run(
        &office,
        "get-choice",
        json!({"table": "new_boat", "column": "new_rig"}),
    )
    .await;
    assert_eq!(read["global"], true);
    let labels: Vec<&str> = read["options"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["label"].as_str().unwrap())
        .collect();
    assert_eq!(labels, ["Sloop", "Yawl"]);
    assert_eq!(
        run(
            &office,
            "list-choices",
            json!({"search": "new_rig", "options": true})
        )
        .await["count"],
        1
    );

    run(
        &office,
        "create-column",
        json!({"table": "new_boat", "name": "new_Number", "type": "text", "label": "Number"}),
    )
    .await;
    run(
        &office,
        "create-key",
        json!({"table": "new_boat", "name": "new_Number", "columns": ["new_number"]}),
    )
    .await;
    let keys = run(&office, "list-keys", json!({"table": "new_boat"})).await;
    assert_eq!(keys["keys"][0]["columns"], json!(["new_number"]));
    assert!(keys["keys"][0]["index-status"].is_string());
    run(
        &office,
        "delete-key",
        json!({"table": "new_boat", "name": "new_Number"}),
    )
    .await;
    assert_eq!(
        run(&office, "list-keys", json!({"table": "new_boat"})).await["count"],
        0
    );

    let input = json!({"name": "new_account_new_boat", "table": "account", "related-table": "new_boat", "column": "new_AccountId",
        "label": "Account", "cascade": {"delete": "restrict"}});
    run(&office, "create-relationship", input).await;
    run(
        &office,
        "update-relationship",
        json!({"relationship": "NEW_account_new_boat", "cascade": {"delete": "remove-link"}}),
    )
    .await;
    let read = run(
        &office,
        "get-relationship",
        json!({"relationship": "new_account_new_boat"}),
    )
    .await;
    assert_eq!(
        read["definition"]["CascadeConfiguration"]["Delete"],
        "RemoveLink"
    );
    run(&office, "create-relationship", json!({"name": "new_boat_contact", "kind": "many-to-many", "table": "new_boat", "related-table": "contact"})).await;
    let listed = run(
        &office,
        "list-relationships",
        json!({"table": "new_boat", "kind": "many-to-many"}),
    )
    .await;
    assert_eq!(listed["relationships"][0]["other-table"], "contact");
    for (action, input) in [
        (
            "delete-relationship",
            json!({"relationship": "new_boat_contact"}),
        ),
        (
            "delete-relationship",
            json!({"relationship": "new_account_new_boat"}),
        ),
        (
            "delete-column",
            json!({"table": "new_boat", "column": "new_rig"}),
        ),
        ("delete-choice", json!({"choice": "new_rig"})),
        ("delete-table", json!({"table": "new_boat"})),
    ] {
        assert_eq!(
            run(&office, action, input).await["outcome"],
            "deleted",
            "{action}"
        );
    }
    assert!(
        office
            .run("get-table", json!({"table": "new_boat"}))
            .await
            .is_err()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn refusals_of_the_service_keep_its_words_and_a_dry_run_changes_nothing() {
    let office = Office::open().await;
    boats(&office).await;
    let again = office
        .run("create-table", json!({"name": "new_Boat", "label": "Boat"}))
        .await
        .unwrap_err();
    let HostError::Connector(error) = &again else {
        panic!("{again:?}");
    };
    assert!(!matches!(error, ConnectorError::Internal(_)), "{error:?}");
    for (action, input) in [
        ("create-table", json!({"name": "new_Port", "label": "Port"})),
        (
            "update-table",
            json!({"table": "new_boat", "label": "Ship"}),
        ),
        ("delete-table", json!({"table": "new_boat"})),
        ("set-change-tracking", json!({"table": "new_boat"})),
    ] {
        let shown = office
            .host
            .dry_run(&office.call(action, input))
            .await
            .unwrap();
        assert!(
            shown.url.contains("EntityDefinitions"),
            "{action}: {}",
            shown.url
        );
    }
    let listed = run(
        &office,
        "list-tables",
        json!({"tables": ["new_boat"], "details": true}),
    )
    .await;
    assert_eq!(listed["tables"][0]["label"], "Boat");
    assert_eq!(listed["tables"][0]["details"]["change-tracking"], false);
    let types = run(&office, "list-entity-types", json!({"search": "new_boat"})).await;
    assert_eq!(types["types"][0]["name"], "new_boats");
}
