//! What a document describes besides tables, as far as it can be told again: every type that is named has to be there.
//!
//! Layer: schema import, pure.

use std::collections::{BTreeSet, HashSet};

use super::bases::{DEFINITIONS, NO_TABLES};
use super::lookups::PrimaryIds;
use super::model::Document;
use crate::schema::{ALIAS, Declared, Markup, element_type};

/// Types and operations that can be told again. What cannot is named in `left_out`.
pub(super) fn declared(
    document: &Document,
    tables: &PrimaryIds,
    left_out: &mut Vec<String>,
) -> Declared {
    let mut types: Vec<Markup> = document
        .markup
        .iter()
        .filter(|one| one.element != "EntityType" || is_definition(document, one.name()))
        .cloned()
        .collect();
    let mut known: HashSet<String> = tables.keys().cloned().collect();
    known.extend(NO_TABLES.iter().map(|name| (*name).to_owned()));
    known.extend(types.iter().map(|one| one.name().to_owned()));
    loop {
        let missing = |one: &Markup| unknown(&known, one, "BaseType").is_some();
        let Some(at) = types.iter().position(missing) else {
            break;
        };
        let gone = types.remove(at);
        known.remove(gone.name());
        let base = gone.attribute("BaseType").unwrap_or_default();
        left_out.push(format!(
            "the type {}: {base}, from which it derives, is not there",
            gone.name()
        ));
    }
    for one in &mut types {
        let name = one.name().to_owned();
        one.children.retain(|child| {
            let unknown = unknown(&known, child, "Type");
            if let Some(kind) = &unknown {
                let member = child.name();
                left_out.push(format!(
                    "the member {member} of the type {name}: {kind} is not there"
                ));
            }
            unknown.is_none()
        });
        // The other end may be a table that has no such way back.
        for child in &mut one.children {
            child.attributes.retain(|(name, _)| name != "Partner");
        }
    }
    let operations: Vec<Markup> = document
        .operations
        .iter()
        .filter(|operation| match unknown_type(&known, operation) {
            None => true,
            Some(kind) => {
                left_out.push(format!(
                    "the operation {}: the type {kind} is not there",
                    operation.name()
                ));
                false
            }
        })
        .cloned()
        .collect();
    let container = container(document, &operations);
    Declared {
        types,
        operations,
        container,
    }
}

/// Whether a type is about definitions: what definitions descend from, or one of them.
fn is_definition(document: &Document, name: &str) -> bool {
    let found = document.types.get(name);
    found.is_some_and(|one| document.descends(one, DEFINITIONS))
}

/// The type that an attribute names and that is not there.
fn unknown(known: &HashSet<String>, markup: &Markup, attribute: &str) -> Option<String> {
    let of = element_type(markup.attribute(attribute)?);
    let is_known = match of.strip_prefix(ALIAS) {
        Some(local) => known.contains(local),
        None => of.starts_with("Edm."),
    };
    (!is_known).then(|| of.to_owned())
}

/// The first type that an operation names and that is not there.
fn unknown_type(known: &HashSet<String>, operation: &Markup) -> Option<String> {
    let mut parts = operation.children.iter();
    parts.find_map(|part| unknown(known, part, "Type"))
}

/// The sets of definitions, and what is called without being bound.
fn container(document: &Document, operations: &[Markup]) -> Vec<Markup> {
    let names: BTreeSet<&str> = operations.iter().map(Markup::name).collect();
    let is_called = |import: &Markup, attribute: &str| {
        let called = import.attribute(attribute).unwrap_or_default();
        called
            .strip_prefix(ALIAS)
            .is_some_and(|name| names.contains(name))
    };
    let kept = document
        .container
        .iter()
        .filter(|one| match one.element.as_str() {
            "FunctionImport" => is_called(one, "Function"),
            "ActionImport" => is_called(one, "Action"),
            "EntitySet" => {
                let of = one.attribute("EntityType").unwrap_or_default();
                is_definition(document, of.strip_prefix(ALIAS).unwrap_or(of))
            }
            _ => false,
        });
    let mut kept: Vec<Markup> = kept.cloned().collect();
    let sets: BTreeSet<String> = kept
        .iter()
        .filter(|one| one.element == "EntitySet")
        .map(|one| one.name().to_owned())
        .collect();
    for one in &mut kept {
        // A set that is not told again cannot be bound or given.
        one.attributes
            .retain(|(name, value)| name != "EntitySet" || sets.contains(value));
        one.children.retain(|child| {
            let target = child.attribute("Target");
            target.is_none_or(|target| sets.contains(target))
        });
    }
    kept
}
