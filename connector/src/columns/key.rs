//! Alternate keys with values of their columns' types, checked against the keys that exist.

use std::time::Duration;

use airlock_connector::{Error, Transport, input::below};
use serde_json::Value;

use super::{
    Organisation,
    date::date,
    names,
    option::{Unfit, option},
    scalar::scalar,
    words::any_of,
};
use crate::{
    tables::{Column, ColumnKind, Columns, DateShape, Freshness, KeyDefinition, Table},
    webapi::{AlternateKey, KeyValue, RowId, RowKey, key::lookup_column},
};

/// Settles the types of `key`'s values. A row id needs no metadata; an alternate key needs the
/// table's columns and keys.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer` or below it when a column is unknown, a value does not fit
/// it, or the table has no such key.
pub async fn key<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    key: &RowKey,
    pointer: &str,
) -> Result<RowKey, Error> {
    let started = organisation.client.transport().now();
    key_since(organisation, table, key, pointer, started).await
}

/// The same, where what was read at the moment `started` or later is not asked for again.
///
/// # Errors
/// See [`key`](fn@key).
pub async fn key_since<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    key: &RowKey,
    pointer: &str,
    started: Duration,
) -> Result<RowKey, Error> {
    let alternate = match key {
        RowKey::Id(id) => return Ok(RowKey::Id(*id)),
        RowKey::Alternate(alternate) => alternate,
    };
    let Organisation { client, catalog } = organisation;
    let mut freshness = Freshness::Cached;
    loop {
        let columns = catalog.columns(client, table, freshness).await?;
        if let [(name, value)] = alternate.parts()
            && name.eq_ignore_ascii_case(&table.primary_id)
        {
            let place = below(pointer, name);
            return row_id(value, &place).map(RowKey::Id);
        }
        let keys = catalog.keys(client, table, freshness).await?;
        let typed = typed(organisation, table, &columns, alternate, pointer).await;
        let checked = typed.and_then(|(names, key)| {
            check(table, &keys, &names, pointer)?;
            Ok(key)
        });
        match (checked, freshness) {
            // The column or key may be younger than what is remembered.
            (Err(Error::InvalidInput(_)), Freshness::Cached) => {
                freshness = Freshness::Since(started);
            }
            (checked, _) => return checked,
        }
    }
}

fn row_id(value: &KeyValue, pointer: &str) -> Result<RowId, Error> {
    match value {
        KeyValue::Id(id) => Ok(*id),
        KeyValue::Text(text) | KeyValue::Bare(text) => {
            text.parse()
                .map_err(|error: crate::webapi::row_id::NotARowId| {
                    Error::invalid(pointer, error.to_string())
                })
        }
    }
}

/// The logical names of the columns, and the key in the wire's names and types.
async fn typed<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    columns: &Columns,
    key: &AlternateKey,
    pointer: &str,
) -> Result<(Vec<String>, RowKey), Error> {
    let mut names = Vec::new();
    let mut parts = Vec::new();
    for (name, value) in key.parts() {
        let place = below(pointer, name);
        let column = column_of(columns, name).ok_or_else(|| {
            Error::invalid(&place, names::unknown_by_itself(table, columns, name))
        })?;
        let value = part(organisation, table, column, value, &place).await?;
        names.push(column.name.clone());
        parts.push((column.query_name(), value));
    }
    let key = AlternateKey::new(parts, pointer)?;
    Ok((names, RowKey::Alternate(key)))
}

fn column_of<'a>(columns: &'a Columns, name: &str) -> Option<&'a Column> {
    let found = columns.get(name);
    found.or_else(|| {
        let column = columns.get(lookup_column(name)?)?;
        column.kind.is_lookup().then_some(column)
    })
}

/// One value in the type of its column.
async fn part<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    column: &Column,
    value: &KeyValue,
    place: &str,
) -> Result<KeyValue, Error> {
    let written = value.in_row();
    let wrong = |message: String| Error::invalid(place, message);
    let Organisation { client, catalog } = organisation;
    match &column.kind {
        ColumnKind::Text | ColumnKind::Memo => match value {
            KeyValue::Text(text) | KeyValue::Bare(text) => Ok(KeyValue::Text(text.clone())),
            KeyValue::Id(id) => Ok(KeyValue::Text(id.to_string())),
        },
        kind if kind.is_lookup() || *kind == ColumnKind::Id => {
            row_id(value, place).map(KeyValue::Id)
        }
        ColumnKind::Date => {
            let shapes = catalog.dates(client, table, Freshness::Cached).await?;
            let shape = shapes.get(&column.name).copied();
            date(&written, shape.unwrap_or(DateShape::DateTime))
                .map(|date| KeyValue::Bare(date.text))
                .map_err(wrong)
        }
        kind if kind.is_choice() => {
            match option(organisation, table, column, &written, Freshness::Cached).await {
                Ok(number) => Ok(KeyValue::Bare(number.to_string())),
                Err(Unfit::Wrong { message, .. }) => Err(wrong(message)),
                Err(Unfit::Unread(error)) => Err(error),
            }
        }
        kind => {
            let number = scalar(kind, &written).map_err(wrong)?;
            match number {
                Value::String(text) => Ok(KeyValue::Text(text)),
                other => Ok(KeyValue::Bare(other.to_string())),
            }
        }
    }
}

/// Whether the columns are one of the table's keys.
fn check(
    table: &Table,
    keys: &[KeyDefinition],
    names: &[String],
    pointer: &str,
) -> Result<(), Error> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    match keys.iter().find(|key| key.is_of(&names)) {
        Some(key) if key.is_active() => Ok(()),
        Some(key) => Err(Error::invalid(
            pointer,
            format!(
                "the alternate key {} of {} finds no rows yet: its index is {}",
                key.name, table.name, key.status
            ),
        )),
        None => Err(Error::invalid(pointer, no_such_key(table, keys, &names))),
    }
}

fn no_such_key(table: &Table, keys: &[KeyDefinition], names: &[&str]) -> String {
    let wanted = names.join(" + ");
    if keys.is_empty() {
        return format!(
            "{} has no alternate keys, so {wanted} does not identify a row: name it by its id, or find it with list-rows",
            table.name
        );
    }
    let known: Vec<String> = keys.iter().map(|key| key.columns.join(" + ")).collect();
    format!(
        "{wanted} is not an alternate key of {}; its keys: {}",
        table.name,
        any_of(&known)
    )
}

#[cfg(test)]
mod tests;
