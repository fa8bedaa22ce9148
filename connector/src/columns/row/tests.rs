use crate::webapi::testing::{client_of, contoso};
use airlock_connector::{http::Method, testing::Script};
use futures::executor::block_on;
use serde_json::json;

use super::*;
use crate::tables::{
    Catalog,
    testing::{column, list, organisation},
};

const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

fn write_to(script: &Script, table: &str, row: Value, purpose: Purpose) -> Result<Value, Error> {
    let key = RowKey::Id(ID.parse().unwrap());
    let key = Some(&key).filter(|_| purpose != Purpose::Create);
    write_at(script, table, row, (purpose, key)).map(|row| Value::Object(row.body))
}

fn write_at(
    script: &Script,
    table: &str,
    row: Value,
    target: (Purpose, Option<&RowKey>),
) -> Result<Row, Error> {
    let (client, catalog) = (client_of(script), Catalog::new());
    let organisation = Organisation::new(&client, &catalog);
    block_on(async {
        let table = catalog.table(&client, table, "/table").await?;
        let row = row.as_object().unwrap();
        super::row(organisation, &table, row, target, "/row").await
    })
}

fn write(row: Value, purpose: Purpose) -> Result<Value, Error> {
    write_to(&organisation(), "task", row, purpose)
}

fn faults(result: Result<Value, Error>) -> Vec<(String, String)> {
    match result {
        Err(Error::InvalidInput(faults)) => faults
            .into_iter()
            .map(|fault| (fault.pointer, fault.message))
            .collect(),
        other => panic!("faults expected: {other:?}"),
    }
}

#[test]
fn values_take_the_form_of_the_wire() {
    let upper = format!("{{{}}}", ID.to_uppercase());
    let table = [
        (json!({"subject": "Call"}), json!({"subject": "Call"})),
        (json!({"Subject": 42}), json!({"subject": "42"})),
        (json!({"subject": null}), json!({"subject": null})),
        (
            json!({"percentcomplete": "50"}),
            json!({"percentcomplete": 50}),
        ),
        (
            json!({"contoso_budget": "12.5"}),
            json!({"contoso_budget": 12.5}),
        ),
        (
            json!({"contoso_urgent": "yes"}),
            json!({"contoso_urgent": true}),
        ),
        (
            json!({"contoso_urgent": "burning"}),
            json!({"contoso_urgent": true}),
        ),
        (json!({"prioritycode": 2}), json!({"prioritycode": 2})),
        (json!({"prioritycode": "high"}), json!({"prioritycode": 2})),
        (json!({"statecode": "Completed"}), json!({"statecode": 1})),
        (
            json!({"contoso_tags": ["Red", 8]}),
            json!({"contoso_tags": "7,8"}),
        ),
        (json!({"contoso_tags": []}), json!({"contoso_tags": null})),
        (
            json!({"contoso_due": "2026-03-25"}),
            json!({"contoso_due": "2026-03-25"}),
        ),
        (
            json!({"scheduledend": "2026-03-25"}),
            json!({"scheduledend": "2026-03-25T00:00:00Z"}),
        ),
        (
            json!({"contoso_project": upper}),
            json!({"contoso_Project@odata.bind": format!("/contoso_projects({ID})")}),
        ),
        (
            json!({"contoso_project": null}),
            json!({"contoso_Project": null}),
        ),
        (
            json!({"_contoso_project_value": null}),
            json!({"contoso_Project": null}),
        ),
        (
            json!({"contoso_project@odata.bind": null}),
            json!({"contoso_Project": null}),
        ),
        (
            json!({"regardingobjectid_contact_task": null}),
            json!({"regardingobjectid_contact_task": null}),
        ),
        (json!({"ownerid": null}), json!({"ownerid": null})),
        // What a row that was read says of itself.
        (json!({"activityid": ID.to_uppercase()}), json!({})),
        (
            json!({"regardingobjectid": {"table": "account", "id": ID}}),
            json!({"regardingobjectid_account_task@odata.bind": format!("/accounts({ID})")}),
        ),
        (
            json!({"regardingobjectid": format!("contacts({ID})")}),
            json!({"regardingobjectid_contact_task@odata.bind": format!("/contacts({ID})")}),
        ),
        (
            json!({"regardingobjectid_contact_task": ID}),
            json!({"regardingobjectid_contact_task@odata.bind": format!("/contacts({ID})")}),
        ),
        (
            json!({"regardingobjectid@odata.bind": format!("/accounts({ID})")}),
            json!({"regardingobjectid_account_task@odata.bind": format!("/accounts({ID})")}),
        ),
        (
            json!({"contoso_project@odata.bind": format!("/contoso_projects({ID})")}),
            json!({"contoso_Project@odata.bind": format!("/contoso_projects({ID})")}),
        ),
        (
            json!({"ownerid": {"table": "team", "id": ID}}),
            json!({"ownerid@odata.bind": format!("/teams({ID})")}),
        ),
        (
            json!({"ownerid@odata.bind": format!("/systemusers({ID})")}),
            json!({"ownerid@odata.bind": format!("/systemusers({ID})")}),
        ),
        (
            json!({"regardingobjectid": {"table": "contact", "key": {"emailaddress1": "a@b.c"}}}),
            json!({"regardingobjectid_contact_task@odata.bind": "/contacts(emailaddress1='a@b.c')"}),
        ),
    ];
    for (row, expected) in table {
        assert_eq!(write(row.clone(), Purpose::Update), Ok(expected), "{row}");
    }
}

#[test]
fn a_row_that_was_read_can_be_written_back() {
    let read = json!({
        "@odata.context": "x",
        "@odata.etag": "W/\"7\"",
        "subject": "Call",
        "prioritycode": 1,
        "prioritycode@OData.Community.Display.V1.FormattedValue": "Normal",
        "_regardingobjectid_value": ID,
        "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname": "contact",
        "_regardingobjectid_value@OData.Community.Display.V1.FormattedValue": "Ada",
        "_contoso_project_value": null,
    });
    assert_eq!(
        write(read, Purpose::Create),
        Ok(json!({
            "subject": "Call",
            "prioritycode": 1,
            "regardingobjectid_contact_task@odata.bind": format!("/contacts({ID})"),
        }))
    );
}

#[test]
fn every_fault_is_reported_at_its_column() {
    let row = json!({
        "subjct": "x",
        "percentcomplete": "half",
        "prioritycode": "Hihg",
        "scheduledend": "tomorrow",
        "regardingobjectid": ID,
        "contoso_project": "Bridge",
        "createdon": "2026-01-01",
        "owneridname": "Ada",
        "contoso_file": "x",
        "contoso_project@bind": "x",
        "activityid": "5f3e0c11-1111-4222-8333-0000000000ff",
        "contoso_Projekt@odata.bind": "/contoso_projects(1)",
        "regardingobjectid_account_task": {"table": "contact", "id": ID},
    });
    let expected = [
        (
            "/row/subjct",
            "task has no column `subjct`; did you mean subject?",
        ),
        ("/row/percentcomplete", "not a whole number"),
        ("/row/prioritycode", "did you mean High?"),
        ("/row/scheduledend", "2026-03-25T17:42:00Z"),
        ("/row/regardingobjectid", "account or contact: say which"),
        ("/row/contoso_project", "does not point at a row"),
        ("/row/createdon", "read-only"),
        ("/row/owneridname", "write that column"),
        ("/row/contoso_file", "holds a file"),
        (
            "/row/contoso_project@bind",
            "write `contoso_project@odata.bind`",
        ),
        ("/row/activityid", "cannot be changed"),
        (
            "/row/contoso_Projekt@odata.bind",
            "did you mean contoso_Project",
        ),
        ("/row/regardingobjectid_account_task", "only of account"),
    ];
    let found = faults(write(row, Purpose::Update));
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (pointer, words) in expected {
        let message = found.iter().find(|(place, _)| place == pointer);
        let message = message.unwrap_or_else(|| panic!("no fault at {pointer}"));
        assert!(message.1.contains(words), "{pointer}: {}", message.1);
    }
}

#[test]
fn what_may_be_written_depends_on_the_purpose() {
    let table = [
        (json!({"activityid": ID}), Purpose::Create, None),
        (json!({"activityid": ID}), Purpose::Upsert, None),
        (
            json!({"statecode": 1}),
            Purpose::Create,
            Some("update the row afterwards"),
        ),
        (json!({"statecode": 1}), Purpose::Update, None),
        (
            json!({"createdon": null}),
            Purpose::Create,
            Some("read-only"),
        ),
        (
            json!({"_createdby_value": ID}),
            Purpose::Update,
            Some("read-only"),
        ),
        (
            json!({"createdby@odata.bind": format!("/systemusers({ID})")}),
            Purpose::Update,
            Some("read-only"),
        ),
        (
            json!({"CreatedBy@odata.bind": null}),
            Purpose::Upsert,
            Some("read-only"),
        ),
    ];
    for (row, purpose, fault) in table {
        let result = write(row.clone(), purpose);
        match fault {
            None => assert!(result.is_ok(), "{row} {purpose:?}: {result:?}"),
            Some(words) => {
                let found = faults(result);
                assert!(found[0].1.contains(words), "{row}: {found:?}");
            }
        }
    }
}

#[test]
fn columns_of_the_platform_stay_empty() {
    let script = contoso().always(
        Method::Get,
        "EntityDefinitions(LogicalName='task')/Attributes?",
        200,
        &list(vec![column("traversedpath", "String", "cu")]),
    );
    let known = organisation();
    let table = block_on(Catalog::new().table(&client_of(&known), "task", "/table")).unwrap();
    let (client, catalog) = (client_of(&script), Catalog::new());
    let write = |value: Value| {
        let organisation = Organisation::new(&client, &catalog);
        let row = RowBody::from_iter([("traversedpath".to_owned(), value)]);
        let target = (Purpose::Create, None);
        block_on(super::row(organisation, &table, &row, target, "/row"))
            .map(|row| Value::Object(row.body))
    };
    assert_eq!(write(Value::Null), Ok(json!({})));
    let found = faults(write(json!("x")));
    assert_eq!(found[0].0, "/row/traversedpath");
    assert!(found[0].1.contains("internal use only"), "{found:?}");
}

#[test]
fn one_lookup_cannot_be_set_twice() {
    let row = json!({
        "contoso_project": ID,
        "contoso_Project@odata.bind": format!("/contoso_projects({ID})"),
    });
    let found = faults(write(row, Purpose::Create));
    assert!(found[0].1.contains("set in this row already"), "{found:?}");
}

#[test]
fn an_owner_by_id_alone_is_asked_for() {
    let user = organisation().answer(Method::Get, "systemusers(", 200, "{}");
    let row = json!({ "ownerid": ID });
    let written = write_to(&user, "task", row.clone(), Purpose::Create).unwrap();
    assert_eq!(written["ownerid@odata.bind"], format!("/systemusers({ID})"));

    let team = organisation()
        .answer(Method::Get, "systemusers(", 404, "")
        .answer(Method::Get, "teams(", 200, "{}");
    let written = write_to(&team, "task", row.clone(), Purpose::Create).unwrap();
    assert_eq!(written["ownerid@odata.bind"], format!("/teams({ID})"));

    let nobody = organisation()
        .answer(Method::Get, "systemusers(", 404, "")
        .answer(Method::Get, "teams(", 404, "");
    let found = faults(write_to(&nobody, "task", row, Purpose::Create));
    assert!(
        found[0].1.contains("neither a user nor a team"),
        "{found:?}"
    );
}

#[test]
fn a_lookup_by_an_awkward_key_is_bound_by_id() {
    let found = list(vec![json!({ "contactid": ID })]);
    for (value, encoded) in [
        ("a+#/'@b.c", "a%2B%23%2F''%40b.c"),
        ("Ö, O'Brien", "%C3%96%2C%20O''Brien"),
    ] {
        let script = organisation().answer(
            Method::Get,
            &format!("contacts?$select=contactid&$filter=emailaddress1%20eq%20'{encoded}'&$top=2"),
            200,
            &found,
        );
        let row = json!({
            "regardingobjectid": {"table": "contact", "key": {"emailaddress1": value}}
        });
        let written = write_to(&script, "task", row, Purpose::Create).unwrap();
        assert_eq!(
            written,
            json!({"regardingobjectid_contact_task@odata.bind": format!("/contacts({ID})")})
        );
    }
}

#[test]
fn rows_within_a_row_follow_the_rules_of_their_own_tables() {
    let row = json!({
        "name": "Harbor",
        "primarycontactid": {"lastname": "Park"},
        "account_tasks": [{"subject": "Call", "prioritycode": "High"}],
    });
    let script = organisation();
    assert_eq!(
        write_to(&script, "account", row.clone(), Purpose::Create),
        Ok(json!({
            "name": "Harbor",
            "primarycontactid": {"lastname": "Park"},
            "Account_Tasks": [{"subject": "Call", "prioritycode": 2}],
        }))
    );
    let found = faults(write_to(&script, "account", row, Purpose::Update));
    assert_eq!(found.len(), 2);
    assert!(found[0].1.contains("only be created together"), "{found:?}");

    let wrong = json!({"Account_Tasks": [{"subject": "x"}, {"subjct": "y"}]});
    let found = faults(write_to(&script, "account", wrong, Purpose::Create));
    assert_eq!(found[0].0, "/row/Account_Tasks/1/subjct");
}

#[test]
fn a_column_younger_than_the_cache_is_found() {
    let resource = "EntityDefinitions(LogicalName='task')/Attributes?";
    let old = list(vec![column("subject", "String", "cu")]);
    let new = list(vec![
        column("subject", "String", "cu"),
        column("contoso_new", "String", "cu"),
    ]);
    let script = contoso()
        .answer(Method::Get, resource, 200, &old)
        .answer(Method::Get, resource, 200, &new)
        .always(
            Method::Get,
            "EntityDefinitions(LogicalName='task')/Attributes/Microsoft.Dynamics.CRM.StringAttributeMetadata?",
            200,
            &list(Vec::new()),
        )
        .always(
            Method::Get,
            "EntityDefinitions(LogicalName='task')/ManyTo",
            200,
            &list(vec![]),
        );
    let client = client_of(&script);
    let catalog = Catalog::new();
    let known = organisation();
    let table = block_on(Catalog::new().table(&client_of(&known), "task", "/table")).unwrap();
    let write = |row: Value| {
        let organisation = Organisation::new(&client, &catalog);
        let row = row.as_object().unwrap().clone();
        block_on(super::row(
            organisation,
            &table,
            &row,
            (Purpose::Create, None),
            "/row",
        ))
    };
    assert!(write(json!({"subject": "x"})).is_ok());
    block_on(client.transport().sleep(std::time::Duration::from_secs(1)));
    assert!(write(json!({"contoso_new": "x"})).is_ok());
}

#[test]
fn only_the_metadata_that_values_need_is_read() {
    let script = organisation();
    write_to(
        &script,
        "task",
        json!({"subject": "x", "contoso_urgent": true, "contoso_budget": 1}),
        Purpose::Create,
    )
    .unwrap();
    let sent = script.sent();
    let read = ["/Attributes?", ".StringAttribute", ".MoneyAttribute"];
    assert_eq!(sent.len(), 1 + read.len(), "{sent:#?}");
    for (sent, part) in sent[1..].iter().zip(read) {
        assert!(sent.contains(part), "{sent}");
    }
}

#[test]
fn every_value_beyond_what_its_column_holds_is_reported_at_once() {
    let row = json!({
        "subject": "one line\nand another",
        "description": "x".repeat(2001),
        "percentcomplete": "101",
        "contoso_budget": -0.01,
        "contoso_due": "1752-12-31",
        "prioritycode": "Hihg",
        "contoso_urgent": "perhaps",
        "contoso_file": "x",
        "contoso_photo": "aGk=",
    });
    let expected = [
        ("/row/subject", "one line"),
        (
            "/row/description",
            "2001 characters, and the column holds 2000",
        ),
        ("/row/percentcomplete", "101 is outside of 0 to 100"),
        ("/row/contoso_budget", "outside of 0 to 1000000"),
        ("/row/contoso_due", "not a date such as"),
        ("/row/prioritycode", "did you mean High?"),
        ("/row/contoso_urgent", "Calm (0) or Burning (1)"),
        ("/row/contoso_file", "`upload-file`"),
        ("/row/contoso_photo", "`upload-file`"),
    ];
    let script = organisation();
    let found = faults(write_to(&script, "task", row, Purpose::Create));
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (pointer, words) in expected {
        let message = found.iter().find(|(place, _)| place == pointer);
        let message = message.unwrap_or_else(|| panic!("no fault at {pointer}"));
        assert!(message.1.contains(words), "{pointer}: {}", message.1);
    }
    let writes = script
        .sent()
        .into_iter()
        .any(|line| !line.starts_with("GET "));
    assert!(!writes);
}

#[test]
fn null_empties_a_row_that_exists_and_is_no_value_of_a_new_one() {
    let row = json!({"subject": null, "description": "", "prioritycode": null,
        "scheduledend": null, "contoso_tags": [], "contoso_project": null});
    let created = write(row.clone(), Purpose::Create);
    assert_eq!(created, Ok(json!({"description": ""})));
    for purpose in [Purpose::Update, Purpose::Upsert] {
        let changed = write(row.clone(), purpose);
        let expected = json!({"subject": null, "description": "", "prioritycode": null,
            "scheduledend": null, "contoso_tags": null, "contoso_Project": null});
        assert_eq!(changed, Ok(expected), "{purpose:?}");
    }
    let photo = json!({"contoso_photo": null});
    assert_eq!(write(photo.clone(), Purpose::Update), Ok(photo));
}

#[test]
fn an_amount_with_more_places_than_are_kept_is_sent_as_it_is_and_noted() {
    let row = json!({"contoso_budget": "12.345"});
    let written = write_at(&organisation(), "task", row, (Purpose::Create, None)).unwrap();
    assert_eq!(written.body["contoso_budget"].to_string(), "12.345");
    assert!(written.notes[0].contains("the 2 that the column keeps"));
}

#[test]
fn a_row_is_found_by_what_it_is_called_where_that_is_asked() {
    let one = |id: &str| list(vec![json!({ id: ID })]);
    let (none, user) = (list(Vec::new()), one("systemuserid"));
    let asks = |set: &str, id: &str, filter: &str| format!("{set}?$select={id}&$filter={filter}");
    let mail = "internalemailaddress%20eq%20'ada%40contoso.com'%20or%20domainname%20eq%20'ada%40contoso.com'";
    let script = organisation()
        .answer(
            Method::Get,
            &asks("systemusers", "systemuserid", mail),
            200,
            &user,
        )
        .answer(
            Method::Get,
            &asks("teams", "teamid", "emailaddress%20eq%20'ada"),
            200,
            &none,
        )
        .answer(
            Method::Get,
            &asks(
                "contoso_projects",
                "contoso_projectid",
                "name%20eq%20'O''Brien'",
            ),
            200,
            &one("contoso_projectid"),
        );
    let row =
        json!({"ownerid": {"find": "ada@contoso.com"}, "contoso_project": {"find": "O'Brien"}});
    assert_eq!(
        write_to(&script, "task", row, Purpose::Create),
        Ok(json!({
            "ownerid@odata.bind": format!("/systemusers({ID})"),
            "contoso_Project@odata.bind": format!("/contoso_projects({ID})"),
        }))
    );
    let team = organisation().answer(Method::Get, "teams?", 200, &one("teamid"));
    let row = json!({"ownerid": {"table": "team", "find": "Sales"}});
    let written = write_to(&team, "task", row, Purpose::Create).unwrap();
    assert_eq!(
        written,
        json!({"ownerid@odata.bind": format!("/teams({ID})")})
    );
}

#[test]
fn a_name_that_no_row_or_several_rows_have_is_refused() {
    let (none, user) = (list(Vec::new()), list(vec![json!({"systemuserid": ID})]));
    let team = list(vec![json!({"teamid": ID})]);
    let table = [
        (
            &none,
            &none,
            json!({"find": "Ada"}),
            "/row/ownerid",
            "no row of systemuser or team is called `Ada`",
        ),
        (
            &user,
            &team,
            json!({"find": "Ada"}),
            "/row/ownerid",
            "more than one row is called `Ada` (systemusers(",
        ),
        (
            &none,
            &none,
            json!({"find": ""}),
            "/row/ownerid/find",
            "is not what a row is called",
        ),
        (
            &none,
            &none,
            json!({"find": "Ada", "table": "contact"}),
            "/row/ownerid",
            "only of systemuser or team",
        ),
    ];
    for (users, teams, owner, pointer, words) in table {
        let script = organisation()
            .always(Method::Get, "systemusers?", 200, users)
            .always(Method::Get, "teams?", 200, teams);
        let row = json!({ "ownerid": owner });
        let found = faults(write_to(&script, "task", row, Purpose::Update));
        assert_eq!(found[0].0, pointer);
        assert!(found[0].1.contains(words), "{found:?}");
    }
    let row = json!({"regardingobjectid": {"find": "Harbor"}});
    let found = faults(write(row, Purpose::Create));
    assert!(found[0].1.contains("say which"), "{found:?}");
}

#[test]
fn a_lookup_with_several_tables_is_emptied_by_that_of_the_row_it_points_at() {
    let told = "_regardingobjectid_value@Microsoft.Dynamics.CRM.lookuplogicalname";
    let now = |table: &str| json!({"_regardingobjectid_value": ID, told: table}).to_string();
    let tables = [
        (200, now("contact"), "regardingobjectid_contact_task"),
        (200, now("account"), "regardingobjectid_account_task"),
        (200, "{}".to_owned(), "regardingobjectid_account_task"),
        (404, String::new(), "regardingobjectid_account_task"),
    ];
    for (status, body, navigation) in tables {
        let read = format!("tasks({ID})?$select=_regardingobjectid_value");
        let script = organisation().answer(Method::Get, &read, status, &body);
        let row = json!({ "regardingobjectid": null });
        let written = write_to(&script, "task", row, Purpose::Update).unwrap();
        assert_eq!(written, json!({ navigation: null }), "{body}");
    }
}

#[test]
fn a_time_without_a_zone_is_written_as_utc_and_noted() {
    let row = json!({"scheduledend": "2026-12-01 10:00", "contoso_due": "2026-12-01"});
    let written = write_at(&organisation(), "task", row, (Purpose::Create, None)).unwrap();
    assert_eq!(written.body["scheduledend"], "2026-12-01T10:00:00Z");
    let note = "scheduledend: `2026-12-01 10:00` names no time zone and was taken as \
                2026-12-01T10:00:00Z";
    assert_eq!(written.notes, [note]);
    let row = json!({"scheduledend": "2026-12-01T10:00:00+01:00"});
    let written = write_at(&organisation(), "task", row, (Purpose::Create, None)).unwrap();
    assert!(written.notes.is_empty());
}

#[test]
fn who_cannot_own_is_answered_with_rows_that_can() {
    let found = faults(write(json!({"ownerid": "nobody"}), Purpose::Update));
    assert!(found[0].1.contains("`systemuser(<GUID>)`"), "{found:?}");
    assert!(!found[0].1.contains("contact"), "{found:?}");
}
