//! Removes one row and remembers that it was there.
//!
//! Layer: write, below everything that decides what goes with a row.

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::files::contents;
use crate::rows::storage::database::Write;
use crate::rows::storage::encoding::guid;
use crate::rows::storage::layout::{DELETED, quoted};
use crate::rows::{audit, listeners};
use crate::schema::Table;
use rusqlite::params;
use uuid::Uuid;

use super::request_facts::facts;

/// Removes one row and remembers that it was there.
///
/// # Errors
/// When SQLite fails.
pub fn erase(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    let before = audit::before(write, &context.schema, table, id)?;
    let heard = listeners::before(write, &context.schema, table, id)?;
    let sql = format!(
        "DELETE FROM {} WHERE {} = ?",
        quoted(&table.logical_name),
        quoted(&table.primary_id)
    );
    // What went with another row already is not told twice.
    if write.prepare_cached(&sql)?.execute([guid(id)])? == 0 {
        return Ok(());
    }
    contents::forget_row(write, &context.schema, table, id)?;
    let sql =
        format!("INSERT INTO {DELETED} (version, \"table\", id, deletedon) VALUES (?, ?, ?, ?)");
    let version = write.next_version();
    write.prepare_cached(&sql)?.execute(params![
        version,
        table.logical_name,
        guid(id),
        context.now.unix_timestamp()
    ])?;
    let facts = facts(context, write);
    listeners::deleted(write, &facts, table, id, heard);
    audit::deleted(write, &facts, table, id, before.as_ref())
}
