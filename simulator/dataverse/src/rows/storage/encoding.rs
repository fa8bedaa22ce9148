//! Cells to SQL values and back.
//!
//! Layer: storage, pure.

use std::borrow::Cow;

use rusqlite::types::{Value, ValueRef};
use uuid::Uuid;

use crate::rows::Cell;
use crate::schema::Column;

use super::{
    decimal::{Decimal, from_ordered, to_ordered},
    layout::Encoding,
    moment::{day_number, from_day_number, from_second},
};

/// Appends the one or two SQL values of a cell. A cell of another kind than the column's becomes null: validation is the
/// business of those who take cells from outside.
pub fn push(values: &mut Vec<Value>, encoding: Encoding, cell: Cell) {
    let (value, target) = match (encoding, cell) {
        (Encoding::Reference { .. }, Cell::Lookup { table, id }) => {
            (guid(id), Value::Text(table.into_owned()))
        }
        (encoding, cell) => (single(encoding, cell), Value::Null),
    };
    values.push(value);
    if encoding == (Encoding::Reference { polymorphic: true }) {
        values.push(target);
    }
}

/// The SQL value of a cell without its target table.
pub fn single(encoding: Encoding, cell: Cell) -> Value {
    match (encoding, cell) {
        (Encoding::Guid | Encoding::Reference { .. }, Cell::Guid(id) | Cell::Lookup { id, .. }) => {
            guid(id)
        }
        (Encoding::Text, Cell::Text(text)) => Value::Text(text),
        (Encoding::Integer, Cell::Integer(number)) => Value::Integer(number),
        (Encoding::Boolean, Cell::Bool(value)) => Value::Integer(i64::from(value)),
        (Encoding::Double, Cell::Double(value)) => Value::Real(value),
        (Encoding::Moment, Cell::Moment(moment)) => Value::Integer(moment.unix_timestamp()),
        (Encoding::Day, Cell::Day(day)) => Value::Integer(day_number(day)),
        (
            Encoding::Scaled(scale),
            Cell::Decimal {
                unscaled,
                scale: given,
            },
        ) => Decimal {
            unscaled,
            scale: given,
        }
        .rescaled(scale)
        .and_then(|decimal| i64::try_from(decimal.unscaled).ok())
        .map_or(Value::Null, Value::Integer),
        (
            Encoding::Wide(scale),
            Cell::Decimal {
                unscaled,
                scale: given,
            },
        ) => Decimal {
            unscaled,
            scale: given,
        }
        .rescaled(scale)
        .map_or(Value::Null, |decimal| wide(decimal.unscaled)),
        (Encoding::Scaled(_) | Encoding::Wide(_), Cell::Integer(number)) => single(
            encoding,
            Cell::Decimal {
                unscaled: number.into(),
                scale: 0,
            },
        ),
        _ => Value::Null,
    }
}

/// The SQL value of a wide number.
pub fn wide(unscaled: i128) -> Value {
    Value::Blob(to_ordered(unscaled).to_vec())
}

/// The SQL value of a GUID.
pub fn guid(id: Uuid) -> Value {
    Value::Blob(id.as_bytes().to_vec())
}

/// The GUID in an SQL value.
pub fn as_guid(value: ValueRef<'_>) -> Option<Uuid> {
    Uuid::from_slice(value.as_blob().ok()?).ok()
}

/// Reads a cell back. `target` is the value of the companion column, where there is one.
pub fn cell(
    column: &Column,
    encoding: Encoding,
    value: ValueRef<'_>,
    target: Option<ValueRef<'_>>,
) -> Cell {
    match (encoding, value) {
        (Encoding::Guid, value) => as_guid(value).map_or(Cell::Null, Cell::Guid),
        (Encoding::Reference { .. }, value) => {
            let Some(id) = as_guid(value) else {
                return Cell::Null;
            };
            let named = target
                .and_then(|value| value.as_str().ok())
                .map(str::to_owned);
            let table = named
                .or_else(|| column.targets().first().cloned())
                .unwrap_or_default();
            Cell::Lookup {
                table: Cow::Owned(table),
                id,
            }
        }
        (Encoding::Text, ValueRef::Text(text)) => {
            Cell::Text(String::from_utf8_lossy(text).into_owned())
        }
        (Encoding::Integer, ValueRef::Integer(number)) => Cell::Integer(number),
        (Encoding::Boolean, ValueRef::Integer(number)) => Cell::Bool(number != 0),
        (Encoding::Scaled(scale), ValueRef::Integer(number)) => Cell::Decimal {
            unscaled: number.into(),
            scale,
        },
        (Encoding::Wide(scale), ValueRef::Blob(bytes)) => {
            from_ordered(bytes).map_or(Cell::Null, |unscaled| Cell::Decimal { unscaled, scale })
        }
        (Encoding::Double, ValueRef::Real(number)) => Cell::Double(number),
        (Encoding::Moment, ValueRef::Integer(second)) => Cell::Moment(from_second(second)),
        (Encoding::Day, ValueRef::Integer(number)) => Cell::Day(from_day_number(number)),
        _ => Cell::Null,
    }
}
