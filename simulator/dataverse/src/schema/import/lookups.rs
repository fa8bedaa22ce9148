//! From single-valued navigation properties to the relationships of lookups.
//!
//! Layer: schema import, pure. The document says which column a navigation property follows only where that column is a
//! property of the same type; elsewhere its name tells: `<column>_<target>_<own type>`, each part but the first optional.

use std::collections::{HashMap, HashSet};

use super::columns::logical_name;
use super::members::Members;
use super::model::{Document, EntityType, Navigation, Property};
use super::names::Unique;
use crate::schema::{Cascade, CascadeAction, Facts, OneToMany};

/// Primary id of every table there will be, by logical name.
pub(super) type PrimaryIds = HashMap<String, String>;

/// The table that a navigation property leads to: what users and teams have in common is `owner`.
pub(super) fn target(navigation: &Navigation) -> &str {
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
    /// Whether a table that this one descends from has the relationship.
    pub(super) is_inherited: bool,
    /// Name of the collection on the other side, when the document has one.
    pub(super) collection: Option<&'a str>,
    pub(super) navigation: &'a Navigation,
}

/// The collection that leads back. One whose rows are of another type, such as the one that this type descends from,
/// belongs to that type.
fn collection<'a>(
    document: &'a Document,
    of: &EntityType,
    navigation: &'a Navigation,
    target: &str,
) -> Option<&'a str> {
    let partner = navigation.partner.as_deref();
    let Some(far) = document.types.get(target) else {
        return partner;
    };
    let leads_here = |way: &Navigation| way.is_collection && way.target == of.name;
    if let Some(partner) = partner {
        return match far.navigations.get(partner) {
            Some(way) => leads_here(way).then_some(partner),
            None => Some(partner),
        };
    }
    let mut ways = far.navigations.values();
    let back = ways.find(|way| leads_here(way) && way.partner.as_ref() == Some(&navigation.name));
    back.map(|way| way.name.as_str())
}

/// The names that are left of a navigation property's when what it may end in is taken off, longest first.
fn stems(name: &str, target: &str, own: &str) -> Vec<String> {
    let mut found = vec![name.to_ascii_lowercase()];
    let endings = [format!("_{own}"), format!("_{target}")];
    let mut next = 0;
    while let Some(stem) = found.get(next).cloned() {
        for ending in &endings {
            let shorter = stem.strip_suffix(&ending.to_ascii_lowercase());
            if let Some(shorter) = shorter.filter(|shorter| !shorter.is_empty())
                && !found.iter().any(|known| known == shorter)
            {
                found.push(shorter.to_owned());
            }
        }
        next += 1;
    }
    found.sort_by_key(|stem| std::cmp::Reverse(stem.len()));
    found
}

/// The properties of a type that can hold the key of another row.
struct Holders<'a> {
    by_name: HashMap<String, &'a Property>,
    keys: HashSet<&'a str>,
}

impl<'a> Holders<'a> {
    fn of(document: &'a Document, of: &'a EntityType) -> Self {
        let properties = document.properties(of).into_iter();
        let line = document.line_of_descent(of).into_iter();
        Self {
            by_name: properties
                .filter(|property| property.kind == "Edm.Guid")
                .map(|property| (property.name.to_ascii_lowercase(), property))
                .collect(),
            keys: line
                .flat_map(|one| one.key.iter().map(String::as_str))
                .collect(),
        }
    }

    /// The property that a navigation property of the type `own` follows.
    fn behind(&self, navigation: &Navigation, own: &str) -> Option<&'a Property> {
        let said = navigation.property.as_ref();
        let said = said.and_then(|name| self.by_name.get(&name.to_ascii_lowercase()));
        said.copied().or_else(|| {
            let stems = stems(&navigation.name, &navigation.target, own);
            let lookup = |stem: &String| self.by_name.get(&format!("_{stem}_value"));
            let plain = |stem: &String| {
                let found = self.by_name.get(stem)?;
                (!self.keys.contains(found.name.as_str())).then_some(found)
            };
            let found = stems.iter().find_map(lookup);
            found.or_else(|| stems.iter().find_map(plain)).copied()
        })
    }
}

/// The lookups of a type towards tables that there are. Those that only its base types navigate are among them.
pub(super) fn links<'a>(
    document: &'a Document,
    of: &'a EntityType,
    tables: &PrimaryIds,
) -> Vec<Link<'a>> {
    let holders = Holders::of(document, of);
    let mut all = Vec::new();
    let mut known: HashSet<(String, &str)> = HashSet::new();
    for one in document.line_of_descent(of) {
        let is_inherited = one.name != of.name && tables.contains_key(&one.name);
        for navigation in one.navigations.values().filter(|way| !way.is_collection) {
            let target = target(navigation);
            let Some(property) = holders.behind(navigation, &one.name) else {
                continue;
            };
            let column = logical_name(&property.name);
            if !tables.contains_key(target) || !known.insert((column.to_owned(), target)) {
                continue;
            }
            all.push(Link {
                column: column.to_owned(),
                target,
                is_inherited,
                collection: collection(document, of, navigation, target),
                navigation,
            });
        }
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
    members: &mut Members,
    names: &mut Unique,
) -> Option<OneToMany> {
    let Link {
        column,
        target,
        collection,
        navigation,
        ..
    } = link;
    if !members.claim(table, &navigation.name) {
        return None;
    }
    let usual = || format!("{table}_{}", navigation.name);
    let claimed = collection.filter(|name| members.claim(target, name));
    let collection = match claimed {
        Some(name) => name.to_owned(),
        None => members.add(target, &usual()),
    };
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

#[cfg(test)]
mod tests {
    use super::stems;

    #[test]
    fn a_navigation_property_ends_in_its_target_and_its_own_type() {
        let cases = [
            (
                "regardingobjectid_account_fax",
                "account",
                "fax",
                "regardingobjectid",
            ),
            ("objectid_account", "account", "annotation", "objectid"),
            (
                "slainvokedid_activitypointer_sla",
                "sla",
                "activitypointer",
                "slainvokedid",
            ),
            (
                "new_SiteId_new_inspection",
                "account",
                "new_inspection",
                "new_siteid",
            ),
            ("stageid_processstage", "processstage", "account", "stageid"),
        ];
        for (name, target, own, column) in cases {
            assert!(
                stems(name, target, own).iter().any(|stem| stem == column),
                "{name}"
            );
        }
        assert_eq!(stems("_account", "account", "fax"), ["_account"]);
    }
}
