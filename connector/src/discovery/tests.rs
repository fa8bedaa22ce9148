//! Discovery as a form sees it.

use airlock_connector::{Error, http::Method, testing::Script};
use futures::executor::block_on;
use serde_json::{Value, json};

use super::check;
use crate::actions::testing::{ID, faults, leads, session};
use crate::{Dynamics, session::Session, webapi::testing::contoso};
use airlock_connector::{Choice, dispatch};

async fn choices(
    session: &Session<Script>,
    source: &str,
    form: &str,
) -> Result<Vec<Choice>, Error> {
    dispatch::choices::<Dynamics, _>(session, source, form).await
}

fn input_of(action: &str) -> Value {
    (dispatch::find::<Dynamics, Script>(action).unwrap().input)()
}

async fn refine(session: &Session<Script>, operation: &str, form: &str) -> Result<Value, Error> {
    dispatch::refine::<Dynamics, _>(session, operation, form).await
}

const CASTS: &str = "EntityDefinitions(LogicalName='lead')/Attributes/Microsoft.Dynamics.CRM.";

fn label(text: &str) -> Value {
    json!({"UserLocalizedLabel": {"Label": text}})
}

/// Leads with everything that a form asks of them.
fn whole_leads() -> Script {
    let options = json!([
        {"Value": 1, "Label": label("Advertisement")},
        {"Value": 8, "Label": label("Web")},
    ]);
    let sources =
        json!({"value": [{"LogicalName": "leadsourcecode", "OptionSet": {"Options": options}}]});
    let lengths = json!({"value": [{"LogicalName": "subject", "MaxLength": 300}]});
    let dates = json!({"value": [
        {"LogicalName": "estimatedclosedate", "DateTimeBehavior": {"Value": "DateOnly"}},
    ]});
    let lookups = json!({"value": [
        {"ReferencingAttribute": "ownerid", "ReferencedEntity": "team",
         "ReferencingEntityNavigationPropertyName": "ownerid"},
        {"ReferencingAttribute": "ownerid", "ReferencedEntity": "systemuser",
         "ReferencingEntityNavigationPropertyName": "ownerid"},
    ]});
    let none = json!({"value": []});
    let casts = [
        ("Picklist", &sources),
        ("String", &lengths),
        ("DateTime", &dates),
        ("Memo", &none),
        ("MultiSelectPicklist", &none),
        ("Boolean", &none),
        ("State", &none),
        ("Status", &none),
    ];
    let mut script = leads().always(
        Method::Get,
        "EntityDefinitions(LogicalName='lead')/ManyToOneRelationships?",
        200,
        &lookups.to_string(),
    );
    for (cast, answer) in casts {
        let resource = format!("{CASTS}{cast}AttributeMetadata?");
        script = script.always(Method::Get, &resource, 200, &answer.to_string());
    }
    script
}

fn entries(script: &Script, source: &str, form: Value) -> Result<Vec<(Value, String)>, Error> {
    let found = block_on(choices(&session(script), source, &form.to_string()))?;
    Ok(found
        .into_iter()
        .map(|choice| (choice.value, choice.label))
        .collect())
}

#[test]
fn tables_are_listed_by_what_people_call_them() {
    let tables = json!({"value": [
        {"LogicalName": "task", "EntitySetName": "tasks", "DisplayName": label("Task")},
        {"LogicalName": "lead", "EntitySetName": "leads", "DisplayName": label("Enquiry")},
        {"LogicalName": "sdkmessage", "EntitySetName": "sdkmessages", "IsPrivate": true},
        {"LogicalName": "listmember", "EntitySetName": "listmembers", "IsIntersect": true},
        {"LogicalName": "noset"},
    ]});
    let script = contoso().always(
        Method::Get,
        "EntityDefinitions?$select",
        200,
        &tables.to_string(),
    );
    let expected = [
        (json!("lead"), "Enquiry (lead)"),
        (json!("task"), "Task (task)"),
    ];
    let expected = expected.map(|(value, label)| (value, label.to_owned()));
    assert_eq!(entries(&script, "tables", json!({})).unwrap(), expected);
}

#[test]
fn columns_leave_out_what_only_belongs_to_another() {
    let found = entries(&leads(), "columns", json!({"table": "leads"})).unwrap();
    assert!(found.contains(&(json!("subject"), "Topic (subject)".to_owned())));
    assert!(!found.iter().any(|(value, _)| value == "owneridname"));
}

#[test]
fn the_values_of_a_choice_carry_their_labels() {
    let form = json!({"table": "lead", "column": "leadsourcecode"});
    let found = entries(&whole_leads(), "choice-values", form).unwrap();
    let expected = [
        (json!(1), "Advertisement".to_owned()),
        (json!(8), "Web".to_owned()),
    ];
    assert_eq!(found, expected);
}

#[test]
fn a_form_that_lacks_what_the_entries_depend_on_is_told_so() {
    let table = [
        ("columns", json!({}), "/table", "fill in `table`"),
        (
            "choice-values",
            json!({"table": "lead"}),
            "/column",
            "fill in `column`",
        ),
        (
            "choice-values",
            json!({"table": "lead", "column": "subjct"}),
            "/column",
            "did you mean subject?",
        ),
        (
            "choice-values",
            json!({"table": "lead", "column": "subject"}),
            "/column",
            "not a choice column",
        ),
        (
            "lookup-targets",
            json!({"table": "lead", "column": "subject"}),
            "/column",
            "not a lookup column",
        ),
        ("colours", json!({}), "", "there are tables, columns"),
    ];
    for (source, form, pointer, message) in table {
        let found = faults(entries(&whole_leads(), source, form).unwrap_err());
        assert_eq!(found[0].0, pointer, "{source}");
        assert!(found[0].1.contains(message), "{}", found[0].1);
    }
}

fn refined(operation: &str, form: Value) -> Value {
    block_on(refine(
        &session(&whole_leads()),
        operation,
        &form.to_string(),
    ))
    .unwrap()
}

#[test]
fn a_refined_create_knows_the_columns_of_its_table() {
    let schema = refined("create-row", json!({"table": "lead"}));
    let row = &schema["properties"]["row"];
    let owner = json!({
        "type": "string", "title": "Owner", "x-airlock-required": "service",
        "x-airlock-targets": ["systemuser", "team"],
        "description": "A row of systemuser, team, such as systemuser(id) or \
                        systemuser(column='value').",
    });
    let table = [
        (
            "subject",
            json!({
                "type": "string", "maxLength": 300, "title": "Topic", "x-airlock-required": "form",
            }),
        ),
        (
            "leadsourcecode",
            json!({
                "type": "integer", "title": "Lead Source",
                "oneOf": [{"const": 1, "title": "Advertisement"}, {"const": 8, "title": "Web"}],
            }),
        ),
        ("donotemail", json!({"type": "boolean"})),
        (
            "estimatedclosedate",
            json!({"type": "string", "format": "date"}),
        ),
        ("ownerid", owner),
        ("createdon", Value::Null),
        ("owneridname", Value::Null),
    ];
    for (column, expected) in table {
        assert_eq!(row["properties"][column], expected, "{column}");
    }
    // What has to be filled in is met first.
    assert_eq!(row["x-airlock-order"][0], "subject");
    assert_eq!(row["x-airlock-order"][1], "ownerid");
    // The rest of the schema stays.
    assert_eq!(schema["required"], json!(["table", "row"]));
}

#[test]
fn a_refined_update_leaves_out_what_cannot_be_changed() {
    let schema = refined("update-row", json!({"table": "lead"}));
    let columns = schema["properties"]["row"]["properties"]
        .as_object()
        .unwrap();
    assert!(columns.contains_key("subject") && !columns.contains_key("leadid"));
}

#[test]
fn a_refined_list_knows_what_can_be_selected() {
    for (operation, form, select) in [
        ("list-rows", json!({"table": "lead"}), "select"),
        (
            "queryEntities",
            json!({"entityType": "leads"}),
            "fieldNames",
        ),
    ] {
        let schema = refined(operation, form);
        let items = schema["properties"][select]["items"]["oneOf"]
            .as_array()
            .unwrap();
        assert!(items.contains(&json!({"const": "subject", "title": "Topic"})));
    }
}

#[test]
fn a_form_of_another_system_knows_the_columns_under_its_own_keys() {
    let schema = refined("CreateRecord", json!({"entityName": "leads"}));
    let item = &schema["properties"]["item"]["properties"];
    assert_eq!(item["donotemail"]["type"], "boolean");
    assert_eq!(schema["required"], json!(["entityName", "item"]));
}

#[test]
fn a_refined_read_says_how_columns_stand_in_a_row() {
    let columns = |form: Value| refined("list-rows", form)["x-airlock-columns"].clone();
    let plain = columns(json!({"table": "lead", "select": ["subject"]}));
    assert_eq!(plain["title"], "fullname");
    assert_eq!(plain["id"], "leadid");
    assert_eq!(plain["names"]["ownerid"], "_ownerid_value");
    assert_eq!(plain["names"]["_ownerid_value"], "_ownerid_value");
    assert_eq!(plain["names"]["owneridname"], Value::Null);
    assert_eq!(plain["unasked"], json!(["leadid", "@odata.etag"]));
    assert_eq!(plain["beside"], Value::Null);

    let labelled = columns(json!({"table": "lead", "formatted-values": true}));
    let beside = &labelled["beside"];
    assert_eq!(
        beside["leadsourcecode"],
        json!(["leadsourcecode@OData.Community.Display.V1.FormattedValue"])
    );
    assert_eq!(beside["_ownerid_value"].as_array().unwrap().len(), 3);
    assert_eq!(beside["subject"], Value::Null);

    // What else comes then is not known beforehand.
    for more in [
        json!({"expand": ["ownerid"]}),
        json!({"all-annotations": true}),
    ] {
        let mut form = json!({"table": "lead"});
        form.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        assert_eq!(columns(form)["unasked"], Value::Null);
    }
}

#[test]
fn without_a_table_the_schema_stays_as_it_was() {
    let plain = input_of("create-row");
    assert_eq!(refined("create-row", json!({"table": ""})), plain);
    let raw = input_of("raw-request");
    assert_eq!(refined("raw-request", json!({"table": "lead"})), raw);
}

#[test]
fn a_check_says_as_whom_the_connection_speaks() {
    let who = json!({"UserId": ID, "BusinessUnitId": "b", "OrganizationId": "o"});
    let organization = json!({"Detail": {"FriendlyName": "Contoso", "UniqueName": "unq1"}});
    let script = contoso()
        .answer(Method::Get, "WhoAmI", 200, &who.to_string())
        .answer(
            Method::Get,
            "systemusers(",
            200,
            r#"{"fullname": "Ada Park"}"#,
        )
        .answer(
            Method::Get,
            "RetrieveCurrentOrganization(",
            200,
            &organization.to_string(),
        );
    let answer: Value = serde_json::from_str(&block_on(check(&session(&script))).unwrap()).unwrap();
    assert_eq!(answer["name"], "Ada Park");
    assert_eq!(answer["organization"], "Contoso");
}
