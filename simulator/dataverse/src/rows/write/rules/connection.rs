//! Connections: one is called like the row it leads to.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::Table;

use super::touches;

/// Fills in `name`.
///
/// # Errors
/// When the other row cannot be read.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    if !touches(table, draft, changed, "record2id") {
        return Ok(Vec::new());
    }
    let name = match draft.named(table, "record2id") {
        Cell::Lookup { table: other, id } => match facts.schema.table(other) {
            Some(other) => facts.text(&other.logical_name, *id, &other.primary_name)?,
            None => None,
        },
        _ => None,
    };
    let filled = draft.set_named(table, "name", name.map_or(Cell::Null, Cell::Text));
    Ok(filled.into_iter().collect())
}
