//! What the service does to rows of particular tables beyond what their columns say.
//!
//! Layer: write. One file per kind of table; each looks only at rows of its own.

mod activity;
mod connection;
mod files;
mod note;
mod party;
mod queue_item;
mod step;
mod touches;
mod user;

use crate::http::SimError;
use crate::rows::storage::draft::Draft;
use crate::schema::Table;

use super::facts::Facts;
use touches::touches;

/// Completes a row that is about to be stored and tells which columns that changed. `changed` are those that the write
/// changes; `None` for a new row.
///
/// # Errors
/// 400 for what the table does not allow.
pub fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    let mut filled = files::complete(table, draft, changed, facts)?;
    filled.extend(of_table(table, draft, changed, facts)?);
    Ok(filled)
}

fn of_table(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    if table.is_activity {
        return Ok(activity::complete(table, draft, changed, facts));
    }
    match table.logical_name.as_str() {
        "annotation" => note::complete(table, draft, changed),
        "connection" => connection::complete(table, draft, changed, facts),
        "queueitem" => queue_item::complete(table, draft, changed, facts),
        "sdkmessageprocessingstep" => step::complete(table, draft),
        "systemuser" => user::complete(table, draft, changed, facts),
        "activityparty" => party::complete(table, draft, changed, facts),
        _ => Ok(Vec::new()),
    }
}
