//! What a table of the simulator becomes when the document knows more of its columns.
//!
//! Layer: schema import, pure. Columns that both know keep what the simulator knows, but for what the document's clients
//! could not do without: the property has to be there, and a lookup has to lead to every table that it leads to there.

use std::collections::{HashMap, HashSet};

use super::columns::logical_name;
use super::model::Property;
use crate::schema::definition::companions_of;
use crate::schema::{Column, ColumnKind, TableParts};

/// What the document says of a table's columns.
pub(super) struct Described<'a> {
    pub(super) properties: &'a [&'a Property],
    /// Tables that each lookup column leads to.
    pub(super) targets: &'a HashMap<String, Vec<String>>,
}

/// Brings the columns of a table in line with the document; those that it lacks are not added here. Returns whether
/// anything changed.
pub(super) fn merge(table: &mut TableParts, described: &Described<'_>) -> bool {
    let shadowed = unveil(table, described.properties);
    let id = table.primary_id.clone();
    let mut changed = Vec::new();
    for column in &mut table.columns {
        if column.logical_name != id && follow(column, described) {
            changed.push(column.clone());
        }
    }
    let is_changed = shadowed || !changed.is_empty();
    for column in changed {
        add_companions(table, &column);
    }
    is_changed
}

/// Makes room for properties where the simulator has a hidden companion of the same name.
fn unveil(table: &mut TableParts, properties: &[&Property]) -> bool {
    let names: HashSet<&str> = properties
        .iter()
        .map(|property| property.name.as_str())
        .collect();
    let before = table.columns.len();
    table.columns.retain(|column| {
        column.attribute_of.is_none() || !names.contains(column.logical_name.as_str())
    });
    table.columns.len() != before
}

/// Turns a plain id into the lookup that the document has in its place, and lets lookups lead further.
fn follow(column: &mut Column, described: &Described<'_>) -> bool {
    let name = &column.logical_name;
    let targets = described.targets.get(name);
    let is_lookup_there = || {
        let mut properties = described.properties.iter();
        properties.any(|property| property.name != *name && logical_name(&property.name) == name)
    };
    match &mut column.kind {
        ColumnKind::Uniqueidentifier if is_lookup_there() => {
            let targets = targets.cloned().unwrap_or_default();
            column.kind = ColumnKind::Lookup { targets };
            true
        }
        ColumnKind::Lookup { targets: known } | ColumnKind::Customer { targets: known } => {
            let new = targets.into_iter().flatten();
            let new: Vec<String> = new.filter(|one| !known.contains(one)).cloned().collect();
            if new.is_empty() {
                return false;
            }
            let all = known.iter().cloned().chain(new).collect();
            column.kind = ColumnKind::Lookup { targets: all };
            true
        }
        _ => false,
    }
}

/// A lookup that leads to several tables has a companion that names the table.
fn add_companions(table: &mut TableParts, column: &Column) {
    for mut companion in companions_of(column) {
        let mut present = table.columns.iter();
        if !present.any(|known| known.logical_name == companion.logical_name) {
            companion.is_custom = column.is_custom;
            table.columns.push(companion);
        }
    }
}
