//! Queue items: what kind of row waits, and how it is called.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::Table;

use super::touches;

/// Fills in `objecttypecode`, and `title` where the write gives none.
///
/// # Errors
/// When the row that waits cannot be read.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    if !touches(table, draft, changed, "objectid") {
        return Ok(Vec::new());
    }
    let Cell::Lookup { table: name, id } = draft.named(table, "objectid").clone() else {
        return Ok(Vec::new());
    };
    let Some(waiting) = facts.schema.table(&name) else {
        return Ok(Vec::new());
    };
    let code = Cell::Integer(waiting.object_type_code.into());
    let mut filled = Vec::from_iter(draft.set_named(table, "objecttypecode", code));
    if !touches(table, draft, changed, "title") {
        let title = facts.text(&waiting.logical_name, id, &waiting.primary_name)?;
        filled.extend(draft.set_named(table, "title", title.map_or(Cell::Null, Cell::Text)));
    }
    Ok(filled)
}
