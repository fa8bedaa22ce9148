//! Values as people write them, single columns of a row, and ties between rows: the real connector says before
//! anything is written what does not fit, and writes what was meant through a service that throttles and breaks off.

use airlock_runtime::{ConnectorError, HostError};
use dataverse_sim::control::{Effect, FaultRule};
use serde_json::{Value, json};
use support::Office;

const NOBODY: &str = "5f3e0c11-1111-4222-8333-000000000001";

async fn id(office: &Office, table: &str, row: Value) -> Value {
    let input = json!({"table": table, "row": row});
    office.run("create-row", input).await.unwrap()["id"].clone()
}

fn refusals(result: Result<Value, HostError>) -> Vec<(String, String)> {
    match result.unwrap_err() {
        HostError::Connector(ConnectorError::InvalidInput(faults)) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("{other:?}"),
    }
}

/// What was sent that changes something.
fn changes(office: &Office) -> Vec<String> {
    let requests = office.sim.requests();
    let changes = requests
        .iter()
        .filter(|one| one.method != "GET" && !one.target.ends_with("/token"));
    changes
        .map(|one| format!("{} {}", one.method, one.target))
        .collect()
}

/// The next request to `path` with `method` is throttled, the one after it done but never answered.
fn disturb(office: &Office, method: &str, path: &str) {
    let busy = Effect::Status {
        status: 429,
        code: "0x80072322".to_owned(),
        message: "Too many requests.".to_owned(),
        retry_after: Some(0),
        body: None,
    };
    for effect in [busy, Effect::ResetAfter] {
        let rule = FaultRule::new(path, effect).method(method).times(1);
        office.sim.add_fault(rule);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_fit_its_column_is_told_at_once_and_nothing_is_written() {
    let office = Office::open().await;
    let row = json!({
        "subject": "x".repeat(1000),
        "percentcomplete": 101,
        "scheduledend": "25/03/2026",
        "prioritycode": "Hihg",
        "actualdurationminutes": "12.5",
    });
    let found = refusals(
        office
            .run("create-row", json!({"table": "task", "row": row}))
            .await,
    );
    let mut places: Vec<&str> = found.iter().map(|(place, _)| place.as_str()).collect();
    places.sort_unstable();
    let expected = [
        "/row/actualdurationminutes",
        "/row/percentcomplete",
        "/row/prioritycode",
        "/row/scheduledend",
        "/row/subject",
    ];
    assert_eq!(places, expected, "{found:#?}");
    assert!(changes(&office).is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customer_is_an_id_and_a_type_as_forms_write_it() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let contact = id(&office, "contact", json!({"lastname": "Park"})).await;
    for (customer, table) in [(&account, "accounts"), (&contact, "contacts")] {
        let row = json!({"name": "Deal", "_customerid_value": customer, "_customerid_type": table});
        let deal = office
            .run(
                "create-row",
                json!({"table": "opportunity", "row": row, "return-row": true}),
            )
            .await
            .unwrap();
        assert_eq!(&deal["row"]["_customerid_value"], customer, "{table}");
    }
    let row = json!({"name": "Deal", "_customerid_value": account, "_customerid_type": "leads"});
    let found = refusals(
        office
            .run("create-row", json!({"table": "opportunity", "row": row}))
            .await,
    );
    assert!(found[0].1.contains("account or contact"), "{found:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_owner_is_found_by_e_mail_where_that_is_asked() {
    let office = Office::open().await;
    let users = json!({"table": "systemuser", "filter": "contains(internalemailaddress,'ada.park')",
        "select": ["internalemailaddress"]});
    let ada = office.run("find-row", users).await.unwrap();
    let mail = ada["row"]["internalemailaddress"].clone();
    let row = json!({"subject": "call", "ownerid": {"find": mail}});
    let input =
        json!({"table": "task", "row": row, "return-row": true, "select": ["_ownerid_value"]});
    let task = office.run("create-row", input).await.unwrap();
    assert_eq!(task["row"]["_ownerid_value"], ada["id"]);
    let row = json!({"subject": "call", "ownerid": {"find": "nobody@contoso.com"}});
    let found = refusals(
        office
            .run("create-row", json!({"table": "task", "row": row}))
            .await,
    );
    assert_eq!(found[0].0, "/row/ownerid");
    assert!(
        found[0].1.contains("no row of systemuser or team"),
        "{found:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_filter_takes_the_time_that_flows_write() {
    let office = Office::open().await;
    let input = json!({"table": "account", "filter": "createdon gt 2001-01-01T00:00:00.0000000Z"});
    let found = office.run("list-rows", input).await.unwrap();
    assert!(!found["rows"].as_array().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn one_column_is_written_read_and_emptied_through_a_service_that_breaks_off() {
    let office = Office::open().await;
    let account = id(
        &office,
        "account",
        json!({"name": "Harbor", "accountnumber": "A/1"}),
    )
    .await;
    let contact = id(&office, "contact", json!({"lastname": "Park"})).await;
    // By its id, by a key that no path can hold, and by the address of its page.
    let page = format!(
        "{}/main.aspx?etn=account&pagetype=entityrecord&id=%7b{}%7d",
        office.sim.base_url(),
        account.as_str().unwrap().to_uppercase()
    );
    let rows = [
        json!({"table": "account", "id": account}),
        json!({"table": "account", "key": {"accountnumber": "A/1"}}),
        json!({"table": "account", "id": page}),
    ];
    let with = |row: &Value, more: Value| {
        let mut input = row.clone();
        let members = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(members);
        input
    };
    for (number, row) in rows.iter().enumerate() {
        let phone = format!("+49 40 {number}");
        disturb(&office, "PUT", "/telephone1");
        let set = with(row, json!({"property": "telephone1", "value": phone}));
        let set = office.run("set-property", set).await.unwrap();
        assert_eq!(set["property"], "telephone1");
        disturb(&office, "GET", "/telephone1");
        let asked = with(row, json!({"property": "telephone1"}));
        let read = office.run("get-property", asked.clone()).await.unwrap();
        assert_eq!(read["value"], phone, "{read}");
        disturb(&office, "DELETE", "/telephone1");
        office.run("clear-property", asked.clone()).await.unwrap();
        let read = office.run("get-property", asked).await.unwrap();
        assert_eq!(read["value"], Value::Null);
    }
    // A lookup is a column like any other.
    let lookup = with(
        &rows[0],
        json!({"property": "primarycontactid", "value": contact}),
    );
    office.run("set-property", lookup).await.unwrap();
    let asked = with(&rows[0], json!({"property": "primarycontactid"}));
    let read = office.run("get-property", asked.clone()).await.unwrap();
    assert_eq!(read["value"], contact);
    office.run("clear-property", asked.clone()).await.unwrap();
    let read = office.run("get-property", asked).await.unwrap();
    assert_eq!(read["value"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_one_column_is_told_before_anything_is_written() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let before = changes(&office).len();
    let row = |more: Value| {
        let mut input = json!({"table": "account", "id": account});
        let members = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(members);
        input
    };
    for (action, more, place) in [
        (
            "set-property",
            json!({"property": "nmae", "value": "x"}),
            "/property",
        ),
        (
            "set-property",
            json!({"property": "createdon", "value": "2026-01-01"}),
            "/value",
        ),
        (
            "set-property",
            json!({"property": "name", "value": "x".repeat(5000)}),
            "/value",
        ),
        (
            "set-property",
            json!({"property": "numberofemployees", "value": "many"}),
            "/value",
        ),
        ("get-property", json!({"property": "nmae"}), "/property"),
        ("clear-property", json!({"property": "nmae"}), "/property"),
    ] {
        let found = refusals(office.run(action, row(more)).await);
        assert_eq!(found[0].0, place, "{action}: {found:?}");
    }
    assert_eq!(changes(&office).len(), before);
    for (action, more) in [
        ("set-property", json!({"property": "name", "value": "x"})),
        ("get-property", json!({"property": "name"})),
        ("clear-property", json!({"property": "telephone1"})),
    ] {
        let mut input = json!({"table": "account", "id": NOBODY});
        let members = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(members);
        let error = office.run(action, input).await.unwrap_err();
        let missing = matches!(error, HostError::Connector(ConnectorError::NotFound(_)));
        assert!(missing, "{action}: {error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_are_tied_listed_and_untied_through_a_service_that_breaks_off() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let mut contacts = Vec::new();
    for name in ["Park", "Ito"] {
        let contact = id(&office, "contact", json!({"lastname": name})).await;
        contacts.push(format!("contacts({})", contact.as_str().unwrap()));
    }
    let lead = id(&office, "lead", json!({"subject": "x", "lastname": "Ito"})).await;
    let lead = format!("/leads({})", lead.as_str().unwrap());
    // One to many by the relationship in any case, many to many by its navigation property.
    for (relationship, related) in [
        ("CONTACT_customer_accounts", contacts.clone()),
        ("accountleads_association", vec![lead]),
    ] {
        let row = json!({"table": "account", "id": account, "relationship": relationship});
        let tie = |related: &[String]| {
            let mut input = row.clone();
            input["related"] = json!(related);
            input
        };
        disturb(&office, "POST", "/$ref");
        let tied = office.run("associate-rows", tie(&related)).await.unwrap();
        assert_eq!(tied["links"].as_array().unwrap().len(), related.len());
        disturb(&office, "GET", "/accounts(");
        let listed = office.run("list-related-rows", row.clone()).await.unwrap();
        assert_eq!(listed["rows"].as_array().unwrap().len(), related.len());
        disturb(&office, "DELETE", "/$ref");
        let untied = tie(&related);
        office
            .run("disassociate-rows", untied.clone())
            .await
            .unwrap();
        let listed = office.run("list-related-rows", row.clone()).await.unwrap();
        assert!(listed["rows"].as_array().unwrap().is_empty(), "{listed}");
        let error = office.run("disassociate-rows", untied).await.unwrap_err();
        let missing = matches!(error, HostError::Connector(ConnectorError::NotFound(_)));
        assert!(missing, "{relationship}: {error:?}");
        office.sim.clear_faults();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_tied_is_told_before_anything_is_written() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let before = changes(&office).len();
    let contact = format!("contacts({NOBODY})");
    let foreign = format!("https://fabrikam.example/api/data/v9.2/contacts({NOBODY})");
    for (relationship, related, place) in [
        (
            "contact_customer_acounts",
            json!([contact]),
            "/relationship",
        ),
        ("contact_customer_accounts", json!([]), "/related"),
        ("contact_customer_accounts", json!([foreign]), "/related/0"),
        (
            "contact_customer_accounts",
            json!(["leads(1)"]),
            "/related/0",
        ),
    ] {
        let input = json!({"table": "account", "id": account, "relationship": relationship,
            "related": related});
        for action in ["associate-rows", "disassociate-rows"] {
            let found = refusals(office.run(action, input.clone()).await);
            assert_eq!(found[0].0, place, "{action} {relationship}: {found:?}");
        }
    }
    let input = json!({"table": "account", "id": account, "relationship": "primarycontactid"});
    let found = refusals(office.run("list-related-rows", input).await);
    assert_eq!(found[0].0, "/relationship");
    assert_eq!(changes(&office).len(), before);
}

#[tokio::test(flavor = "multi_thread")]
async fn dry_runs_of_writes_show_their_request_and_change_nothing() {
    let office = Office::open().await;
    let account = id(&office, "account", json!({"name": "Harbor"})).await;
    let contact = id(&office, "contact", json!({"lastname": "Park"})).await;
    let at = format!("/accounts({})", account.as_str().unwrap());
    let related = json!([format!("contacts({})", contact.as_str().unwrap())]);
    let before = changes(&office).len();
    let row = |more: Value| {
        let mut input = json!({"table": "account", "id": account});
        let members = more.as_object().unwrap().clone();
        input.as_object_mut().unwrap().extend(members);
        input
    };
    let relationship = "contact_customer_accounts";
    for (action, input, method, end) in [
        (
            "set-property",
            row(json!({"property": "name", "value": "x"})),
            "PUT",
            "/name",
        ),
        (
            "clear-property",
            row(json!({"property": "fax"})),
            "DELETE",
            "/fax",
        ),
        (
            "associate-rows",
            row(json!({"relationship": relationship, "related": related})),
            "POST",
            "/contact_customer_accounts/$ref",
        ),
        (
            "update-row",
            row(json!({"row": {"name": "y"}, "only-changed": true})),
            "PATCH",
            "",
        ),
    ] {
        let request = office
            .host
            .dry_run(&office.call(action, input))
            .await
            .unwrap();
        assert_eq!(request.method, method, "{action}");
        let url = &request.url;
        assert!(url.ends_with(&format!("{at}{end}")), "{action}: {url}");
    }
    assert_eq!(changes(&office).len(), before);
}
