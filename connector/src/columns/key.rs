//! Alternate keys with values of their columns' types, checked against the keys that exist.

use serde_json::Value;

use super::{Organisation, choice, date::date, scalar::scalar, words::any_of};
use crate::{
    tables::{
        Column, ColumnKind, Columns, DateShape, Freshness, KeyDefinition, Table,
        nearest::did_you_mean,
    },
    webapi::{
        AlternateKey, Error, KeyValue, RowBody, RowId, RowKey, Transport,
        key::{escape_pointer, lookup_column},
    },
};

/// A row key that the service can be asked with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The key.
    pub key: RowKey,
    /// Its columns as a new row would have to carry them; empty for a row id.
    pub columns: RowBody,
}

impl From<RowId> for Key {
    fn from(id: RowId) -> Self {
        Self {
            key: RowKey::Id(id),
            columns: RowBody::new(),
        }
    }
}

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
) -> Result<Key, Error> {
    let alternate = match key {
        RowKey::Id(id) => return Ok(Key::from(*id)),
        RowKey::Alternate(alternate) => alternate,
    };
    let Organisation { client, catalog } = organisation;
    let started = client.transport().now();
    let mut freshness = Freshness::Cached;
    loop {
        let columns = catalog.columns(client, table, freshness).await?;
        if let [(name, value)] = alternate.parts()
            && name.eq_ignore_ascii_case(&table.primary_id)
        {
            let place = format!("{pointer}/{}", escape_pointer(name));
            return row_id(value, &place).map(Key::from);
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
) -> Result<(Vec<String>, Key), Error> {
    let mut names = Vec::new();
    let mut parts = Vec::new();
    let mut body = RowBody::new();
    for (name, value) in key.parts() {
        let place = format!("{pointer}/{}", escape_pointer(name));
        let column = column_of(columns, name).ok_or_else(|| {
            let near = columns.nearest(name);
            Error::invalid(
                &place,
                format!(
                    "{} has no column `{name}`{}",
                    table.name,
                    did_you_mean(&near)
                ),
            )
        })?;
        let value = part(organisation, table, column, value, &place).await?;
        if let Some((name, value)) = in_body(organisation, table, column, &value).await? {
            body.insert(name, value);
        }
        names.push(column.name.clone());
        parts.push((column.query_name(), value));
    }
    let key = RowKey::Alternate(AlternateKey::new(parts, pointer)?);
    Ok((names, Key { key, columns: body }))
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
                .map(KeyValue::Bare)
                .map_err(wrong)
        }
        ColumnKind::Choice | ColumnKind::State | ColumnKind::Status => {
            let number = match choice::one(&written).map_err(wrong)? {
                choice::Read::Done(number) => number,
                choice::Read::Labels(items) => {
                    let options = catalog
                        .choices(client, table, column, Freshness::Cached)
                        .await?;
                    let numbers = choice::numbers(&items, &options).map_err(wrong)?;
                    numbers.first().copied().map_or(Value::Null, Value::from)
                }
            };
            Ok(KeyValue::Bare(number.to_string()))
        }
        ColumnKind::YesNo => choice::yes_no(&written)
            .map(|flag| KeyValue::Bare(flag.to_string()))
            .ok_or_else(|| wrong("yes or no is needed here".to_owned())),
        kind => {
            let number = scalar(kind, &written).map_err(wrong)?;
            match number {
                Value::String(text) => Ok(KeyValue::Text(text)),
                other => Ok(KeyValue::Bare(other.to_string())),
            }
        }
    }
}

/// The column as a new row carries it; a lookup with several targets cannot be told from its id.
async fn in_body<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    column: &Column,
    value: &KeyValue,
) -> Result<Option<(String, Value)>, Error> {
    if !column.kind.is_lookup() {
        return Ok(Some((column.name.clone(), value.in_row())));
    }
    let Organisation { client, catalog } = organisation;
    let lookups = catalog.lookups(client, table, Freshness::Cached).await?;
    let targets: Vec<_> = lookups.of(&column.name).collect();
    let [only] = targets.as_slice() else {
        return Ok(None);
    };
    let target = catalog.table(client, &only.target, "").await?;
    let KeyValue::Id(id) = value else {
        return Ok(None);
    };
    Ok(Some((
        format!("{}@odata.bind", only.navigation),
        Value::from(format!("/{}({id})", target.set)),
    )))
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
