//! From one schema to the next while rows are there: tables and columns go, columns change their form, the rest is aligned.
//!
//! Layer: storage. Runs inside the transaction that also keeps the new definitions, so that rows and schema never disagree.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::schema::{Column, KeyStatus, Schema, Table};

use super::{
    ddl,
    layout::{DELETED, Encoding, quoted, stored, text_constant, type_column},
    sql_functions::RESCALE,
    unions,
};

/// Seconds of a day, between a moment and a day.
const DAY: i64 = 86_400;

/// Brings tables and indexes from `old` to `new`.
pub fn migrate(connection: &Connection, old: &Schema, new: &Schema) -> rusqlite::Result<()> {
    let kept = |table: &&Table| !unions::is_union(&table.logical_name);
    // A view over a column that goes would be in the way.
    for view in [unions::OWNER, unions::ACTIVITY] {
        connection.execute_batch(&format!("DROP VIEW IF EXISTS {}", quoted(view)))?;
    }
    for table in old.tables().iter().filter(kept) {
        match new.table(&table.logical_name) {
            None => drop_table(connection, table)?,
            Some(next) if next.shares_parts_with(table) => {}
            Some(next) => change_table(connection, table, next)?,
        }
    }
    for table in new.tables().iter().filter(kept) {
        let before = old.table(&table.logical_name);
        if !before.is_some_and(|before| before.shares_parts_with(table)) {
            ddl::align_table(connection, table)?;
        }
    }
    ddl::align_views(connection, new)
}

fn drop_table(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    let name = quoted(&table.logical_name);
    connection.execute_batch(&format!("DROP TABLE IF EXISTS {name}"))?;
    let sql = format!("DELETE FROM {DELETED} WHERE \"table\" = ?");
    connection.execute(&sql, [&table.logical_name])?;
    Ok(())
}

fn change_table(connection: &Connection, old: &Table, new: &Table) -> rusqlite::Result<()> {
    let active = |table: &Table| -> HashSet<String> {
        let keys = table.keys.iter();
        keys.filter(|key| key.status == KeyStatus::Active)
            .map(|key| format!("{}:key:{}", table.logical_name, key.logical_name))
            .collect()
    };
    for index in active(old).difference(&active(new)) {
        connection.execute_batch(&format!("DROP INDEX IF EXISTS {}", quoted(index)))?;
    }
    for (_, column, before) in stored(old) {
        match new.column(&column.logical_name).map(Encoding::of) {
            Some(Some(after)) if before == after => {}
            Some(Some(after)) => convert(connection, old, column, before, after)?,
            _ => {
                drop_column(connection, old, &column.logical_name)?;
                if before == (Encoding::Reference { polymorphic: true }) {
                    drop_column(connection, old, type_column(column).trim_matches('"'))?;
                }
            }
        }
    }
    Ok(())
}

/// Drops a column and every index on it; aligning makes those again that are still wanted.
fn drop_column(connection: &Connection, table: &Table, column: &str) -> rusqlite::Result<()> {
    let name = quoted(&table.logical_name);
    let indexes: Vec<String> = connection
        .prepare(&format!("PRAGMA index_list({name})"))?
        .query_map([], |row| row.get(1))?
        .collect::<rusqlite::Result<_>>()?;
    for index in indexes {
        let columns: Vec<Option<String>> = connection
            .prepare(&format!("PRAGMA index_info({})", quoted(&index)))?
            .query_map([], |row| row.get(2))?
            .collect::<rusqlite::Result<_>>()?;
        if columns.iter().flatten().any(|name| name == column) {
            connection.execute_batch(&format!("DROP INDEX {}", quoted(&index)))?;
        }
    }
    connection.execute_batch(&format!(
        "ALTER TABLE {name} DROP COLUMN {}",
        quoted(column)
    ))
}

/// Rewrites the values of a column whose definition asks for another form. What cannot be carried over becomes null.
fn convert(
    connection: &Connection,
    table: &Table,
    column: &Column,
    before: Encoding,
    after: Encoding,
) -> rusqlite::Result<()> {
    let value = quoted(&column.logical_name);
    let expression = match (before, after) {
        (Encoding::Scaled(from), Encoding::Scaled(to)) if to >= from => {
            format!("{value} * {}", power(to - from))
        }
        // Half away from zero, as money is rounded everywhere else.
        (Encoding::Scaled(from), Encoding::Scaled(to)) => {
            let divisor = power(from - to);
            let half = divisor / 2;
            format!("({value} + CASE WHEN {value} < 0 THEN -{half} ELSE {half} END) / {divisor}")
        }
        (
            Encoding::Scaled(from) | Encoding::Wide(from),
            Encoding::Scaled(to) | Encoding::Wide(to),
        ) => {
            let is_wide = matches!(after, Encoding::Wide(_));
            format!("{RESCALE}({value}, {from}, {to}, {})", u8::from(is_wide))
        }
        (Encoding::Moment, Encoding::Day) => {
            format!("({value} - (({value} % {DAY}) + {DAY}) % {DAY}) / {DAY}")
        }
        (Encoding::Day, Encoding::Moment) => format!("{value} * {DAY}"),
        (Encoding::Reference { polymorphic: false }, Encoding::Reference { polymorphic: true }) => {
            return name_targets(connection, table, column);
        }
        (Encoding::Reference { polymorphic: true }, Encoding::Reference { polymorphic: false }) => {
            return drop_column(connection, table, type_column(column).trim_matches('"'));
        }
        _ => "NULL".to_owned(),
    };
    let table = quoted(&table.logical_name);
    connection.execute_batch(&format!(
        "UPDATE {table} SET {value} = {expression} WHERE {value} IS NOT NULL"
    ))
}

/// A lookup that had one target gets others: every reference so far names the one it had.
fn name_targets(connection: &Connection, table: &Table, column: &Column) -> rusqlite::Result<()> {
    let (name, value) = (quoted(&table.logical_name), quoted(&column.logical_name));
    let companion = type_column(column);
    let target = text_constant(column.targets().first().map_or("", String::as_str));
    connection.execute_batch(&format!(
        "ALTER TABLE {name} ADD COLUMN {companion} TEXT; \
         UPDATE {name} SET {companion} = {target} WHERE {value} IS NOT NULL"
    ))
}

fn power(exponent: u8) -> i64 {
    10_i64.saturating_pow(u32::from(exponent))
}
