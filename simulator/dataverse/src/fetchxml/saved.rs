//! Queries kept as rows: `savedQuery=` runs a view of the system, `userQuery=` one of a person (reference §3.8).
//!
//! Layer: fetchxml.

use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;

use super::errors;

/// The FetchXML of a kept query. `table` is `savedquery` or `userquery`.
///
/// # Errors
/// 404 when there is no such row, 400 when it holds no query.
pub fn text(context: &OrgContext<'_>, table: &str, id: Uuid) -> Result<String, SimError> {
    let found = context
        .organisation
        .rows
        .row(&context.schema, table, id)?
        .ok_or_else(|| SimError::row_not_found(table, id))?;
    let text = found.into_iter().find(|(name, _)| name == "fetchxml");
    match text {
        Some((_, Cell::Text(text))) => Ok(text),
        _ => Err(errors::invalid(format!(
            "The {table} with Id = {id} holds no FetchXML."
        ))),
    }
}
