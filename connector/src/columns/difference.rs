//! What of a row that is to be written differs from the row as it is stored.
//!
//! Where two spellings may or may not mean the same, such as a row by its key and by its id, they count
//! as different: to write what is there already does less harm than to leave out what is not.

use serde_json::{Map, Value};

use crate::{tables::Lookups, webapi::RowBody};

/// The columns, as a query names them, that have to be read to compare `body`.
#[must_use]
pub fn compared(body: &RowBody, lookups: &Lookups) -> Vec<String> {
    body.keys()
        .filter(|name| !name.starts_with('@'))
        .map(|name| column(name, lookups))
        .collect()
}

/// What is left of `body` without the properties that `stored` has already.
#[must_use]
pub fn difference(body: &RowBody, stored: &Map<String, Value>, lookups: &Lookups) -> RowBody {
    let changed = |(name, value): &(&String, &Value)| {
        stored
            .get(&column(name, lookups))
            .is_none_or(|stored| !same(value, stored))
    };
    let mut left: RowBody = body
        .iter()
        .filter(changed)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    // What only annotates a row is no change of it.
    if left.keys().all(|name| name.starts_with('@')) {
        left.clear();
    }
    left
}

/// The column behind a property of a body: a lookup stands there by its navigation property.
fn column(property: &str, lookups: &Lookups) -> String {
    let name = property.strip_suffix("@odata.bind").unwrap_or(property);
    let bound = name != property;
    match lookups.by_navigation(name) {
        Some(lookup) if bound || lookup.navigation == name => format!("_{}_value", lookup.column),
        _ => name.to_owned(),
    }
}

fn same(written: &Value, stored: &Value) -> bool {
    match (written, stored) {
        (Value::Number(one), Value::Number(other)) => {
            digits(&one.to_string()) == digits(&other.to_string())
        }
        (Value::String(one), Value::String(other)) => {
            one == other || id_of(one).is_some_and(|id| id.eq_ignore_ascii_case(other))
        }
        (one, other) => one == other,
    }
}

/// A number without the zeros that say nothing.
fn digits(text: &str) -> &str {
    if !text.contains('.') || text.contains(['e', 'E']) {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.')
}

/// The id in an address such as `/contacts(<GUID>)`.
fn id_of(address: &str) -> Option<&str> {
    let (_, key) = address.strip_prefix('/')?.split_once('(')?;
    key.strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::tables::Lookup;

    const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

    fn lookups() -> Lookups {
        let lookup = |navigation: &str| Lookup {
            column: "customerid".into(),
            target: "x".into(),
            navigation: navigation.into(),
            relationship: None,
        };
        Lookups::new(vec![
            lookup("customerid_account"),
            lookup("customerid_contact"),
        ])
    }

    #[test]
    fn only_what_differs_is_left() {
        let account = "customerid_account@odata.bind";
        let table = [
            (
                json!({"a": "x", "b": 1}),
                json!({"a": "x", "b": 2}),
                json!({"b": 1}),
            ),
            (json!({"a": 1.5}), json!({"a": 1.50}), json!({})),
            (json!({"a": 10}), json!({"a": 1}), json!({"a": 10})),
            (json!({"a": null}), json!({"a": null}), json!({})),
            (json!({"a": ""}), json!({"a": null}), json!({"a": ""})),
            (json!({"a": 1}), json!({}), json!({"a": 1})),
            (
                json!({account: format!("/accounts({ID})")}),
                json!({"_customerid_value": ID}),
                json!({}),
            ),
            (
                json!({account: "/accounts(n='1')"}),
                json!({"_customerid_value": ID}),
                json!({account: "/accounts(n='1')"}),
            ),
            (
                json!({"customerid_account": null}),
                json!({"_customerid_value": null}),
                json!({}),
            ),
            (
                json!({"@odata.type": "x", "a": 1}),
                json!({"a": 1}),
                json!({}),
            ),
        ];
        for (body, stored, expected) in table {
            let left = difference(
                body.as_object().unwrap(),
                stored.as_object().unwrap(),
                &lookups(),
            );
            assert_eq!(Value::Object(left), expected, "{body} {stored}");
        }
    }

    #[test]
    fn a_lookup_is_read_by_its_value() {
        let body = json!({"name": "x", "customerid_contact@odata.bind": "/contacts(1)", "@odata.type": "x"});
        let columns = compared(body.as_object().unwrap(), &lookups());
        assert_eq!(columns, ["name", "_customerid_value"]);
    }
}
