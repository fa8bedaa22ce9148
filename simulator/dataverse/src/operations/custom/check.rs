//! Whether the names in a file fit together and fit the organisation's tables.
//!
//! Layer: operations, pure.

use std::collections::HashSet;

use crate::schema::{Navigation, Schema, Table};

use super::CustomError;
use super::file::Entry;
use super::path::Path;
use super::scope::RESERVED;
use super::template::Template;

/// Whether names are names and no two operations share one.
pub(super) fn names(entries: &[Entry]) -> Result<(), CustomError> {
    let mut seen = HashSet::new();
    for entry in entries {
        let wrong = |reason: &str| CustomError::Operation {
            operation: entry.name.clone(),
            reason: reason.to_owned(),
        };
        if !is_name(&entry.name) {
            return Err(wrong(
                "a name is letters, digits and `_`, and begins with a letter",
            ));
        }
        if !seen.insert(&entry.name) {
            return Err(wrong("it is declared twice"));
        }
    }
    Ok(())
}

/// Whether a text can be the name of an operation, a parameter or a member.
pub(super) fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_ascii_alphabetic())
        && text
            .chars()
            .all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

/// A name that templates may use.
pub(super) fn free_name(text: &str, kind: &str) -> Result<(), String> {
    if !is_name(text) {
        return Err(format!("`{text}` is no name for {kind}"));
    }
    if RESERVED.contains(&text) {
        return Err(format!(
            "{kind} cannot be called `{text}`, which has a meaning of its own"
        ));
    }
    Ok(())
}

/// The table with this name.
pub(super) fn table<'a>(schema: &'a Schema, name: &str) -> Result<&'a Table, String> {
    schema
        .table(name)
        .filter(|table| !table.entity_set_name.is_empty())
        .ok_or_else(|| {
            format!(
                "there is no table `{name}`; tables go by their logical names, such as `account`"
            )
        })
}

/// Whether the columns of a row that a step writes are those of its table.
pub(super) fn columns(table: &Table, values: &Template) -> Result<(), String> {
    let Template::Object(members) = values else {
        return Ok(());
    };
    for (name, _) in members {
        let bare = name.split('@').next().unwrap_or_default();
        let navigation = table.navigation(bare);
        let fits = match name.split_once('@') {
            Some((_, "odata.bind")) => navigation.is_some(),
            Some(_) => true,
            None => {
                table.property(name).is_some()
                    || matches!(navigation, Some(Navigation::OneToMany(_)))
            }
        };
        if !fits {
            return Err(format!(
                "the table `{}` has no `{name}` to write",
                table.logical_name
            ));
        }
    }
    Ok(())
}

/// Whether everything that a template names is known by then.
pub(super) fn holes(template: &Template, known: &HashSet<String>) -> Result<(), String> {
    for Path(parts) in template.paths() {
        let Some(first) = parts.first() else { continue };
        if !known.contains(first) {
            let mut names: Vec<_> = known.iter().map(String::as_str).collect();
            names.sort_unstable();
            return Err(format!(
                "`{{{}}}` names nothing that is known there; known are: {}",
                parts.join("."),
                names.join(", ")
            ));
        }
    }
    Ok(())
}
