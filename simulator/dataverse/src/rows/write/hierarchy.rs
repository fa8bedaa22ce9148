//! What rows above and below each other must not do.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::load;
use crate::schema::Table;
use http::StatusCode;
use uuid::Uuid;

/// Refuses to put a row below itself.
///
/// # Errors
/// 400 `0x80040387`.
pub fn refuse_loop(
    write: &Write<'_>,
    table: &Table,
    lookup: &str,
    id: Uuid,
    target: &Table,
    target_id: Uuid,
    hierarchical: bool,
) -> Result<(), SimError> {
    if !hierarchical || target.logical_name != table.logical_name {
        return Ok(());
    }
    let mut above = Some(target_id);
    // A chain longer than this is no hierarchy that people made.
    for _ in 0..1_000 {
        match above {
            None => return Ok(()),
            Some(current) if current == id => break,
            Some(current) => {
                above = match load(write, table, current)?
                    .map(|(draft, _)| draft.named(table, lookup).clone())
                {
                    Some(Cell::Lookup { id, .. }) => Some(id),
                    _ => None,
                };
            }
        }
    }
    Err(SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040387",
        "Creating this parental association would create a loop in this entity hierarchy.",
    ))
}
