//! Tables and indexes: made for a new store, brought in line for an old one.
//!
//! Layer: storage. Every index but the primary one ends in the primary id, because that is how every query's order ends:
//! SQLite then walks the index and never sorts a page.

use std::collections::HashSet;

use rusqlite::Connection;

use crate::rows::files::contents;
use crate::schema::{Column, KeyStatus, RequiredLevel, Schema, Table};

use super::{
    layout::{DELETED, Encoding, VERSION, quoted, stored, type_column},
    unions,
};

/// References whose value is nearly always the same or never asked for; an index on them would only slow writes down.
const UNINDEXED: &[&str] = &[
    "createdby",
    "createdonbehalfby",
    "modifiedby",
    "modifiedonbehalfby",
    "owningbusinessunit",
    "owningteam",
    "owninguser",
    "transactioncurrencyid",
];

/// Moments that lists are sorted and filtered by.
const INDEXED_MOMENTS: &[&str] = &["createdon", "modifiedon"];

/// Ids that are references without being lookups: every write below a shared row asks for its shares.
const INDEXED_IDS: &[(&str, &str)] = &[("principalobjectaccess", "objectid")];

/// Creates what is missing for every table of the schema.
pub fn align(connection: &Connection, schema: &Schema) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {DELETED} (version INTEGER PRIMARY KEY, \"table\" TEXT NOT NULL, id BLOB NOT NULL, \
         deletedon INTEGER NOT NULL)"
    ))?;
    contents::align(connection)?;
    for table in schema
        .tables()
        .iter()
        .filter(|table| !unions::is_union(&table.logical_name))
    {
        align_table(connection, table)?;
    }
    align_views(connection, schema)
}

/// Makes the views over several tables anew.
pub fn align_views(connection: &Connection, schema: &Schema) -> rusqlite::Result<()> {
    for view in unions::views(schema) {
        connection.execute_batch(&view)?;
    }
    Ok(())
}

/// Creates what is missing for one table.
pub fn align_table(connection: &Connection, table: &Table) -> rusqlite::Result<()> {
    let name = quoted(&table.logical_name);
    let present: HashSet<String> = connection
        .prepare(&format!("PRAGMA table_info({name})"))?
        .query_map([], |row| row.get::<_, String>(1))?
        .collect::<rusqlite::Result<_>>()?;
    if present.is_empty() {
        let columns: Vec<String> = declarations(table)
            .into_iter()
            .map(|(column, declaration)| format!("{column} {declaration}"))
            .collect();
        connection.execute_batch(&format!(
            "CREATE TABLE {name} ({VERSION} INTEGER NOT NULL, {})",
            columns.join(", ")
        ))?;
    } else {
        for (column, declaration) in declarations(table)
            .into_iter()
            .filter(|(column, _)| !present.contains(column.trim_matches('"')))
        {
            connection.execute_batch(&format!(
                "ALTER TABLE {name} ADD COLUMN {column} {declaration}"
            ))?;
        }
    }
    for statement in primary_indexes(table)
        .iter()
        .chain(&secondary_indexes(table))
    {
        connection.execute_batch(&statement.create)?;
    }
    Ok(())
}

/// Every quoted SQLite column with its declared type, companions included. What most queries read comes first: SQLite walks
/// a row from its beginning to the last column that is asked for, and some tables have two hundred.
fn declarations(table: &Table) -> Vec<(String, &'static str)> {
    let mut columns: Vec<_> = stored(table).collect();
    columns.sort_by_key(|(_, column, _)| place(table, column));
    columns
        .into_iter()
        .flat_map(|(_, column, encoding)| {
            let companion = (encoding == Encoding::Reference { polymorphic: true })
                .then(|| (type_column(column), "TEXT"));
            std::iter::once((quoted(&column.logical_name), encoding.declaration())).chain(companion)
        })
        .collect()
}

/// How far to the front a column belongs.
fn place(table: &Table, column: &Column) -> u8 {
    const EARLY: &[&str] = &[
        "statecode",
        "statuscode",
        "createdon",
        "modifiedon",
        "ownerid",
        "transactioncurrencyid",
    ];
    let name = column.logical_name.as_str();
    let in_key = table
        .keys
        .iter()
        .any(|key| key.columns.iter().any(|part| part == name));
    match name {
        id if id == table.primary_id => 0,
        shown if shown == table.primary_name => 1,
        early if EARLY.contains(&early) || in_key => 2,
        _ if column.is_lookup() || column.required != RequiredLevel::None => 3,
        _ => 4,
    }
}

/// An index by its name, and the statement that makes it.
pub struct Index {
    /// Quoted name.
    pub name: String,
    /// `CREATE INDEX IF NOT EXISTS …`.
    pub create: String,
}

/// The indexes that guard uniqueness: primary id and active alternate keys. SQLite lets nulls repeat, as Dataverse does.
pub fn primary_indexes(table: &Table) -> Vec<Index> {
    let mut indexes = vec![index(table, true, &table.primary_id, &[&table.primary_id])];
    for key in table
        .keys
        .iter()
        .filter(|key| key.status == KeyStatus::Active)
    {
        let columns: Vec<&str> = key.columns.iter().map(String::as_str).collect();
        indexes.push(index(
            table,
            true,
            &format!("key:{}", key.logical_name),
            &columns,
        ));
    }
    if table.is_intersect {
        indexes.extend(link_indexes(table));
    }
    indexes
}

/// An intersect table is walked from either side, and holds each pair once.
fn link_indexes(table: &Table) -> Vec<Index> {
    let ends: Vec<&str> = stored(table)
        .filter(|(_, column, encoding)| {
            *encoding == Encoding::Guid && column.logical_name != table.primary_id
        })
        .map(|(_, column, _)| column.logical_name.as_str())
        .collect();
    match ends.as_slice() {
        [first, second] => vec![
            index(table, true, "link", &[first, second]),
            index(table, false, "back", &[second, first]),
        ],
        _ => Vec::new(),
    }
}

/// The indexes that only make reading fast; a bulk insert may drop them and make them again.
pub fn secondary_indexes(table: &Table) -> Vec<Index> {
    let wanted = |column: &Column| {
        let name = column.logical_name.as_str();
        let reference = column.is_lookup() && !UNINDEXED.contains(&name);
        reference
            || INDEXED_MOMENTS.contains(&name)
            || name == table.primary_name
            || INDEXED_IDS.contains(&(table.logical_name.as_str(), name))
    };
    let mut indexes: Vec<Index> = stored(table)
        .filter(|(_, column, _)| wanted(column) && column.logical_name != table.primary_id)
        .map(|(_, column, _)| {
            index(
                table,
                false,
                &column.logical_name,
                &[&column.logical_name, &table.primary_id],
            )
        })
        .collect();
    indexes.push(index(table, false, "$version", &["$version"]));
    indexes
}

fn index(table: &Table, unique: bool, name: &str, columns: &[&str]) -> Index {
    let quoted_name = quoted(&format!("{}:{name}", table.logical_name));
    let columns: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
    let unique = if unique { "UNIQUE " } else { "" };
    let create = format!(
        "CREATE {unique}INDEX IF NOT EXISTS {quoted_name} ON {} ({})",
        quoted(&table.logical_name),
        columns.join(", ")
    );
    Index {
        name: quoted_name,
        create,
    }
}
