//! By what the rows of a table are known: the column that names them, and alternate keys.
//!
//! Layer: schema import, pure.

use super::columns;
use super::model::EntityType;
use super::names;
use crate::schema::{AlternateKey, ColumnKind, Derivation, Facts, KeyStatus, Label, TableParts};

/// Names under which tables call their rows, when they have a column of that name.
const NAMES: &[&str] = &[
    "name",
    "fullname",
    "subject",
    "title",
    "displayname",
    "uniquename",
];

/// The column by which rows are called: under the usual name, with the publisher's prefix or without.
pub(super) fn primary_name(table: &TableParts) -> String {
    if table.is_intersect {
        return String::new();
    }
    let prefix = table.logical_name.split_once('_').map(|(prefix, _)| prefix);
    let prefixed = prefix.map(|prefix| format!("{prefix}_name"));
    let mut usual = prefixed
        .iter()
        .map(String::as_str)
        .chain(NAMES.iter().copied());
    let is_text = |name: &&str| {
        table.columns.iter().any(|column| {
            column.logical_name == *name && matches!(column.kind, ColumnKind::String { .. })
        })
    };
    usual.find(is_text).unwrap_or_default().to_owned()
}

/// The keys that annotations name, as far as a key can be made of their columns.
pub(super) fn alternate(one: &EntityType, table: &TableParts) -> Vec<AlternateKey> {
    let mut keys = Vec::new();
    for properties in &one.alternate_keys {
        let columns: Vec<String> = properties
            .iter()
            .map(|property| columns::logical_name(property).to_owned())
            .collect();
        let is_kept = |name: &String| {
            let mut columns = table.columns.iter();
            columns.any(|column| {
                column.logical_name == *name && column.derivation != Some(Derivation::Version)
            })
        };
        if !columns.iter().all(is_kept) {
            continue;
        }
        let name = format!("{}_key", columns.join("_"));
        keys.push(AlternateKey {
            display_name: Label::new(names::shown(&name)),
            logical_name: name.clone(),
            schema_name: name,
            columns,
            status: KeyStatus::Active,
            facts: Facts::default(),
        });
    }
    keys
}
