//! Processing steps: only those that run afterwards are simulated.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::schema::Table;

/// Refuses a step that would run within the request.
///
/// # Errors
/// 501 for a synchronous step.
pub(super) fn complete(table: &Table, draft: &Draft) -> Result<Vec<usize>, SimError> {
    const ASYNCHRONOUS: Cell = Cell::Integer(1);
    match *draft.named(table, "mode") == ASYNCHRONOUS {
        true => Ok(Vec::new()),
        false => Err(SimError::not_simulated("synchronous processing steps")),
    }
}
