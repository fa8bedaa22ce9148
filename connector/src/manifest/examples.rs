//! Whole inputs that show how an action is used: the standard's `examples` of its input schema.

use serde_json::{Value, json};

const ID: &str = "1ec9e73a-cf38-57e2-b4ad-2f5e56d26670";

/// `schema`, the input of `action`, with its examples.
#[must_use]
pub fn with(action: &str, mut schema: Value) -> Value {
    let examples = of(action);
    if let Some(object) = schema.as_object_mut()
        && !examples.is_empty()
    {
        object.insert("examples".to_owned(), Value::Array(examples));
    }
    schema
}

fn of(action: &str) -> Vec<Value> {
    match action {
        "list-rows" => vec![
            json!({"table": "lead", "select": ["fullname", "subject"], "filter": "statecode eq 0",
                "orderby": ["createdon desc"], "top": 10}),
            json!({"table": "account", "expand": ["primarycontactid($select=fullname)"],
                "formatted-values": true}),
            json!({"table": "contact", "select": ["fullname", "emailaddress1"], "fetch-all": true}),
        ],
        "get-row" => vec![
            json!({"table": "lead", "id": ID, "select": ["fullname", "subject"]}),
            json!({"table": "account", "key": {"accountnumber": "A-1001"}}),
        ],
        "create-row" => vec![
            json!({"table": "task", "row": {"subject": "Call back", "scheduledend": "2026-12-01T10:00:00Z",
                "regardingobjectid": format!("leads({ID})")}}),
            json!({"table": "lead", "row": {"subject": "Three stores", "lastname": "Rossi",
                "leadqualitycode": "Hot"}, "return-row": true}),
        ],
        "update-row" => vec![
            json!({"table": "lead", "id": ID, "row": {"leadqualitycode": "Hot"}}),
            json!({"table": "account", "key": {"accountnumber": "A-1001"},
                "row": {"telephone1": "+39 045 555 0100", "fax": null}}),
        ],
        "upsert-row" => vec![
            json!({"table": "account", "key": {"accountnumber": "A-1001"},
            "row": {"name": "Verona Fashion"}}),
        ],
        "delete-row" => vec![json!({"table": "task", "id": ID})],
        "raw-request" => vec![
            json!({"url": "WhoAmI"}),
            json!({"url": "leads", "method": "POST", "data": {"subject": "Three stores"}}),
        ],
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actions::{DECLARATIONS, input_schema};

    #[test]
    fn an_example_names_what_its_action_has_and_all_that_it_requires() {
        for declaration in DECLARATIONS {
            let schema = input_schema(declaration.name).unwrap();
            for example in of(declaration.name) {
                let example = example.as_object().unwrap();
                for name in example.keys() {
                    let property = &schema["properties"][name];
                    assert!(property.is_object(), "{}: {name}", declaration.name);
                }
                for name in schema["required"].as_array().into_iter().flatten() {
                    let name = name.as_str().unwrap();
                    assert!(example.contains_key(name), "{}: {name}", declaration.name);
                }
            }
        }
    }
}
