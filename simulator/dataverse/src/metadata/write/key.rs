//! Alternate keys: made with an index over the rows, which fails when rows collide already.

use rusqlite::Connection;
use uuid::Uuid;

use super::body::Body;
use super::names::{self, Named};
use super::{errors, settings};
use crate::http::SimError;
use crate::rows::StoreError;
use crate::rows::storage::layout::quoted;
use crate::schema::{AlternateKey, ColumnKind, Facts, KeyStatus, Label, SchemaParts, TableParts};

/// Most keys of a table, and most columns of a key (reference §2.6).
const MAX_KEYS: usize = 10;
const MAX_COLUMNS: usize = 16;
/// Members that keys have beside those of their document.
const ALSO_KNOWN: &[&str] = &["AsyncJob"];

/// Makes a key. Its index is built at once, so that it is active, or failed, when it is first read. Returns its id.
pub(super) fn create(
    parts: &mut SchemaParts,
    table: &str,
    body: Body<'_>,
    rows: &Connection,
) -> Result<Uuid, SimError> {
    let schema_name = body.needed_text("SchemaName")?;
    names::check(schema_name, Named::Key)?;
    let logical_name = names::logical(schema_name);
    let columns: Vec<String> = body
        .texts("KeyAttributes")?
        .into_iter()
        .map(str::to_owned)
        .collect();
    let place = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    check(place, schema_name, &logical_name, &columns)?;
    let id = Uuid::new_v4();
    let mut key = AlternateKey {
        schema_name: schema_name.to_owned(),
        logical_name,
        display_name: body
            .label("DisplayName")?
            .unwrap_or_else(|| Label::new(schema_name)),
        status: status(place, &columns, rows)?,
        columns,
        facts: Facts::new(id),
    };
    let shown = crate::metadata::item::Item::key_document(place, &key);
    settings::keep(
        &mut key.facts,
        body,
        &shown,
        ALSO_KNOWN,
        "EntityKeyMetadata",
    )?;
    place.keys.push(key);
    Ok(id)
}

fn check(
    table: &TableParts,
    schema_name: &str,
    logical_name: &str,
    columns: &[String],
) -> Result<(), SimError> {
    if table
        .keys
        .iter()
        .any(|key| key.logical_name == logical_name)
    {
        return Err(errors::key_exists(schema_name, &table.logical_name));
    }
    if table.keys.len() >= MAX_KEYS {
        return Err(errors::invalid_key(format_args!(
            "an entity can have at most {MAX_KEYS} keys"
        )));
    }
    if columns.is_empty() || columns.len() > MAX_COLUMNS {
        return Err(errors::invalid_key(format_args!(
            "a key needs between 1 and {MAX_COLUMNS} attributes"
        )));
    }
    for (index, name) in columns.iter().enumerate() {
        let mut known = table.columns.iter();
        let column = known
            .find(|column| column.logical_name == *name)
            .ok_or_else(|| errors::no_column(name))?;
        let fits = matches!(
            column.kind,
            ColumnKind::Decimal { .. }
                | ColumnKind::Integer { .. }
                | ColumnKind::String { .. }
                | ColumnKind::DateTime { .. }
                | ColumnKind::Lookup { .. }
                | ColumnKind::Choice { .. }
        );
        if !fits || column.attribute_of.is_some() {
            return Err(errors::invalid_key(format_args!(
                "the attribute {name} is not valid for a key"
            )));
        }
        if columns.iter().take(index).any(|earlier| earlier == name) {
            return Err(errors::invalid_key(format_args!(
                "the attribute {name} is given twice"
            )));
        }
    }
    let mut keys = table.keys.iter();
    let is_same = |key: &AlternateKey| {
        key.columns.len() == columns.len() && columns.iter().all(|name| key.columns.contains(name))
    };
    if keys.any(is_same) {
        return Err(errors::key_columns_exist());
    }
    Ok(())
}

/// Whether an index over these columns can be built: no two rows agree in all of them.
fn status(
    table: &TableParts,
    columns: &[String],
    rows: &Connection,
) -> Result<KeyStatus, SimError> {
    let names: Vec<String> = columns.iter().map(|name| quoted(name)).collect();
    let given: Vec<String> = names
        .iter()
        .map(|name| format!("{name} IS NOT NULL"))
        .collect();
    let sql = format!(
        "SELECT EXISTS (SELECT 1 FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1)",
        quoted(&table.logical_name),
        given.join(" AND "),
        names.join(", ")
    );
    let collide: bool = rows
        .query_row(&sql, [], |row| row.get(0))
        .map_err(StoreError::from)?;
    Ok(if collide {
        KeyStatus::Failed
    } else {
        KeyStatus::Active
    })
}

/// `ReactivateEntityKey`: tries the index of a failed key again.
pub(super) fn reactivate(
    parts: &mut SchemaParts,
    body: Body<'_>,
    rows: &Connection,
) -> Result<(), SimError> {
    let table = body.needed_text("EntityLogicalName")?;
    let name = names::logical(body.needed_text("EntityKeyLogicalName")?);
    let place = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    let found = place.keys.iter().position(|key| key.logical_name == name);
    let index = found.ok_or_else(|| no_key(&name))?;
    let columns = match place.keys.get(index) {
        Some(key) if key.status == KeyStatus::Failed => key.columns.clone(),
        _ => return Err(errors::key_is_not_failed()),
    };
    let status = status(place, &columns, rows)?;
    if let Some(key) = place.keys.get_mut(index) {
        key.status = status;
    }
    Ok(())
}

/// Takes a key away.
pub(super) fn delete(
    parts: &mut SchemaParts,
    table: &str,
    logical_name: &str,
) -> Result<(), SimError> {
    let place = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    let before = place.keys.len();
    place.keys.retain(|key| key.logical_name != logical_name);
    if place.keys.len() == before {
        return Err(no_key(logical_name));
    }
    Ok(())
}

fn no_key(name: &str) -> SimError {
    SimError::new(
        http::StatusCode::NOT_FOUND,
        "0x80040217",
        format!("Could not find Keys with specified LogicalName: {name}."),
    )
}
