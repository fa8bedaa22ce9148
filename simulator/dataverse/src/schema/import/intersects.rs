//! From collections that are each other's partners to many-to-many relationships and the tables behind them.
//!
//! Layer: schema import, pure. The document does not say which table lies behind a relationship; its name and the ids that
//! it holds tell.

use std::collections::HashSet;

use super::lookups::PrimaryIds;
use super::model::{Document, EntityType};
use crate::schema::definition::intersect_table;
use crate::schema::{Facts, ManyToMany, ManyToManySide, TableParts};

/// Row version of an intersect table.
const VERSION: &str = "versionnumber";

/// Whether a type is an intersect table: its id, the two ids it links, a version, and nothing else.
pub(super) fn is_intersect(document: &Document, of: &EntityType) -> bool {
    let properties = document.properties(of);
    let is_id = |name: &str, kind: &str| kind == "Edm.Guid" && !name.starts_with('_');
    let ids = properties
        .iter()
        .filter(|property| is_id(&property.name, &property.kind));
    let version = properties.iter().any(|property| property.name == VERSION);
    properties.len() == 4 && ids.count() == 3 && version && of.navigations.is_empty()
}

/// The two ids that an intersect table links, in the order of the document.
fn ends<'a>(document: &'a Document, of: &'a EntityType, primary_id: &str) -> Vec<&'a str> {
    let properties = document.properties(of).into_iter();
    properties
        .map(|property| property.name.as_str())
        .filter(|name| *name != primary_id && *name != VERSION)
        .collect()
}

/// The table of a type that [is one](is_intersect).
pub(super) fn table(document: &Document, of: &EntityType, set: &str, id: &str) -> TableParts {
    let ends = ends(document, of, id);
    let end = |index: usize| ends.get(index).copied().unwrap_or_default();
    let mut parts = intersect_table(&of.name, set, &of.name, (end(0), end(1)));
    for column in &mut parts.columns {
        if column.logical_name == parts.primary_id {
            column.logical_name = id.to_owned();
            column.schema_name = id.to_owned();
        }
    }
    parts.primary_id = id.to_owned();
    parts
}

/// The many-to-many relationships of a document between tables that there are, and tables for those whose table the
/// document lacks.
pub(super) fn relationships(
    document: &Document,
    tables: &PrimaryIds,
    known: &[String],
) -> (Vec<ManyToMany>, Vec<TableParts>) {
    let candidates: Vec<&EntityType> = document
        .types
        .values()
        .filter(|one| tables.contains_key(&one.name) && is_intersect(document, one))
        .collect();
    let mut used: HashSet<String> = HashSet::new();
    let mut pairs: HashSet<(String, String, String, String)> = HashSet::new();
    let mut relationships = Vec::new();
    let mut made = Vec::new();
    for one in document.types.values() {
        for way in one.navigations.values().filter(|way| way.is_collection) {
            let Some((other, back)) = partner(document, &way.target, way.partner.as_deref()) else {
                continue;
            };
            let (Some(id), Some(other_id)) = (tables.get(&one.name), tables.get(&other.name))
            else {
                continue;
            };
            let mut ends = [(&one.name, &way.name), (&other.name, back)];
            ends.sort_by_key(|end| (document.types.get_index_of(end.0), end.1));
            let [first, second] = ends.map(|(table, way)| (table.clone(), way.clone()));
            let pair = (first.0, first.1, second.0, second.1);
            if known.contains(&way.name) || !pairs.insert(pair) {
                continue;
            }
            let mut fitting = candidates.iter().filter(|candidate| {
                !used.contains(&candidate.name)
                    && columns(document, candidate, tables, (id, other_id)).is_some()
            });
            let found = best(&mut fitting, &way.name);
            let (intersect, set, (own, others)) = match found {
                Some(found) => {
                    let columns = columns(document, found, tables, (id, other_id));
                    let set = document.sets.get(&found.name);
                    (
                        found.name.clone(),
                        set.map_or_else(String::new, |set| set.name.clone()),
                        columns.unwrap_or_default(),
                    )
                }
                None => {
                    let name = way.name.to_ascii_lowercase();
                    if tables.contains_key(&name) {
                        continue;
                    }
                    let ends = apart(id, other_id);
                    let set = format!("{name}set");
                    made.push(intersect_table(&name, &set, &way.name, (&ends.0, &ends.1)));
                    (name, set, ends)
                }
            };
            used.insert(intersect.clone());
            relationships.push(ManyToMany {
                schema_name: way.name.clone(),
                intersect,
                intersect_set: set,
                first: ManyToManySide {
                    table: one.name.clone(),
                    intersect_attribute: own,
                    navigation: way.name.clone(),
                },
                second: ManyToManySide {
                    table: other.name.clone(),
                    intersect_attribute: others,
                    navigation: back.clone(),
                },
                is_custom: super::names::is_custom(&way.name),
                facts: Facts::default(),
            });
        }
    }
    (relationships, made)
}

/// The type at the other end and the name of the collection that leads back.
fn partner<'a>(
    document: &'a Document,
    target: &str,
    partner: Option<&str>,
) -> Option<(&'a EntityType, &'a String)> {
    let other = document.types.get(target)?;
    let back = other.navigations.get(partner?)?;
    back.is_collection.then_some((other, &back.name))
}

/// The columns of an intersect table that hold the ids of two tables, when it does.
fn columns(
    document: &Document,
    candidate: &EntityType,
    tables: &PrimaryIds,
    (first, second): (&str, &str),
) -> Option<(String, String)> {
    let ends = ends(document, candidate, tables.get(&candidate.name)?);
    let [one, two] = ends.as_slice() else {
        return None;
    };
    let holds = |column: &str, id: &str| column == id || column.starts_with(id);
    if first == second {
        return (holds(one, first) && holds(two, first))
            .then(|| ((*one).to_owned(), (*two).to_owned()));
    }
    if holds(one, first) && holds(two, second) {
        return Some(((*one).to_owned(), (*two).to_owned()));
    }
    (holds(two, first) && holds(one, second)).then(|| ((*two).to_owned(), (*one).to_owned()))
}

/// The one that is named like the relationship, or that the relationship's name begins with, or any.
fn best<'a>(
    fitting: &mut dyn Iterator<Item = &&'a EntityType>,
    name: &str,
) -> Option<&'a EntityType> {
    let name = name.to_ascii_lowercase();
    fitting.copied().min_by_key(|candidate| {
        if candidate.name == name {
            0
        } else if name.starts_with(&candidate.name) {
            1
        } else {
            2
        }
    })
}

/// The ids of two tables as columns of one: those of a table and itself are told apart as the service does.
fn apart(first: &str, second: &str) -> (String, String) {
    if first == second {
        (format!("{first}one"), format!("{second}two"))
    } else {
        (first.to_owned(), second.to_owned())
    }
}
