//! Entries of the audit: a row of `audit` for each row that is made, changed or deleted while the switches are on.
//!
//! Layer: rows, called by whatever writes. Entries belong to the transaction of the change and go with it.

use rusqlite::OptionalExtension;
use uuid::Uuid;

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, insert, load};
use crate::rows::write::facts::Facts;
use crate::schema::auditing::is_table_audited;
use crate::schema::{ColumnKind, Schema, Table};

use super::TABLE;
use super::change::{Change, between, data};

const CREATE: i64 = 1;
const UPDATE: i64 = 2;
const DELETE: i64 = 3;
/// Actions that are updates of a particular kind.
const ACTIVATE: i64 = 4;
const DEACTIVATE: i64 = 5;
const ASSIGN: i64 = 13;

/// The row as it is before a change, where changes of it are audited.
///
/// # Errors
/// When SQLite fails.
pub fn before(
    write: &Write<'_>,
    schema: &Schema,
    table: &Table,
    id: Uuid,
) -> Result<Option<Draft>, SimError> {
    if !is_watched(write, schema, table)? {
        return Ok(None);
    }
    Ok(load(write, table, id)?.map(|(draft, _)| draft))
}

/// After a row was made.
///
/// # Errors
/// When SQLite fails.
pub fn created(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    match before(write, facts.schema, table, id)? {
        Some(made) => {
            let changes = between(table, &Draft::empty(table), &made);
            keep(write, facts, table, id, (CREATE, CREATE), changes)
        }
        None => Ok(()),
    }
}

/// After a row was changed; `before` is what it was, where changes of it are audited.
///
/// # Errors
/// When SQLite fails.
pub fn changed(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    before: Option<&Draft>,
    after: &Draft,
) -> Result<(), SimError> {
    let Some(before) = before else {
        return Ok(());
    };
    let changes = between(table, before, after);
    // Writing what is there already changes nothing.
    if changes.is_empty() {
        return Ok(());
    }
    let action = action(table, before, after);
    keep(write, facts, table, id, (action, UPDATE), changes)
}

/// After a row was deleted; `before` is what it was, where changes of it are audited.
///
/// # Errors
/// When SQLite fails.
pub fn deleted(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    before: Option<&Draft>,
) -> Result<(), SimError> {
    let Some(before) = before else {
        return Ok(());
    };
    let changes = between(table, before, &Draft::empty(table));
    keep(write, facts, table, id, (DELETE, DELETE), changes)
}

/// Whether the organisation and the table are audited.
fn is_watched(write: &Write<'_>, schema: &Schema, table: &Table) -> Result<bool, SimError> {
    if !is_table_audited(table) || table.logical_name == TABLE || schema.table(TABLE).is_none() {
        return Ok(false);
    }
    let organisation = schema.table("organization");
    if organisation.is_none_or(|table| table.column("isauditenabled").is_none()) {
        return Ok(false);
    }
    let on: Option<Option<bool>> = write
        .prepare_cached("SELECT \"isauditenabled\" FROM \"organization\" LIMIT 1")?
        .query_row([], |row| row.get(0))
        .optional()?;
    Ok(on.flatten().unwrap_or_default())
}

/// What kind of update it was.
fn action(table: &Table, before: &Draft, after: &Draft) -> i64 {
    let state = table
        .columns
        .iter()
        .enumerate()
        .find_map(|(index, column)| match &column.kind {
            ColumnKind::State { default, .. } => Some((index, i64::from(*default))),
            _ => None,
        });
    if let Some((index, default)) = state
        && before.cell(index) != after.cell(index)
    {
        return if *after.cell(index) == Cell::Integer(default) {
            ACTIVATE
        } else {
            DEACTIVATE
        };
    }
    if before.named(table, "ownerid") != after.named(table, "ownerid") {
        return ASSIGN;
    }
    UPDATE
}

fn keep(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    (action, operation): (i64, i64),
    changes: Vec<(i64, Change)>,
) -> Result<(), SimError> {
    let Some(audit) = facts.schema.table(TABLE) else {
        return Ok(());
    };
    let (numbers, changes): (Vec<i64>, Vec<Change>) = changes.into_iter().unzip();
    let numbers: Vec<String> = numbers.iter().map(i64::to_string).collect();
    let lookup = |table: &str, id: Uuid| Cell::Lookup {
        table: table.to_owned().into(),
        id,
    };
    let caller = facts.origin.caller;
    let mut entry = Draft::empty(audit);
    for (column, cell) in [
        ("auditid", Cell::Guid(Uuid::new_v4())),
        ("createdon", Cell::Moment(facts.origin.now)),
        ("action", Cell::Integer(action)),
        ("operation", Cell::Integer(operation)),
        ("attributemask", Cell::Text(numbers.join(","))),
        ("changedata", Cell::Text(data(changes))),
        ("objectid", lookup(&table.logical_name, id)),
        ("objecttypecode", Cell::Text(table.logical_name.clone())),
        ("transactionid", Cell::Guid(Uuid::nil())),
        ("userid", lookup("systemuser", caller.user_id)),
        (
            "callinguserid",
            caller
                .on_behalf_of
                .map_or(Cell::Null, |id| lookup("systemuser", id)),
        ),
    ] {
        entry.set_named(audit, column, cell);
    }
    insert(write, audit, entry, write.next_version())?;
    Ok(())
}
