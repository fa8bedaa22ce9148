//! The names in `select`, `orderby` and `expand`, checked against metadata and put into the form
//! that the service takes.
//!
//! A lookup column may be written plainly (`ownerid`): a query knows it as `_ownerid_value`. Case
//! does not matter here, while the service insists on it.

use airlock_connector::{
    Error, FieldError, Transport,
    nearest::{did_you_mean, did_you_mean_or, nearest},
};

use super::Organisation;
use crate::{
    tables::{Collections, Columns, Freshness, Lookups, Table},
    webapi::key::lookup_column,
};

/// The columns of `select` as a query names them.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer/<index>` for every unknown one, with the nearest names.
pub async fn select<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    names: &[String],
    pointer: &str,
) -> Result<Vec<String>, Error> {
    checked(organisation, table, names, pointer, |columns, name| {
        column(table, columns, name)
    })
    .await
}

/// The parts of `orderby` as a query names them: `column`, `column asc` or `column desc`.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer/<index>` for every fault.
pub async fn order_by<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    parts: &[String],
    pointer: &str,
) -> Result<Vec<String>, Error> {
    checked(organisation, table, parts, pointer, |columns, part| {
        order(table, columns, part)
    })
    .await
}

async fn checked<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    items: &[String],
    pointer: &str,
    check: impl Fn(&Columns, &str) -> Result<String, String>,
) -> Result<Vec<String>, Error> {
    let items = split(items);
    if items.is_empty() {
        return Ok(items);
    }
    let Organisation { client, catalog } = organisation;
    let started = client.transport().now();
    let columns = catalog.columns(client, table, Freshness::Cached).await?;
    if let Ok(names) = all(&items, pointer, |item| check(&columns, item)) {
        return Ok(names);
    }
    // A column may be younger than what is remembered.
    let freshness = Freshness::Since(started);
    let columns = catalog.columns(client, table, freshness).await?;
    all(&items, pointer, |item| check(&columns, item))
}

/// Each item by itself, also where several stand in one text.
fn split(items: &[String]) -> Vec<String> {
    items
        .iter()
        .flat_map(|item| split_outside_parentheses(item, ','))
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn split_outside_parentheses(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0_usize;
    let mut quoted = false;
    let pieces = text.split(move |character| {
        match character {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        character == separator && depth == 0 && !quoted
    });
    pieces.collect()
}

fn all(
    items: &[String],
    pointer: &str,
    check: impl Fn(&str) -> Result<String, String>,
) -> Result<Vec<String>, Error> {
    let mut good = Vec::with_capacity(items.len());
    let mut faults = Vec::new();
    for (index, item) in items.iter().enumerate() {
        match check(item) {
            Ok(name) => good.push(name),
            Err(message) => faults.push(FieldError::new(format!("{pointer}/{index}"), message)),
        }
    }
    if faults.is_empty() {
        Ok(good)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

/// The name of a column in a query.
fn column(table: &Table, columns: &Columns, name: &str) -> Result<String, String> {
    if is_principal_key(table, name) {
        return Ok(name.to_owned());
    }
    if let Some(column) = columns.get(name) {
        if column.exposed {
            return Ok(column.query_name());
        }
        return Err(match column.part_of.as_deref() {
            Some(owner) => format!(
                "`{name}` cannot be asked for: ask for `{}` and for formatted values",
                columns
                    .get(owner)
                    .map_or_else(|| owner.to_owned(), |owner| owner.query_name())
            ),
            None => format!("`{name}` is not reachable through the Web API"),
        });
    }
    if let Some(column) = lookup_column(name).and_then(|column| columns.get(column))
        && column.kind.is_lookup()
    {
        return Ok(column.query_name());
    }
    Err(unknown(table, columns, name))
}

/// Users and teams inherit `ownerid`, which their own columns do not list.
fn is_principal_key(table: &Table, name: &str) -> bool {
    matches!(table.name.as_str(), "systemuser" | "team") && name == "ownerid"
}

/// The message for a name that is no column of the table.
pub(super) fn unknown(table: &Table, columns: &Columns, name: &str) -> String {
    let near: Vec<String> = columns
        .nearest(name)
        .into_iter()
        .filter_map(|name| columns.get(name))
        .map(|column| column.query_name())
        .collect();
    let near: Vec<&str> = near.iter().map(String::as_str).collect();
    no_column(table, name, &near)
}

/// The message for a name that can be neither written nor asked for by FetchXML, which know a
/// lookup by its column.
pub(super) fn unknown_by_itself(table: &Table, columns: &Columns, name: &str) -> String {
    no_column(table, name, &columns.nearest(name))
}

fn no_column(table: &Table, name: &str, near: &[&str]) -> String {
    format!(
        "{} has no column `{name}`{}",
        table.name,
        did_you_mean_or(near, "columns")
    )
}

fn order(table: &Table, columns: &Columns, part: &str) -> Result<String, String> {
    let mut words = part.split_whitespace();
    let name = words.next().unwrap_or_default();
    let direction = match (words.next().map(str::to_ascii_lowercase), words.next()) {
        (None, _) => "",
        (Some(word), None) if word == "asc" => " asc",
        (Some(word), None) if word == "desc" => " desc",
        _ => {
            return Err(format!(
                "`{part}` is not an order: write a column, then asc or desc"
            ));
        }
    };
    // Paths through lookups and aggregate names are the service's to judge.
    if name.contains('/') || name.starts_with('@') {
        return Ok(format!("{name}{direction}"));
    }
    Ok(format!("{}{direction}", column(table, columns, name)?))
}

/// The parts of `expand` with their navigation properties in the service's spelling; a lookup
/// column with one target stands for its navigation property.
///
/// # Errors
/// [`Error::InvalidInput`] at `pointer/<index>` for every unknown one, with the nearest names.
pub async fn expand<T: Transport>(
    organisation: Organisation<'_, T>,
    table: &Table,
    parts: &[String],
    pointer: &str,
) -> Result<Vec<String>, Error> {
    let parts = split(parts);
    if parts.is_empty() {
        return Ok(parts);
    }
    let Organisation { client, catalog } = organisation;
    let started = client.transport().now();
    let lookups = catalog.lookups(client, table, Freshness::Cached).await?;
    let single = |part: &str| navigation(table, &lookups, &Collections::default(), part);
    if let Ok(names) = all(&parts, pointer, single) {
        return Ok(names);
    }
    let collections = catalog
        .collections(client, table, Freshness::Cached)
        .await?;
    let either = |part: &str| navigation(table, &lookups, &collections, part);
    if let Ok(names) = all(&parts, pointer, either) {
        return Ok(names);
    }
    let freshness = Freshness::Since(started);
    let lookups = catalog.lookups(client, table, freshness).await?;
    let collections = catalog.collections(client, table, freshness).await?;
    all(&parts, pointer, |part| {
        navigation(table, &lookups, &collections, part)
    })
}

fn navigation(
    table: &Table,
    lookups: &Lookups,
    collections: &Collections,
    part: &str,
) -> Result<String, String> {
    let end = part.find(['(', '/']).unwrap_or(part.len());
    let (name, options) = part.split_at(end);
    let name = name.trim();
    if let Some(lookup) = lookups.by_navigation(name) {
        return Ok(format!("{}{options}", lookup.navigation));
    }
    if let Some(collection) = collections.by_navigation(name) {
        return Ok(format!("{}{options}", collection.navigation));
    }
    let column = lookup_column(name).unwrap_or(name);
    let of_column: Vec<&str> = lookups
        .of(column)
        .map(|lookup| lookup.navigation.as_str())
        .collect();
    match of_column.as_slice() {
        [only] => Ok(format!("{only}{options}")),
        [] => {
            let all = lookups
                .iter()
                .map(|lookup| lookup.navigation.as_str())
                .chain(collections.iter().map(|one| one.navigation.as_str()));
            Err(format!(
                "{} has no navigation property `{name}`{}",
                table.name,
                did_you_mean(&nearest(name, all))
            ))
        }
        several => Err(format!(
            "`{name}` leads to several tables: expand one of {}",
            several.join(", ")
        )),
    }
}

#[cfg(test)]
mod tests;
