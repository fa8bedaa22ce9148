//! Rows with members of a system's own, made of what the service says beside its columns.

use std::collections::BTreeMap;

use serde_json::{Map, Value, value::RawValue};

use super::table::Rows;

/// What lists of things are called, by the kind of thing.
pub(crate) type Lists = BTreeMap<String, String>;

/// Where a row says its address.
const ADDRESS: &str = "@odata.id";

/// The kinds of thing of which a row is to say what their list is called.
pub(super) fn kinds(row: &RawValue, rows: &Rows, found: &mut Lists) {
    let row: Map<String, Value> = serde_json::from_str(row.get()).unwrap_or_default();
    for (name, value) in &row {
        let Some((_, annotation)) = name.split_once('@') else {
            continue;
        };
        let asked = |beside: &&super::table::Beside| beside.list && beside.annotation == annotation;
        if let (Some(_), Some(kind)) = (rows.beside.iter().find(asked), value.as_str()) {
            found.entry(kind.to_owned()).or_default();
        }
    }
}

/// A row in the system's shape; what is no row stays as it is.
pub(super) fn shaped(row: &RawValue, rows: &Rows, lists: &Lists) -> String {
    let Ok(row) = serde_json::from_str::<Map<String, Value>>(row.get()) else {
        return row.get().to_owned();
    };
    let mut shaped = Map::new();
    let mut more = Map::new();
    for (name, value) in &row {
        let Some((property, annotation)) = name.split_once('@') else {
            shaped.insert(name.clone(), value.clone());
            continue;
        };
        if rows.keeps.contains(&name.as_str()) {
            shaped.insert(name.clone(), value.clone());
        }
        let column = property
            .strip_prefix('_')
            .and_then(|rest| rest.strip_suffix("_value"))
            .unwrap_or(property);
        for beside in rows
            .beside
            .iter()
            .filter(|one| one.annotation == annotation)
        {
            let list = value.as_str().filter(|_| beside.list);
            let value = match list.and_then(|kind| lists.get(kind)) {
                Some(list) => Value::from(list.as_str()),
                None => value.clone(),
            };
            more.insert(format!("_{column}{}", beside.suffix), value);
        }
    }
    if let Some(id) = row.get(ADDRESS).and_then(Value::as_str).and_then(id_in) {
        more.insert(rows.id.to_owned(), Value::from(id));
    }
    for (name, value) in more {
        shaped.entry(name).or_insert(value);
    }
    Value::Object(shaped).to_string()
}

/// What stands in the last parentheses of an address.
fn id_in(address: &str) -> Option<&str> {
    let (_, rest) = address.rsplit_once('(')?;
    rest.strip_suffix(')')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::table::Beside;
    use super::*;

    const ROWS: Rows = Rows {
        id: "ItemId",
        beside: &[
            Beside {
                annotation: "a.Text",
                suffix: "_label",
                list: false,
            },
            Beside {
                annotation: "a.kind",
                suffix: "_type",
                list: true,
            },
        ],
        keeps: &["@odata.id"],
    };

    #[test]
    fn a_row_says_its_id_and_what_stands_beside_its_columns() {
        let row = json!({
            "@odata.id": "https://x/things(7)", "@odata.type": "#x", "state": 1.50, "state@a.Text": "Open",
            "_owner_value": "u", "_owner_value@a.kind": "user", "_owner_value@other": 1, "nav": [{"a@b": 1}],
            "nav@odata.navigationLink": "y",
        });
        let row = RawValue::from_string(row.to_string()).unwrap();
        let mut lists = Lists::new();
        kinds(&row, &ROWS, &mut lists);
        assert_eq!(lists.keys().collect::<Vec<_>>(), ["user"]);
        lists.insert("user".to_owned(), "users".to_owned());
        let shaped: Value = serde_json::from_str(&shaped(&row, &ROWS, &lists)).unwrap();
        assert_eq!(
            shaped,
            json!({
                "@odata.id": "https://x/things(7)", "state": 1.5, "_owner_value": "u", "nav": [{"a@b": 1}],
                "_state_label": "Open", "_owner_type": "users", "ItemId": "7",
            })
        );
    }

    #[test]
    fn what_is_no_row_stays() {
        let none = RawValue::from_string("null".to_owned()).unwrap();
        assert_eq!(shaped(&none, &ROWS, &Lists::new()), "null");
    }
}
