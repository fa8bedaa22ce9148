//! The definitions that a running organisation got, kept beside its rows.
//!
//! Layer: storage. What an organisation starts with (the standard tables, or an imported document) is the base; the file
//! keeps only what differs: each changed definition whole, as JSON under kind and name, and the names of those that are
//! gone. An imported base is kept whole, because nobody gives the document again.

use std::collections::HashMap;
use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::rows::StoreError;
use crate::schema::{ColumnKind, Declared, Deleted, OptionSet, Schema, SchemaParts, TableParts};

const TABLE: &str = "\"$metadata\"";
const KIND_TABLE: &str = "table";
const KIND_ONE_TO_MANY: &str = "one-to-many";
const KIND_MANY_TO_MANY: &str = "many-to-many";
const KIND_CHOICE: &str = "choice";
const KIND_DELETED: &str = "deleted";
const KIND_DECLARED: &str = "declared";
const KIND_STATE: &str = "state";
const STATE: &str = "schema";
const DOCUMENT: &str = "document";

/// What is known of the schema as a whole.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
struct State {
    version: u64,
    /// The base is kept here too; whatever base is offered does not count.
    is_whole: bool,
}

/// Readers cannot make the table; without it nothing is kept.
fn is_prepared(connection: &Connection) -> rusqlite::Result<bool> {
    let sql = "SELECT count(*) FROM sqlite_schema WHERE name = '$metadata'";
    connection.query_row(sql, [], |row| row.get::<_, i64>(0).map(|count| count > 0))
}

fn prepare(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute_batch(&format!(
        "CREATE TABLE IF NOT EXISTS {TABLE} (kind TEXT NOT NULL, name TEXT NOT NULL, body TEXT, UNIQUE (kind, name))"
    ))
}

/// The schema of a store: the base and what was changed since.
pub fn load(connection: &Connection, base: &SchemaParts) -> Result<SchemaParts, StoreError> {
    if !is_prepared(connection)? {
        return Ok(base.clone());
    }
    let Some(state) = state(connection)? else {
        return Ok(base.clone());
    };
    let mut parts = if state.is_whole {
        SchemaParts::default()
    } else {
        base.clone()
    };
    parts.version = state.version;
    overlay(
        connection,
        KIND_TABLE,
        &mut parts.tables,
        |table: &TableParts| &table.logical_name,
    )?;
    overlay(
        connection,
        KIND_ONE_TO_MANY,
        &mut parts.relationships,
        |one| &one.schema_name,
    )?;
    overlay(
        connection,
        KIND_MANY_TO_MANY,
        &mut parts.many_to_many,
        |many| &many.schema_name,
    )?;
    overlay(
        connection,
        KIND_CHOICE,
        &mut parts.option_sets,
        |set: &OptionSet| &set.name,
    )?;
    let declared = rows::<Declared>(connection, KIND_DECLARED)?;
    let declared = declared.into_iter().find_map(|(_, declared)| declared);
    if let Some(declared) = declared {
        parts.declared = Arc::new(declared);
    }
    parts.deleted = rows::<Deleted>(connection, KIND_DELETED)?
        .into_iter()
        .filter_map(|(_, deleted)| deleted)
        .collect();
    share_choices(&mut parts);
    Ok(parts)
}

/// Whether the store keeps a whole schema, and not only what differs from a base.
pub fn is_whole(connection: &Connection) -> Result<bool, StoreError> {
    Ok(is_prepared(connection)? && state(connection)?.is_some_and(|state| state.is_whole))
}

/// Keeps a whole schema, so that it no longer depends on a base.
pub fn store_whole(connection: &Connection, schema: &Schema) -> Result<(), StoreError> {
    prepare(connection)?;
    store(connection, &SchemaParts::default().build(), schema)?;
    // A document is imported once; nothing changes it afterwards.
    if !schema.declared().is_empty() {
        put(connection, KIND_DECLARED, DOCUMENT, Some(schema.declared()))?;
    }
    let state = State {
        version: schema.version(),
        is_whole: true,
    };
    put(connection, KIND_STATE, STATE, Some(&state))
}

/// Keeps what `new` has other than `old`.
pub fn store(connection: &Connection, old: &Schema, new: &Schema) -> Result<(), StoreError> {
    prepare(connection)?;
    let (before, after) = (old.parts(), new.parts());
    changes(
        connection,
        KIND_TABLE,
        &before.tables,
        &after.tables,
        |table| &table.logical_name,
    )?;
    let (from, to) = (&before.relationships, &after.relationships);
    changes(connection, KIND_ONE_TO_MANY, from, to, |one| {
        &one.schema_name
    })?;
    let (from, to) = (&before.many_to_many, &after.many_to_many);
    changes(connection, KIND_MANY_TO_MANY, from, to, |many| {
        &many.schema_name
    })?;
    let (from, to) = (&before.option_sets, &after.option_sets);
    changes(connection, KIND_CHOICE, from, to, |set| &set.name)?;
    for deleted in after.deleted.iter().skip(before.deleted.len()) {
        put(
            connection,
            KIND_DELETED,
            &deleted.id.to_string(),
            Some(deleted),
        )?;
    }
    let state = State {
        version: new.version(),
        ..state(connection)?.unwrap_or_default()
    };
    put(connection, KIND_STATE, STATE, Some(&state))
}

fn changes<T: Serialize>(
    connection: &Connection,
    kind: &str,
    before: &[Arc<T>],
    after: &[Arc<T>],
    name: impl Fn(&T) -> &String,
) -> Result<(), StoreError> {
    let mut gone: HashMap<&String, &Arc<T>> =
        before.iter().map(|item| (name(item), item)).collect();
    for item in after {
        let earlier = gone.remove(name(item));
        if !earlier.is_some_and(|earlier| Arc::ptr_eq(earlier, item)) {
            put(connection, kind, name(item), Some(item.as_ref()))?;
        }
    }
    for name in gone.into_keys() {
        put::<T>(connection, kind, name, None)?;
    }
    Ok(())
}

fn put<T: Serialize>(
    connection: &Connection,
    kind: &str,
    name: &str,
    item: Option<&T>,
) -> Result<(), StoreError> {
    let body = item
        .map(serde_json::to_string)
        .transpose()
        .map_err(broken)?;
    let sql = format!(
        "INSERT INTO {TABLE} VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET body = excluded.body"
    );
    connection
        .prepare_cached(&sql)?
        .execute((kind, name, body))?;
    Ok(())
}

/// Replaces, adds and removes what is kept of one kind.
fn overlay<T: DeserializeOwned>(
    connection: &Connection,
    kind: &str,
    items: &mut Vec<Arc<T>>,
    name: impl Fn(&T) -> &String,
) -> Result<(), StoreError> {
    let mut places: HashMap<String, usize> = items
        .iter()
        .enumerate()
        .map(|(index, item)| (name(item).clone(), index))
        .collect();
    let mut gone = Vec::new();
    for (key, item) in rows::<T>(connection, kind)? {
        match (places.get(&key).copied(), item) {
            (Some(index), Some(item)) => {
                if let Some(place) = items.get_mut(index) {
                    *place = Arc::new(item);
                }
            }
            (None, Some(item)) => {
                places.insert(key, items.len());
                items.push(Arc::new(item));
            }
            (Some(_), None) => gone.push(key),
            (None, None) => {}
        }
    }
    items.retain(|item| !gone.contains(name(item)));
    Ok(())
}

fn rows<T: DeserializeOwned>(
    connection: &Connection,
    kind: &str,
) -> Result<Vec<(String, Option<T>)>, StoreError> {
    let sql = format!("SELECT name, body FROM {TABLE} WHERE kind = ? ORDER BY rowid");
    let mut statement = connection.prepare(&sql)?;
    let rows = statement.query_map([kind], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<String>>(1)?))
    })?;
    rows.map(|row| {
        let (name, body) = row?;
        let item = body
            .map(|body| serde_json::from_str(&body))
            .transpose()
            .map_err(broken)?;
        Ok((name, item))
    })
    .collect()
}

fn state(connection: &Connection) -> Result<Option<State>, StoreError> {
    let sql = format!("SELECT body FROM {TABLE} WHERE kind = ? AND name = ?");
    let body: Option<String> = connection
        .query_row(&sql, [KIND_STATE, STATE], |row| row.get(0))
        .optional()?;
    body.map(|body| serde_json::from_str(&body))
        .transpose()
        .map_err(broken)
}

/// Columns of a global choice share the one set again, as they did before they were written down.
fn share_choices(parts: &mut SchemaParts) {
    let sets: HashMap<&str, &Arc<OptionSet>> = parts
        .option_sets
        .iter()
        .map(|set| (set.name.as_str(), set))
        .collect();
    for table in &mut parts.tables {
        let is_global = |kind: &ColumnKind| match kind {
            ColumnKind::Choice { options, .. } | ColumnKind::MultiChoice { options } => {
                options.is_global
            }
            _ => false,
        };
        if !table.columns.iter().any(|column| is_global(&column.kind)) {
            continue;
        }
        for column in &mut Arc::make_mut(table).columns {
            if let ColumnKind::Choice { options, .. } | ColumnKind::MultiChoice { options } =
                &mut column.kind
                && options.is_global
                && let Some(set) = sets.get(options.name.as_str())
            {
                *options = (*set).clone();
            }
        }
    }
}

fn broken(error: serde_json::Error) -> StoreError {
    StoreError::Database(format!("a kept definition cannot be used: {error}"))
}
