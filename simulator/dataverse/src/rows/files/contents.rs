//! The bytes of files and pictures.
//!
//! Layer: storage. They lie beside the rows in the same database, so that a transaction, a snapshot and a copy hold both.

use rusqlite::{Connection, OptionalExtension, params};
use uuid::Uuid;

use crate::rows::storage::encoding::{as_guid, guid};
use crate::schema::{ColumnKind, Schema, Table};

/// The table of files.
const TABLE: &str = "\"$file\"";
/// The service's own table of files, which others can query.
pub const ATTACHMENTS: &str = "fileattachment";

/// A file or a picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its id, which the row holds.
    pub id: Uuid,
    /// The name it was given.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes; `None` for a picture of which only the thumbnail is kept.
    pub bytes: Option<Vec<u8>>,
}

/// The column of a row that a file belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Holder<'a> {
    /// Logical name of the table.
    pub table: &'a str,
    /// The row.
    pub row: Uuid,
    /// Logical name of the column.
    pub column: &'a str,
}

/// Makes the table.
///
/// # Errors
/// When SQLite fails.
pub fn align(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (id BLOB PRIMARY KEY, \"table\" TEXT NOT NULL, \"row\" BLOB NOT NULL, \
         \"column\" TEXT NOT NULL, name TEXT NOT NULL, mediatype TEXT NOT NULL, bytes BLOB); \
         CREATE INDEX IF NOT EXISTS \"$file$row\" ON {TABLE} (\"row\", \"column\")"
    ))
}

/// Keeps a file.
///
/// # Errors
/// When SQLite fails.
pub fn keep(connection: &Connection, of: Holder<'_>, file: &Stored) -> rusqlite::Result<()> {
    let sql = format!("INSERT INTO {TABLE} VALUES (?, ?, ?, ?, ?, ?, ?)");
    connection.prepare_cached(&sql)?.execute(params![
        guid(file.id),
        of.table,
        guid(of.row),
        of.column,
        file.name,
        file.media_type,
        file.bytes
    ])?;
    Ok(())
}

/// Gives the file of a column its name and media type.
///
/// # Errors
/// When SQLite fails.
pub fn name(
    connection: &Connection,
    of: Holder<'_>,
    name: &str,
    media_type: &str,
) -> rusqlite::Result<()> {
    let sql =
        format!("UPDATE {TABLE} SET name = ?, mediatype = ? WHERE \"row\" = ? AND \"column\" = ?");
    let given = params![name, media_type, guid(of.row), of.column];
    connection.prepare_cached(&sql)?.execute(given)?;
    Ok(())
}

/// The file of a column.
///
/// # Errors
/// When SQLite fails.
pub fn find(connection: &Connection, of: Holder<'_>) -> rusqlite::Result<Option<Stored>> {
    let sql = format!(
        "SELECT id, name, mediatype, bytes FROM {TABLE} WHERE \"row\" = ? AND \"column\" = ? AND \"table\" = ?"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_row(params![guid(of.row), of.column, of.table], |row| {
            Ok(Stored {
                id: as_guid(row.get_ref(0)?).unwrap_or_default(),
                name: row.get(1)?,
                media_type: row.get(2)?,
                bytes: row.get(3)?,
            })
        })
        .optional()
}

/// The table, row and column that a file belongs to.
///
/// # Errors
/// When SQLite fails.
pub fn holder(
    connection: &Connection,
    file: Uuid,
) -> rusqlite::Result<Option<(String, Uuid, String)>> {
    let sql = format!("SELECT \"table\", \"row\", \"column\" FROM {TABLE} WHERE id = ?");
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_row([guid(file)], |row| {
            let holder = as_guid(row.get_ref(1)?).unwrap_or_default();
            Ok((row.get(0)?, holder, row.get(2)?))
        })
        .optional()
}

/// Forgets what a column held before; `but` is what it holds now.
///
/// # Errors
/// When SQLite fails.
pub fn forget_others(
    connection: &Connection,
    schema: &Schema,
    of: Holder<'_>,
    but: Option<Uuid>,
) -> rusqlite::Result<()> {
    let chosen = "\"row\" = ?1 AND \"column\" = ?2 AND id IS NOT ?3";
    for sql in removals(schema, chosen) {
        connection.prepare_cached(&sql)?.execute(params![
            guid(of.row),
            of.column,
            but.map(guid)
        ])?;
    }
    Ok(())
}

/// Forgets the files of a row that is gone, or the file that a row of the service's own table stood for.
///
/// # Errors
/// When SQLite fails.
pub fn forget_row(
    connection: &Connection,
    schema: &Schema,
    table: &Table,
    row: Uuid,
) -> rusqlite::Result<()> {
    let holds = table.logical_name == ATTACHMENTS || table.columns.iter().any(holds_files);
    if !holds {
        return Ok(());
    }
    for sql in removals(schema, "\"row\" = ?1 OR id = ?1") {
        connection.prepare_cached(&sql)?.execute([guid(row)])?;
    }
    Ok(())
}

fn holds_files(column: &crate::schema::Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::File { .. } | ColumnKind::Image { .. }
    )
}

/// The statements that remove files together with their rows in the service's own table.
fn removals(schema: &Schema, chosen: &str) -> Vec<String> {
    let attachments = schema.table(ATTACHMENTS).map(|table| {
        format!(
            "DELETE FROM \"{}\" WHERE \"{}\" IN (SELECT id FROM {TABLE} WHERE {chosen})",
            table.logical_name, table.primary_id
        )
    });
    attachments
        .into_iter()
        .chain([format!("DELETE FROM {TABLE} WHERE {chosen}")])
        .collect()
}
