//! Whether a write is about a column.

use crate::rows::Cell;
use crate::rows::storage::draft::{Draft, position};
use crate::schema::Table;

/// Whether a write gives a column a value: on create when it has one, on update when it is among those that change.
pub(super) fn touches(
    table: &Table,
    draft: &Draft,
    changed: Option<&[usize]>,
    column: &str,
) -> bool {
    let Some(index) = position(table, column) else {
        return false;
    };
    match changed {
        None => *draft.cell(index) != Cell::Null,
        Some(changed) => changed.contains(&index),
    }
}
