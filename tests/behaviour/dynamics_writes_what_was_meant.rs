//! What is written is what a person meant: the row of a key, a lookup, a value, once.

use airlock_runtime::{ConnectorError, HostError};
use serde_json::{Value, json};
use support::Office;

fn refusals(result: Result<Value, HostError>) -> Vec<(String, String)> {
    match result.unwrap_err() {
        HostError::Connector(ConnectorError::InvalidInput(faults)) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

async fn id(office: &Office, table: &str, row: Value) -> Value {
    let input = json!({"table": table, "row": row});
    let created = office.run("create-row", input).await.unwrap();
    created["id"].clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_no_path_can_hold_goes_by_alias_in_every_action() {
    let office = Office::open().await;
    for (number, encoded) in [("A/2", "A%2F2"), ("B\\3#", "B%5C3%23"), ("C <&>*%:?+'", "")] {
        let key = json!({"accountnumber": number});
        let at = |more: Value| {
            let mut input = json!({"table": "account", "key": key});
            let more = more.as_object().unwrap().clone();
            input.as_object_mut().unwrap().extend(more);
            input
        };
        let row = json!({"row": {"name": "first"}});
        let made = office.run("upsert-row", at(row)).await.unwrap();
        assert_eq!(made["outcome"], "saved");
        let row = json!({"row": {"name": "second"}});
        office.run("update-row", at(row)).await.unwrap();
        let select = json!({"select": ["name", "accountnumber"]});
        let read = office.run("get-row", at(select)).await.unwrap();
        assert_eq!(read["row"]["name"], "second");
        assert_eq!(read["row"]["accountnumber"], number);
        office.run("delete-row", at(json!({}))).await.unwrap();
        let gone = office.run("get-row", at(json!({}))).await.unwrap_err();
        assert!(matches!(
            gone,
            HostError::Connector(ConnectorError::NotFound(_))
        ));
        let targets: Vec<String> = office
            .sim
            .requests()
            .into_iter()
            .map(|request| request.target)
            .filter(|target| target.contains("/accounts"))
            .collect();
        assert!(
            targets
                .iter()
                .all(|target| target.contains("accounts(accountnumber=@p1)?@p1='")),
            "{targets:#?}"
        );
        assert!(targets.iter().any(|target| target.contains(encoded)));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_is_emptied_whatever_it_points_at() {
    let office = Office::open().await;
    let contact = id(&office, "contact", json!({"lastname": "Park"})).await;
    let lead = id(&office, "lead", json!({"subject": "x", "lastname": "Ito"})).await;
    let account = id(
        &office,
        "account",
        json!({"name": "Harbor", "primarycontactid": contact}),
    )
    .await;
    let regarding = json!({"table": "lead", "id": lead});
    let task = id(
        &office,
        "task",
        json!({"subject": "call", "regardingobjectid": regarding}),
    )
    .await;
    for (table, id, column) in [
        ("account", &account, "primarycontactid"),
        ("task", &task, "regardingobjectid"),
    ] {
        let value = format!("_{column}_value");
        let read = || {
            office.run(
                "get-row",
                json!({"table": table, "id": id, "select": [column]}),
            )
        };
        assert!(read().await.unwrap()["row"][&value].is_string());
        let update = json!({"table": table, "id": id, "row": {column: null}});
        office.run("update-row", update).await.unwrap();
        assert_eq!(read().await.unwrap()["row"][&value], Value::Null);
    }
    let bodies: Vec<String> = office
        .sim
        .requests()
        .iter()
        .filter(|request| request.method == "PATCH")
        .map(|request| String::from_utf8_lossy(&request.body).into_owned())
        .collect();
    assert_eq!(
        bodies,
        [
            "{\"primarycontactid\":null}",
            "{\"regardingobjectid_lead_task\":null}",
        ]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_column_that_cannot_be_written_is_refused_in_every_spelling() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let user = "5f3e0c11-1111-4222-8333-000000000001";
    let team = format!("/teams({user})");
    let users = format!("/systemusers({user})");
    for (name, value) in [
        ("createdby", user),
        ("_createdby_value", user),
        ("createdby@odata.bind", &users),
        ("createdonbehalfby@odata.bind", &users),
        ("owningteam@odata.bind", &team),
    ] {
        let input = json!({"table": "account", "id": account, "row": {name: value}});
        let found = refusals(office.run("update-row", input).await);
        assert!(found[0].1.contains("read-only"), "{found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_that_was_read_is_written_back() {
    let office = Office::open().await;
    let contact = id(&office, "contact", json!({"lastname": "Park"})).await;
    let input = json!({
        "table": "contact", "id": contact, "formatted-values": true,
        "select": ["lastname", "gendercode", "_parentcustomerid_value"],
    });
    let read = office.run("get-row", input).await.unwrap();
    let mut row = read["row"].clone();
    row["lastname"] = json!("Park-Ito");
    let address = format!("contacts({})", contact.as_str().unwrap());
    let input = json!({"table": "contact", "id": address, "row": row});
    office.run("update-row", input).await.unwrap();
    let input = json!({"table": "contact", "id": address, "select": ["lastname"]});
    let read = office.run("get-row", input).await.unwrap();
    assert_eq!(read["row"]["lastname"], "Park-Ito");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_label_that_looks_like_a_number_is_found() {
    let office = Office::open().await;
    let label = |text: &str| {
        let one = json!({"Label": text, "LanguageCode": 1033});
        json!({"LocalizedLabels": [one]})
    };
    let options = json!([
        {"Value": 100_000_003, "Label": label("7")},
        {"Value": 100_000_004, "Label": label("Red")},
    ]);
    for (kind, name) in [
        ("Picklist", "new_Color"),
        ("MultiSelectPicklist", "new_Areas"),
    ] {
        let column = json!({
            "@odata.type": format!("Microsoft.Dynamics.CRM.{kind}AttributeMetadata"),
            "SchemaName": name,
            "DisplayName": label(name),
            "RequiredLevel": {"Value": "None"},
            "OptionSet": {"IsGlobal": false, "OptionSetType": "Picklist", "Options": options},
        });
        let input = json!({
            "url": "EntityDefinitions(LogicalName='account')/Attributes",
            "method": "POST", "data": column,
        });
        office.run("raw-request", input).await.unwrap();
    }
    for (column, value, expected) in [
        ("new_color", json!(7), "\"new_color\":100000003"),
        ("new_color", json!("7"), "\"new_color\":100000003"),
        ("new_color", json!(100_000_004), "\"new_color\":100000004"),
        (
            "new_areas",
            json!(["7", "red"]),
            "\"new_areas\":\"100000003,100000004\"",
        ),
        ("new_areas", json!([7]), "\"new_areas\":\"100000003\""),
    ] {
        let row = json!({"name": "x", column: value});
        let call = office.call("create-row", json!({"table": "account", "row": row}));
        let body = office.host.dry_run(&call).await.unwrap().body.unwrap();
        assert!(body.contains(expected), "{body}");
        office.invoke(&call).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_without_a_zone_is_noted() {
    let office = Office::open().await;
    let row = json!({"subject": "call", "scheduledend": "2026-12-01 10:00"});
    let created = office
        .run("create-row", json!({"table": "task", "row": row}))
        .await
        .unwrap();
    let note = created["notes"][0].as_str().unwrap();
    assert!(note.contains("taken as 2026-12-01T10:00:00Z"), "{note}");
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_are_sent_as_they_are() {
    let office = Office::open().await;
    let input = json!({
        "url": "accounts", "method": "post", "body-base64": "eyJuYW1lIjoiSGFyYm9yIn0=",
        "headers": {"content-type": "application/json"},
    });
    let answer = office.run("raw-request", input).await.unwrap();
    assert_eq!(answer["status"], 204);
    let bodies = office.sim.requests();
    assert!(
        bodies
            .iter()
            .any(|one| one.body == b"{\"name\":\"Harbor\"}".as_slice())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_promises_what_can_be_kept_and_no_more() {
    let office = Office::open().await;
    let task = json!({"table": "task", "row": {"subject": "once"}});
    let raw = json!({"url": "tasks", "method": "POST", "data": {"subject": "twice"}});
    for (action, input, key) in [("create-row", task, ""), ("raw-request", raw, "k")] {
        let mut call = office.call(action, input);
        call.idempotency_key = Some(key.to_owned());
        let refused = office.invoke(&call).await.unwrap_err();
        assert!(matches!(refused, HostError::Idempotency(_)), "{refused:?}");
    }
    let written = office.sim.requests();
    assert!(
        written
            .iter()
            .all(|one| one.method == "GET" || one.target.ends_with("/token"))
    );

    // Somebody else's row under an id that the caller chose is not claimed for the key.
    let lead = id(&office, "lead", json!({"subject": "x", "lastname": "Ito"})).await;
    let row = json!({"leadid": lead, "subject": "mine", "lastname": "Park"});
    let mut call = office.call("create-row", json!({"table": "lead", "row": row}));
    call.idempotency_key = Some("k".to_owned());
    let error = office.invoke(&call).await.unwrap_err();
    assert!(matches!(
        error,
        HostError::Connector(ConnectorError::Conflict(_))
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_within_a_row_ties_and_keys_are_written_at_once() {
    let office = Office::open().await;
    let parent = id(
        &office,
        "account",
        json!({"name": "Parent", "accountnumber": "P-1"}),
    )
    .await;
    let lead = id(&office, "lead", json!({"subject": "x", "lastname": "Ito"})).await;
    let row = json!({
        "name": "Harbor",
        "parentaccountid": {"table": "account", "key": {"accountnumber": "P-1"}},
        "primarycontactid": {"lastname": "Park"},
        "contact_customer_accounts": [{"lastname": "Bauer"}, {"lastname": "Chen"}],
        "accountleads_association@odata.bind": [format!("/leads({})", lead.as_str().unwrap())],
    });
    let account = id(&office, "account", row).await;
    // The service gives rows of a many-to-many relationship by themselves only.
    let read = |expand: Value| {
        let input = json!({
            "table": "account", "id": account, "select": ["parentaccountid"], "expand": expand,
        });
        office.run("get-row", input)
    };
    let tied = read(json!(["accountleads_association($select=lastname)"]))
        .await
        .unwrap();
    assert_eq!(
        tied["row"]["accountleads_association"][0]["lastname"],
        "Ito"
    );
    let read = read(json!([
        "primarycontactid($select=lastname)",
        "contact_customer_accounts($select=lastname;$orderby=lastname)",
    ]));
    let read = read.await.unwrap();
    let row = &read["row"];
    assert_eq!(row["_parentaccountid_value"], parent);
    assert_eq!(row["primarycontactid"]["lastname"], "Park");
    assert_eq!(row["contact_customer_accounts"][0]["lastname"], "Bauer");
    assert_eq!(row["contact_customer_accounts"][1]["lastname"], "Chen");

    let wrong = json!({"lastname": "x", "parentcustomerid": {"table": "lead", "id": lead}});
    let input = json!({"table": "contact", "row": wrong});
    let found = refusals(office.run("create-row", input).await);
    assert_eq!(found[0].0, "/row/parentcustomerid");
    assert!(found[0].1.contains("account or contact"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lookup_named_like_another_table_points_at_its_own() {
    let office = Office::open().await;
    let label = |text: &str| json!({"LocalizedLabels": [{"Label": text, "LanguageCode": 1033}]});
    let table = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.EntityMetadata",
        "SchemaName": "new_Dock", "OwnershipType": "UserOwned",
        "DisplayName": label("Dock"), "DisplayCollectionName": label("Docks"),
        "HasActivities": false, "HasNotes": false,
        "Attributes": [{
            "@odata.type": "Microsoft.Dynamics.CRM.StringAttributeMetadata",
            "SchemaName": "new_Name", "IsPrimaryName": true, "MaxLength": 100,
        }],
    });
    let lookup = json!({
        "@odata.type": "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
        "SchemaName": "new_account_contact_dock",
        "ReferencedEntity": "account", "ReferencingEntity": "contact",
        "Lookup": {
            "@odata.type": "Microsoft.Dynamics.CRM.LookupAttributeMetadata",
            "SchemaName": "new_Dock", "DisplayName": label("Dock"),
        },
    });
    for (url, data) in [
        ("EntityDefinitions", table),
        ("RelationshipDefinitions", lookup),
    ] {
        let input = json!({"url": url, "method": "POST", "data": data});
        office.run("raw-request", input).await.unwrap();
    }
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let row = json!({"lastname": "Park", "new_dock": account});
    let call = office.call("create-row", json!({"table": "contact", "row": row}));
    let body = office.host.dry_run(&call).await.unwrap().body.unwrap();
    let expected = format!(
        "\"new_Dock@odata.bind\":\"/accounts({})\"",
        account.as_str().unwrap()
    );
    assert!(body.contains(&expected), "{body}");
    office.invoke(&call).await.unwrap();
}
