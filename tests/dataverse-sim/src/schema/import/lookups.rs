//! From single-valued navigation properties to the relationships of lookups.
//!
//! Layer: schema import, pure.

use std::collections::{HashMap, HashSet};

use super::columns::logical_name;
use super::model::{Document, EntityType, Navigation};
use super::names::Unique;
use crate::schema::{Cascade, CascadeAction, Facts, OneToMany};

/// Primary id of every table there will be, by logical name.
pub(super) type PrimaryIds = HashMap<String, String>;

/// The table that a navigation property leads to: what users and teams have in common is `owner`.
fn target(navigation: &Navigation) -> &str {
    match navigation.target.as_str() {
        "principal" => "owner",
        other => other,
    }
}

/// A lookup towards one table.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// Logical name of the column.
    pub(super) column: String,
    /// Logical name of the table.
    pub(super) target: &'a str,
    /// Name of the collection on the other side, when the document has one.
    collection: Option<&'a str>,
    navigation: &'a Navigation,
}

/// The collection that leads back: the partner, or the one whose partner this is.
fn collection<'a>(
    document: &'a Document,
    of: &EntityType,
    navigation: &'a Navigation,
    target: &str,
) -> Option<&'a str> {
    let back = || {
        let mut ways = document.types.get(target)?.navigations.iter();
        let leads_back = |way: &&Navigation| {
            way.is_collection
                && way.target == of.name
                && way.partner.as_ref() == Some(&navigation.name)
        };
        ways.find(leads_back).map(|way| way.name.as_str())
    };
    navigation.partner.as_deref().or_else(back)
}

/// The lookups of a type towards tables that there are. Those that only its base types navigate are among them.
pub(super) fn links<'a>(
    document: &'a Document,
    of: &'a EntityType,
    tables: &PrimaryIds,
) -> Vec<Link<'a>> {
    let properties: HashMap<String, &str> = document
        .properties(of)
        .into_iter()
        .filter(|property| property.kind == "Edm.Guid")
        .map(|property| (property.name.to_ascii_lowercase(), property.name.as_str()))
        .collect();
    let mut all = Vec::new();
    let mut known: HashSet<(String, &str)> = HashSet::new();
    let mut covered: HashSet<String> = HashSet::new();
    for one in document.line_of_descent(of) {
        let mut own = Vec::new();
        for navigation in one.navigations.iter().filter(|way| !way.is_collection) {
            let guessed = || format!("_{}_value", navigation.name);
            let property = navigation.property.clone().unwrap_or_else(guessed);
            let Some(property) = properties.get(&property.to_ascii_lowercase()) else {
                continue;
            };
            let column = logical_name(property);
            let target = target(navigation);
            if column == *property
                || covered.contains(column)
                || !tables.contains_key(target)
                || !known.insert((column.to_owned(), target))
            {
                continue;
            }
            own.push(Link {
                column: column.to_owned(),
                target,
                collection: collection(document, of, navigation, target),
                navigation,
            });
        }
        covered.extend(own.iter().map(|link| link.column.clone()));
        all.extend(own);
    }
    all
}

/// Tables that each lookup column leads to.
pub(super) fn targets(links: &[Link<'_>]) -> HashMap<String, Vec<String>> {
    let mut all: HashMap<String, Vec<String>> = HashMap::new();
    for link in links {
        let targets = all.entry(link.column.clone()).or_default();
        targets.push(link.target.to_owned());
    }
    all
}

/// The relationship of a lookup. It is named like the collection on the other side, as the service does.
pub(super) fn relationship(
    table: &str,
    link: &Link<'_>,
    tables: &PrimaryIds,
    names: &mut Unique,
) -> Option<OneToMany> {
    let Link {
        column,
        target,
        collection,
        navigation,
    } = link;
    let usual = || format!("{table}_{}", navigation.name);
    let collection = collection.map_or_else(usual, str::to_owned);
    let schema_name = names.like(&collection);
    Some(OneToMany {
        referenced: (*target).to_owned(),
        referenced_attribute: tables.get(*target)?.clone(),
        referencing: table.to_owned(),
        referencing_attribute: column.clone(),
        referencing_navigation: navigation.name.clone(),
        referenced_navigation: collection,
        is_custom: super::names::is_custom(column),
        schema_name,
        cascade: REFERENTIAL,
        is_hierarchical: false,
        facts: Facts::default(),
    })
}

/// What a new relationship does: deleting what is pointed at clears the lookup.
const REFERENTIAL: Cascade = Cascade {
    assign: CascadeAction::NoCascade,
    delete: CascadeAction::RemoveLink,
    merge: CascadeAction::NoCascade,
    reparent: CascadeAction::NoCascade,
    share: CascadeAction::NoCascade,
    unshare: CascadeAction::NoCascade,
    rollup_view: CascadeAction::NoCascade,
};
