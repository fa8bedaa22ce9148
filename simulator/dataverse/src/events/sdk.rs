//! Rows as the SDK writes them into JSON: every dictionary an array of keys and values, dates as `/Date(ms)/`.
//!
//! Layer: events, pure (reference §12.3).

use serde_json::{Value, json};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::schema::{Column, ColumnKind, Table};

/// What types of the SDK end with.
const CONTRACTS: &str = "http://schemas.microsoft.com/xrm/2011/Contracts";

/// A dictionary.
pub(super) fn dictionary(pairs: impl IntoIterator<Item = (String, Value)>) -> Value {
    let pairs = pairs.into_iter();
    pairs
        .map(|(key, value)| json!({ "key": key, "value": value }))
        .collect()
}

/// A row with some of its columns.
pub(super) fn entity(table: &Table, id: Uuid, row: &Draft, wanted: impl Fn(&str) -> bool) -> Value {
    let columns = || {
        let columns = table.columns.iter().enumerate();
        columns
            .filter(|(_, column)| column.attribute_of.is_none() && wanted(&column.logical_name))
            .filter_map(|(index, column)| {
                Some((column, value(column, row.cell(index))?, row.cell(index)))
            })
    };
    let attributes = columns().map(|(column, value, _)| (column.logical_name.clone(), value));
    let labels = columns().filter_map(|(column, _, cell)| {
        Some((column.logical_name.clone(), json!(label(column, cell)?)))
    });
    json!({
        "__type": format!("Entity:{CONTRACTS}"),
        "Attributes": dictionary(attributes),
        "EntityState": null,
        "FormattedValues": dictionary(labels),
        "Id": id,
        "KeyAttributes": [],
        "LogicalName": table.logical_name,
        "RelatedEntities": [],
        "RowVersion": null,
    })
}

/// A reference to a row.
pub(super) fn reference(table: &str, id: Uuid) -> Value {
    json!({
        "__type": format!("EntityReference:{CONTRACTS}"),
        "Id": id, "KeyAttributes": [], "LogicalName": table, "Name": null, "RowVersion": null,
    })
}

/// A moment.
pub(super) fn moment(moment: OffsetDateTime) -> String {
    format!("/Date({})/", moment.unix_timestamp().saturating_mul(1_000))
}

fn value(column: &Column, cell: &Cell) -> Option<Value> {
    let typed = |name: &str, value: Value| json!({ "__type": format!("{name}:{CONTRACTS}"), "Value": value });
    Some(match (&column.kind, cell) {
        (_, Cell::Null) => return None,
        (
            ColumnKind::Choice { .. } | ColumnKind::State { .. } | ColumnKind::Status { .. },
            Cell::Integer(value),
        ) => typed("OptionSetValue", json!(value)),
        (ColumnKind::MultiChoice { .. }, Cell::Text(values)) => {
            let values = values
                .split(',')
                .filter_map(|value| value.trim().parse::<i32>().ok());
            let values: Vec<Value> = values.map(|value| json!({ "Value": value })).collect();
            json!({ "__type": format!("OptionSetValueCollection:{CONTRACTS}"), "Values": values })
        }
        (ColumnKind::Money { .. }, cell) => typed("Money", number(cell)?),
        (_, Cell::Bool(value)) => json!(value),
        (_, Cell::Integer(value)) => json!(value),
        (_, Cell::Decimal { .. }) => number(cell)?,
        (_, Cell::Double(value)) => json!(value),
        (_, Cell::Text(value)) => json!(value),
        (_, Cell::Guid(id)) => json!(id),
        (_, Cell::Moment(value)) => json!(moment(*value)),
        (_, Cell::Day(day)) => json!(moment(day.midnight().assume_utc())),
        (_, Cell::Lookup { table, id }) => reference(table, *id),
    })
}

fn number(cell: &Cell) -> Option<Value> {
    let Cell::Decimal { unscaled, scale } = cell else {
        return None;
    };
    let number = crate::rows::storage::decimal::Decimal {
        unscaled: *unscaled,
        scale: *scale,
    };
    Some(json!(number.approximate()))
}

fn label(column: &Column, cell: &Cell) -> Option<String> {
    match (&column.kind, cell) {
        (
            ColumnKind::Choice { options, .. }
            | ColumnKind::State { options, .. }
            | ColumnKind::Status { options },
            Cell::Integer(value),
        ) => options
            .label(i32::try_from(*value).ok()?)
            .map(str::to_owned),
        (
            ColumnKind::Boolean {
                true_label,
                false_label,
                ..
            },
            Cell::Bool(value),
        ) => Some(
            if *value { true_label } else { false_label }
                .text()
                .to_owned(),
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::standard;
    use time::macros::datetime;

    #[test]
    fn values_have_the_types_of_the_sdk() {
        let schema = standard().unwrap().build();
        let table = schema.table("account").unwrap();
        let mut row = Draft::empty(table);
        row.set_named(table, "name", Cell::Text("Harbor".to_owned()));
        row.set_named(table, "industrycode", Cell::Integer(7));
        row.set_named(
            table,
            "modifiedon",
            Cell::Moment(datetime!(2026-08-21 08:00 UTC)),
        );
        let told = entity(table, Uuid::nil(), &row, |_| true);
        let attribute = |name: &str| {
            let all = told["Attributes"].as_array().unwrap();
            all.iter().find(|pair| pair["key"] == name).unwrap()["value"].clone()
        };
        assert_eq!(attribute("name"), "Harbor");
        assert_eq!(attribute("industrycode")["Value"], 7);
        assert_eq!(attribute("modifiedon"), "/Date(1787299200000)/");
        assert_eq!(told["FormattedValues"][0]["value"], "Consulting");
    }
}
