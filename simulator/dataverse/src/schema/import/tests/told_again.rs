//! The document that a simulator serves after it began with one: everything of that one is in it, and it is consistent.

use std::collections::HashSet;

use super::organisation::ORGANISATION;
use super::*;
use crate::schema::import::document::read;
use crate::schema::import::model::{Document, EntityType, Navigation as Way};

fn told_again() -> (Document, Document) {
    let schema = import(ORGANISATION).unwrap().parts.build();
    let text = csdl_document(&schema, &Repertoire::standard().catalogue(), false).unwrap();
    (read(ORGANISATION).unwrap(), read(&text).unwrap())
}

/// The navigation property of a type or of one that it descends from.
fn way<'a>(document: &'a Document, of: &'a EntityType, name: &str) -> Option<&'a Way> {
    let mut line = document.line_of_descent(of).into_iter();
    line.find_map(|one| one.navigations.get(name))
}

#[test]
fn nothing_of_a_document_is_lost() {
    let (given, told) = told_again();
    let mut lost = Vec::new();
    for one in given.types.values() {
        let Some(again) = told.types.get(&one.name) else {
            lost.push(one.name.clone());
            continue;
        };
        let known = told.properties(again);
        for property in &one.properties {
            if !known.iter().any(|known| known.name == property.name) {
                lost.push(format!("{}.{}", one.name, property.name));
            }
        }
        for given in one.navigations.values() {
            match way(&told, again, &given.name) {
                Some(way) => assert_eq!(
                    (&way.target, way.is_collection),
                    (&given.target, given.is_collection),
                    "{}.{}",
                    one.name,
                    given.name
                ),
                None => lost.push(format!("{}.{}", one.name, given.name)),
            }
        }
    }
    let names = |document: &Document| -> HashSet<String> {
        let all = document.markup.iter().chain(&document.operations);
        all.map(|one| format!("{} {}", one.element, one.name()))
            .collect()
    };
    let missing = names(&given);
    let told = names(&told);
    lost.extend(missing.into_iter().filter(|name| !told.contains(name)));
    // These are said at the start.
    assert_eq!(lost, ["new_asset.new_reach", "Action new_Lost"]);
}

#[test]
fn no_name_stands_twice_on_a_type_or_what_it_descends_from() {
    let (_, told) = told_again();
    for one in told.types.values() {
        let mut seen = HashSet::new();
        for ancestor in told.line_of_descent(one) {
            let properties = ancestor.properties.iter().map(|property| &property.name);
            for name in properties.chain(ancestor.navigations.keys()) {
                assert!(seen.insert(name), "{}.{name}", one.name);
            }
        }
    }
}

#[test]
fn partners_lead_back_and_constraints_name_properties() {
    let (_, told) = told_again();
    for one in told.types.values() {
        for given in one.navigations.values() {
            let shown = format!("{}.{}", one.name, given.name);
            let far = told.types.get(&given.target);
            let far = far.unwrap_or_else(|| panic!("{shown} leads to {}", given.target));
            if let Some(property) = &given.property {
                let known = told.properties(one);
                assert!(known.iter().any(|known| known.name == *property), "{shown}");
            }
            let Some(partner) = &given.partner else {
                continue;
            };
            let back = way(&told, far, partner).unwrap_or_else(|| panic!("{shown}: {partner}"));
            assert!(told.descends(one, &back.target), "{shown}: {partner}");
            if let Some(its) = &back.partner {
                assert_eq!(*its, given.name, "{shown}: {partner}");
            }
        }
    }
}

#[test]
fn what_is_served_can_be_given_again() {
    let schema = import(ORGANISATION).unwrap().parts.build();
    let told = |schema: &Schema, is_annotated| {
        csdl_document(schema, &Repertoire::standard().catalogue(), is_annotated).unwrap()
    };
    for is_annotated in [false, true] {
        let again = import(&told(&schema, is_annotated)).unwrap();
        assert_eq!(again.left_out, [""; 0]);
        let again = again.parts.build();
        assert_same(&told(&schema, false), &told(&again, false), "told twice");
    }
}
