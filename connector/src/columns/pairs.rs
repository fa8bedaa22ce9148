//! A lookup written as two properties, as forms with drop-downs write it: `_ownerid_value` and
//! `_ownerid_type`.
//!
//! The type is a table by any of its names. An empty text in either means that it was not given.

use airlock_connector::Error;
use serde_json::{Map, Value};

use crate::tables::Columns;

/// The lookup of which `name` tells the table: `x` of `_x_type`.
pub(super) fn of_type<'a>(columns: &Columns, name: &'a str) -> Option<&'a str> {
    // A column may itself be called so.
    if columns.get(name).is_some() {
        return None;
    }
    let lookup = name.strip_prefix('_')?.strip_suffix("_type")?;
    columns
        .get(lookup)
        .filter(|column| column.kind.is_lookup())?;
    Some(lookup)
}

/// Whether the value stands for one that was not given.
pub(super) fn blank(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.trim().is_empty())
}

/// The table that a row says the lookup `column` points at; `name` is the property that holds the id.
pub(super) fn table<'a>(row: &'a Map<String, Value>, column: &str, name: &str) -> Option<&'a str> {
    let given = member(row, &format!("_{column}_type"))
        // What a read tells of the lookup.
        .or_else(|| row.get(&format!("{name}@Microsoft.Dynamics.CRM.lookuplogicalname")))?;
    given
        .as_str()
        .map(str::trim)
        .filter(|table| !table.is_empty())
}

/// A type is part of its lookup and nothing by itself.
///
/// # Errors
/// [`Error::InvalidInput`] at `place` where there is no row of that type.
pub(super) fn type_alone(
    row: &Map<String, Value>,
    lookup: &str,
    value: &Value,
    place: &str,
) -> Result<(), Error> {
    let id = member(row, &format!("_{lookup}_value"));
    let typed = !blank(value) && !value.is_null();
    if typed && id.is_none_or(|id| blank(id) || id.is_null()) {
        return Err(Error::invalid(
            place,
            format!(
                "it says of which table, but `_{lookup}_value` names no row: give both or neither"
            ),
        ));
    }
    Ok(())
}

fn member<'a>(row: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let found = row
        .iter()
        .find(|(given, _)| given.eq_ignore_ascii_case(name));
    found.map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use serde_json::json;

    use super::*;
    use crate::{
        columns::{Organisation, Purpose, row},
        tables::{Catalog, testing::organisation},
        webapi::testing::client_of,
    };

    const ID: &str = "5f3e0c11-1111-4222-8333-000000000001";

    fn written(given: &Value) -> Result<Value, Error> {
        let script = organisation();
        let (client, catalog) = (client_of(&script), Catalog::new());
        let organisation = Organisation::new(&client, &catalog);
        block_on(async {
            let table = catalog.table(&client, "task", "/table").await?;
            let given = given.as_object().unwrap();
            let row = row(organisation, &table, given, (Purpose::Create, None), "/row").await?;
            Ok(Value::Object(row.body))
        })
    }

    #[test]
    fn an_id_and_a_type_are_one_bind_whatever_the_table() {
        let table = [
            (
                json!({"_regardingobjectid_value": ID, "_regardingobjectid_type": "accounts",
                    "_ownerid_value": ID, "_ownerid_type": "teams"}),
                json!({"regardingobjectid_account_task@odata.bind": format!("/accounts({ID})"),
                    "ownerid@odata.bind": format!("/teams({ID})")}),
            ),
            (
                json!({"_regardingobjectid_type": "contact", "_regardingobjectid_value": ID}),
                json!({"regardingobjectid_contact_task@odata.bind": format!("/contacts({ID})")}),
            ),
            (
                json!({"_ownerid_value": "", "_ownerid_type": "", "subject": ""}),
                json!({"subject": ""}),
            ),
            (
                json!({"_ownerid_value": " ", "_ownerid_type": null}),
                json!({}),
            ),
        ];
        for (given, expected) in table {
            assert_eq!(written(&given), Ok(expected), "{given}");
        }
    }

    #[test]
    fn half_a_pair_and_a_table_that_it_cannot_be_are_refused() {
        let table = [
            (
                json!({"_ownerid_type": "teams"}),
                "/row/_ownerid_type",
                "give both or neither",
            ),
            (
                json!({"_ownerid_value": "", "_ownerid_type": "teams"}),
                "/row/_ownerid_type",
                "give both",
            ),
            (
                json!({"_ownerid_value": ID, "_ownerid_type": "contacts"}),
                "/row/_ownerid_value",
                "cannot point at",
            ),
            (
                json!({"_regardingobjectid_value": ID}),
                "/row/_regardingobjectid_value",
                "say which",
            ),
        ];
        for (given, pointer, words) in table {
            let Err(Error::InvalidInput(faults)) = written(&given) else {
                panic!("faults expected: {given}");
            };
            assert_eq!(faults[0].pointer, pointer, "{given}");
            assert!(faults[0].message.contains(words), "{given}: {faults:?}");
        }
    }
}
