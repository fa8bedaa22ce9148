//! Puts a file or picture into a row.
//!
//! Layer: rows, above [`write`](crate::rows::write): to the row it is a change like any other, with its rights, its version
//! and its history.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::rows::storage::draft::{load, position};
use crate::rows::write::apply::apply;
use crate::rows::write::payload::Payload;
use crate::rows::write::precondition::check_version;
use crate::rows::{Cell, Origin};

use super::column::FileColumn;
use super::contents::{self, ATTACHMENTS, Stored};
use super::names::media_type;

/// A file on its way into a row.
pub struct NewFile<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its media type, when somebody told it.
    pub media_type: Option<&'a str>,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Keeps a file and tells its id.
///
/// # Errors
/// 400 for a file that the column does not take, 403 without the right to change the row, 404 for no such row.
pub fn keep(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    column: FileColumn<'_>,
    row: Uuid,
    file: &NewFile<'_>,
) -> Result<Uuid, SimError> {
    column.check(context, file.name, file.bytes.len())?;
    let table = column.table;
    let rows = &context.organisation.rows;
    let kind = match file.media_type {
        Some(given) => given,
        None => media_type(file.name),
    };
    let id = rows.database().write(|write| {
        let found = load(write, table, row)?;
        let (draft, version) =
            found.ok_or_else(|| SimError::row_not_found(&table.logical_name, row))?;
        check_version(table, request.conditions.if_match.as_ref(), version)?;
        let mut cells = Vec::new();
        if column.is_image() {
            let text = BASE64_STANDARD.encode(file.bytes);
            cells.push((column.index, Cell::Text(text)));
        } else {
            let stored = Stored {
                id: Uuid::new_v4(),
                name: file.name.to_owned(),
                media_type: kind.to_owned(),
                bytes: Some(file.bytes.to_vec()),
            };
            contents::keep(write, column.of(row), &stored)?;
            list(context, column, row, &stored)?;
            cells.push((column.index, Cell::Guid(stored.id)));
            let companion = format!("{}_name", column.column.logical_name);
            if let Some(index) = position(table, &companion) {
                cells.push((index, Cell::Text(file.name.to_owned())));
            }
        }
        let payload = Payload {
            cells,
            ..Payload::default()
        };
        apply(context, request, write, table, row, draft, payload)?;
        if column.is_image() {
            contents::name(write, column.of(row), file.name, kind)?;
        }
        let kept = contents::find(write, column.of(row))?;
        Ok::<_, SimError>(kept.map(|kept| kept.id).unwrap_or_default())
    })?;
    rows.written(table);
    Ok(id)
}

/// Makes the row of `fileattachment` that goes with a file.
fn list(
    context: &OrgContext<'_>,
    column: FileColumn<'_>,
    row: Uuid,
    file: &Stored,
) -> Result<(), SimError> {
    let Some(attachments) = context.schema.table(ATTACHMENTS) else {
        return Ok(());
    };
    let table = &column.table.logical_name;
    let size = file.bytes.as_ref().map_or(0, Vec::len);
    let mut cells = vec![
        ("fileattachmentid", Cell::Guid(file.id)),
        ("filename", Cell::Text(file.name.clone())),
        ("mimetype", Cell::Text(file.media_type.clone())),
        (
            "filesizeinbytes",
            Cell::Integer(i64::try_from(size).unwrap_or(i64::MAX)),
        ),
        ("iscommitted", Cell::Bool(true)),
        ("objecttypecode", Cell::Text(table.clone())),
        (
            "regardingfieldname",
            Cell::Text(column.column.logical_name.clone()),
        ),
    ];
    let holder = attachments.column("objectid");
    if holder.is_some_and(|holder| holder.targets().contains(table)) {
        let lookup = Cell::Lookup {
            table: table.clone().into(),
            id: row,
        };
        cells.push(("objectid", lookup));
    }
    let known = |(name, _): &(&str, Cell)| attachments.column(name).is_some();
    let (columns, cells): (Vec<&str>, Vec<Cell>) = cells.into_iter().filter(known).unzip();
    let origin = Origin {
        caller: context.caller,
        now: context.now,
    };
    context.organisation.rows.bulk_insert(
        &context.schema,
        &origin,
        ATTACHMENTS,
        &columns,
        &mut std::iter::once(cells),
    )?;
    Ok(())
}
