//! A small organisation's metadata, for tests of everything that reads it.

use crate::webapi::testing::contoso;
use airlock_connector::{http::Method, testing::Script};
use serde_json::{Value, json};

/// Name, entity set and label of every table there is.
const TABLES: [(&str, &str, &str); 7] = [
    ("account", "accounts", "Account"),
    ("contact", "contacts", "Contact"),
    ("contoso_project", "contoso_projects", "Project"),
    ("opportunity", "opportunities", "Opportunity"),
    ("systemuser", "systemusers", "User"),
    ("task", "tasks", "Task"),
    ("team", "teams", "Team"),
];

pub(crate) fn list(rows: Vec<Value>) -> String {
    json!({ "value": rows }).to_string()
}

fn table(name: &str) -> Value {
    let (name, set, label) = TABLES
        .into_iter()
        .find(|(known, _, _)| *known == name)
        .unwrap();
    let id = match name {
        "task" => "activityid".to_owned(),
        other => format!("{other}id"),
    };
    json!({
        "MetadataId": "m",
        "LogicalName": name,
        "EntitySetName": set,
        "SchemaName": label,
        "LogicalCollectionName": set,
        "PrimaryIdAttribute": id,
        "PrimaryNameAttribute": "name",
        "DisplayName": label_of(label),
        "IsActivity": name == "task",
    })
}

pub(crate) fn label_of(text: &str) -> Value {
    let label = json!({"Label": text, "LanguageCode": 1033});
    json!({"LocalizedLabels": [label], "UserLocalizedLabel": label})
}

/// A column: name, type, and what may be done with it (`c`reate, `u`pdate).
pub(crate) fn column(name: &str, kind: &str, rights: &str) -> Value {
    json!({
        "LogicalName": name,
        "SchemaName": name,
        "AttributeType": kind,
        "AttributeTypeName": {"Value": format!("{kind}Type")},
        "AttributeOf": null,
        "DisplayName": label_of(&format!("The {name}")),
        "RequiredLevel": {"Value": "None"},
        "IsValidForCreate": rights.contains('c'),
        "IsValidForUpdate": rights.contains('u'),
        "IsValidForRead": true,
        "IsValidODataAttribute": true,
        "IsPrimaryId": name == "activityid",
    })
}

fn task_columns() -> Vec<Value> {
    let mut shown = column("owneridname", "String", "");
    shown["AttributeOf"] = json!("ownerid");
    shown["IsValidODataAttribute"] = json!(false);
    vec![
        column("activityid", "Uniqueidentifier", "c"),
        column("subject", "String", "cu"),
        column("description", "Memo", "cu"),
        column("percentcomplete", "Integer", "cu"),
        column("contoso_budget", "Money", "cu"),
        column("contoso_urgent", "Boolean", "cu"),
        column("prioritycode", "Picklist", "cu"),
        column("contoso_tags", "MultiSelectPicklist", "cu"),
        column("scheduledend", "DateTime", "cu"),
        column("contoso_due", "DateTime", "cu"),
        column("statecode", "State", "u"),
        column("createdon", "DateTime", ""),
        column("ownerid", "Owner", "cu"),
        column("regardingobjectid", "Lookup", "cu"),
        column("contoso_project", "Lookup", "cu"),
        column("createdby", "Lookup", ""),
        column("contoso_file", "File", "cu"),
        column("contoso_photo", "Image", "cu"),
        shown,
    ]
}

fn lookup(column: &str, target: &str, navigation: &str) -> Value {
    json!({
        "ReferencingAttribute": column,
        "ReferencedEntity": target,
        "ReferencingEntityNavigationPropertyName": navigation,
    })
}

fn option(value: i32, label: &str) -> Value {
    json!({"Value": value, "Label": label_of(label)})
}

/// Answers every question about the organisation's metadata that a test asks.
pub(crate) fn organisation() -> Script {
    let mut script = contoso();
    for (name, set, _) in TABLES {
        for asked in [name, set] {
            script = script.always(
                Method::Get,
                &format!("EntityDefinitions?{}LogicalName%20eq%20'{asked}'", select()),
                200,
                &list(vec![table(name)]),
            );
        }
    }
    let part =
        |table: &str, part: &str| format!("EntityDefinitions(LogicalName='{table}')/{part}?");
    let cast = |table: &str, kind: &str| {
        part(
            table,
            &format!("Attributes/Microsoft.Dynamics.CRM.{kind}AttributeMetadata"),
        )
    };
    let all = TABLES.into_iter().map(|(name, _, _)| table(name)).collect();
    let get = Method::Get;
    script
        .always(
            get,
            &format!("EntityDefinitions?{}LogicalName", select()),
            200,
            &list(Vec::new()),
        )
        .always(get, "EntityDefinitions?", 200, &list(all))
        .always(get, &part("task", "Attributes"), 200, &list(task_columns()))
        .always(
            get,
            &part("contact", "Attributes"),
            200,
            &list(vec![
                column("contactid", "Uniqueidentifier", "c"),
                column("lastname", "String", "cu"),
                column("emailaddress1", "String", "cu"),
            ]),
        )
        .always(
            get,
            &part("account", "Attributes"),
            200,
            &list(vec![
                column("accountid", "Uniqueidentifier", "c"),
                column("name", "String", "cu"),
                column("accountnumber", "String", "cu"),
                column("numberofemployees", "Integer", "cu"),
                column("primarycontactid", "Lookup", "cu"),
                column("industrycode", "Picklist", "cu"),
            ]),
        )
        .always(
            get,
            &part("account", "Keys"),
            200,
            &list(vec![
                json!({"LogicalName": "k1", "KeyAttributes": ["accountnumber"], "EntityKeyIndexStatus": "Active"}),
                json!({"LogicalName": "k2", "KeyAttributes": ["numberofemployees", "primarycontactid"], "EntityKeyIndexStatus": "Active"}),
                json!({"LogicalName": "k3", "KeyAttributes": ["industrycode"], "EntityKeyIndexStatus": "Pending"}),
            ]),
        )
        .always(
            get,
            &part("contact", "Keys"),
            200,
            &list(vec![
                json!({"LogicalName": "k", "KeyAttributes": ["emailaddress1"], "EntityKeyIndexStatus": "Active"}),
            ]),
        )
        .always(get, &part("task", "Keys"), 200, &list(Vec::new()))
        .always(
            get,
            &part("task", "ManyToOneRelationships"),
            200,
            &list(vec![
                lookup("ownerid", "owner", "ownerid"),
                lookup("regardingobjectid", "account", "regardingobjectid_account_task"),
                lookup("regardingobjectid", "contact", "regardingobjectid_contact_task"),
                lookup("contoso_project", "contoso_project", "contoso_Project"),
                lookup("createdby", "systemuser", "createdby"),
            ]),
        )
        .always(
            get,
            &part("account", "ManyToOneRelationships"),
            200,
            &list(vec![lookup("primarycontactid", "contact", "primarycontactid")]),
        )
        .always(get, &part("contact", "ManyToOneRelationships"), 200, &list(Vec::new()))
        .always(
            get,
            &part("account", "OneToManyRelationships"),
            200,
            &list(vec![
                json!({"SchemaName": "account_tasks", "ReferencingEntity": "task", "ReferencedEntityNavigationPropertyName": "Account_Tasks"}),
            ]),
        )
        .always(get, &part("task", "OneToManyRelationships"), 200, &list(Vec::new()))
        .always(get, "EntityDefinitions(LogicalName='task')/ManyToMany", 200, &list(Vec::new()))
        .always(
            get,
            "EntityDefinitions(LogicalName='account')/ManyToMany",
            200,
            &list(vec![
                json!({
                    "SchemaName": "contoso_account_contact",
                    "Entity1LogicalName": "account",
                    "Entity1NavigationPropertyName": "contoso_Partners",
                    "Entity2LogicalName": "contact",
                    "Entity2NavigationPropertyName": "contoso_PartnerOf",
                }),
                json!({
                    "SchemaName": "contoso_account_account",
                    "Entity1LogicalName": "account",
                    "Entity1NavigationPropertyName": "contoso_Buys",
                    "Entity2LogicalName": "account",
                    "Entity2NavigationPropertyName": "contoso_Sells",
                }),
            ]),
        )
        .always(
            get,
            &cast("task", "DateTime"),
            200,
            &list(vec![
                json!({"LogicalName": "scheduledend", "DateTimeBehavior": {"Value": "UserLocal"}}),
                json!({"LogicalName": "contoso_due", "DateTimeBehavior": {"Value": "DateOnly"}}),
            ]),
        )
        .always(
            get,
            &cast("task", "String"),
            200,
            &list(vec![json!({"LogicalName": "subject", "MaxLength": 200, "FormatName": {"Value": "Text"}})]),
        )
        .always(
            get,
            &cast("task", "Memo"),
            200,
            &list(vec![json!({"LogicalName": "description", "MaxLength": 2000})]),
        )
        .always(
            get,
            &cast("task", "Integer"),
            200,
            &list(vec![json!({"LogicalName": "percentcomplete", "MinValue": 0, "MaxValue": 100})]),
        )
        .always(
            get,
            &cast("task", "Money"),
            200,
            &list(vec![json!({
                "LogicalName": "contoso_budget", "MinValue": 0.0, "MaxValue": 1000000.0, "Precision": 2,
                "PrecisionSource": 0,
            })]),
        )
        .always(get, &cast("account", "String"), 200, &list(Vec::new()))
        .always(get, &cast("account", "Integer"), 200, &list(Vec::new()))
        .always(get, &cast("contact", "String"), 200, &list(Vec::new()))
        .always(
            get,
            &cast("task", "Picklist"),
            200,
            &list(vec![json!({
                "LogicalName": "prioritycode",
                "OptionSet": {"Options": [option(0, "Low"), option(1, "Normal"), option(2, "High")]},
                "GlobalOptionSet": null,
            })]),
        )
        .always(
            get,
            &cast("task", "MultiSelectPicklist"),
            200,
            &list(vec![json!({
                "LogicalName": "contoso_tags",
                "OptionSet": null,
                "GlobalOptionSet": {"Options": [option(7, "Red"), option(8, "Blue")]},
            })]),
        )
        .always(
            get,
            &cast("task", "State"),
            200,
            &list(vec![json!({
                "LogicalName": "statecode",
                "OptionSet": {"Options": [option(0, "Open"), option(1, "Completed")]},
            })]),
        )
        .always(get, &cast("task", "Status"), 200, &list(Vec::new()))
        .always(get, &cast("account", "Picklist"), 200, &list(Vec::new()))
        .always(
            get,
            &cast("task", "Boolean"),
            200,
            &list(vec![json!({
                "LogicalName": "contoso_urgent",
                "OptionSet": {"TrueOption": option(1, "Burning"), "FalseOption": option(0, "Calm")},
            })]),
        )
}

fn select() -> String {
    format!("$select={}&$filter=", super::table::SELECT)
}
