//! Whether anybody listens to a table, and the events that are raised for those who do.
//!
//! Layer: rows, called by whatever writes. A table that nobody listens to costs one look into two small tables.

use std::cell::Cell;

use uuid::Uuid;

use crate::http::SimError;
use crate::schema::{Schema, Table};

use super::storage::database::Write;
use super::storage::draft::{Draft, load};
use super::storage::event::{Event, Message};
use super::write::facts::Facts;

thread_local! {
    /// Whether the request on this thread tells callback registrations nothing.
    static IS_QUIET: Cell<bool> = const { Cell::new(false) };
}

/// Runs `work`, whose writes tell callback registrations nothing when it `is_quiet`.
pub fn quietly<T>(is_quiet: bool, work: impl FnOnce() -> T) -> T {
    let before = IS_QUIET.replace(is_quiet);
    let result = work();
    IS_QUIET.set(before);
    result
}

/// The row as it is before a change, where somebody listens.
///
/// # Errors
/// When SQLite fails.
pub fn before(
    write: &Write<'_>,
    schema: &Schema,
    table: &Table,
    id: Uuid,
) -> Result<Option<Draft>, SimError> {
    if !is_heard(write, schema, table)? {
        return Ok(None);
    }
    Ok(load(write, table, id)?.map(|(draft, _)| draft))
}

/// After a row was made.
///
/// # Errors
/// When SQLite fails.
pub fn made(write: &Write<'_>, facts: &Facts<'_>, table: &Table, id: Uuid) -> Result<(), SimError> {
    let Some(made) = before(write, facts.schema, table, id)? else {
        return Ok(());
    };
    let given = (0..table.columns.len()).filter(|index| *made.cell(*index) != super::Cell::Null);
    let given = names(table, given);
    raise(
        write,
        facts,
        table,
        id,
        Message::Create,
        given,
        (None, Some(made)),
    );
    Ok(())
}

/// After a row was changed; `before` is what it was, where somebody listens.
///
/// # Errors
/// When SQLite fails.
pub fn changed(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    before: Option<Draft>,
    given: &[usize],
) -> Result<(), SimError> {
    let Some(before) = before else {
        return Ok(());
    };
    let after = load(write, table, id)?.map(|(draft, _)| draft);
    let given = names(table, given.iter().copied());
    raise(
        write,
        facts,
        table,
        id,
        Message::Update,
        given,
        (Some(before), after),
    );
    Ok(())
}

/// After a row was deleted; `before` is what it was, where somebody listens.
pub fn deleted(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    before: Option<Draft>,
) {
    if before.is_some() {
        raise(
            write,
            facts,
            table,
            id,
            Message::Delete,
            Vec::new(),
            (before, None),
        );
    }
}

fn names(table: &Table, indexes: impl Iterator<Item = usize>) -> Vec<String> {
    let columns = indexes.filter_map(|index| table.columns.get(index));
    columns.map(|column| column.logical_name.clone()).collect()
}

fn raise(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    message: Message,
    given: Vec<String>,
    (before, after): (Option<Draft>, Option<Draft>),
) {
    write.raise(Event {
        table: table.logical_name.clone(),
        id,
        message,
        given,
        before,
        after,
        caller: facts.origin.caller,
        at: facts.origin.now,
        calls_back: !IS_QUIET.get(),
    });
}

/// Whether a callback registration or a step is about a table.
fn is_heard(write: &Write<'_>, schema: &Schema, table: &Table) -> Result<bool, SimError> {
    const TABLES: [&str; 3] = [
        "callbackregistration",
        "sdkmessageprocessingstep",
        "sdkmessagefilter",
    ];
    const SQL: &str = "\
SELECT EXISTS (SELECT 1 FROM \"callbackregistration\" WHERE \"entityname\" = ?1) \
OR EXISTS (SELECT 1 FROM \"sdkmessageprocessingstep\" AS s JOIN \"sdkmessagefilter\" AS f \
ON f.\"sdkmessagefilterid\" = s.\"sdkmessagefilterid\" WHERE f.\"primaryobjecttypecode\" = ?1)";
    if TABLES.iter().any(|name| schema.table(name).is_none()) {
        return Ok(false);
    }
    let mut statement = write.prepare_cached(SQL)?;
    Ok(statement.query_row([&table.logical_name], |row| row.get(0))?)
}
