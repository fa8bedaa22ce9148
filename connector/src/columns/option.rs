//! The value of a choice or yes/no column, with the options that it needs to be understood.

use airlock_connector::{Error, Transport};
use serde_json::Value;

use super::{Organisation, choice};
use crate::tables::{Column, ColumnKind, Freshness, Table};

/// Why a value could not be made one of the column's.
#[derive(Debug)]
pub(super) enum Unfit {
    /// It is none, in words for its writer. An option may be younger than what is remembered.
    Wrong { message: String, stale: bool },
    /// The options could not be read.
    Unread(Error),
}

/// `value` as the wire wants it. What is yes or no in any language costs no metadata.
pub(super) async fn option<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    column: &Column,
    value: &Value,
    freshness: Freshness,
) -> Result<Value, Unfit> {
    if let (ColumnKind::YesNo, Value::Bool(_)) = (&column.kind, value) {
        return Ok(value.clone());
    }
    let wrong = |stale: bool| move |message: String| Unfit::Wrong { message, stale };
    let several = column.kind == ColumnKind::Choices;
    let items = match column.kind {
        ColumnKind::YesNo => Vec::new(),
        _ if several => choice::many(value).map_err(wrong(false))?,
        _ => vec![choice::one(value).map_err(wrong(false))?],
    };
    if several && items.is_empty() {
        return Ok(Value::Null);
    }
    let Organisation { client, catalog } = organisation;
    let options = catalog
        .choices(client, table, column, freshness)
        .await
        .map_err(Unfit::Unread)?;
    if column.kind == ColumnKind::YesNo {
        return choice::flag(value, &options)
            .map(Value::Bool)
            .map_err(wrong(true));
    }
    let numbers: Vec<i64> = items
        .iter()
        .map(|item| choice::number(item, &options))
        .collect::<Result<_, _>>()
        .map_err(wrong(true))?;
    Ok(match numbers.as_slice() {
        numbers if several => choice::comma_list(numbers),
        [number] => Value::from(*number),
        _ => Value::Null,
    })
}
