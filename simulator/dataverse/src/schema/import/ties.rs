//! The relationships of lookups: which there are, and what they and their ends are called.
//!
//! Layer: schema import, pure.

use std::collections::HashMap;
use std::sync::Arc;

use super::lookups::{self, Link, PrimaryIds};
use super::members::Members;
use super::model::{Document, EntityType};
use super::names::Unique;
use crate::schema::{OneToMany, SchemaParts, TableParts};

/// Makes the relationships of one lookup after another.
pub(super) struct Ties {
    names: Unique,
    members: Members,
    /// Where the relationship of every lookup stands, by table, column and target.
    related: HashMap<(String, String, String), usize>,
}

impl Ties {
    /// Begins with those that the simulator brings.
    pub(super) fn of<'a>(
        tables: impl Iterator<Item = &'a Arc<TableParts>>,
        base: &SchemaParts,
        document: &Document,
        found: &[(&EntityType, String)],
    ) -> Self {
        let related = base.relationships.iter().enumerate().map(|(at, one)| {
            let (table, column) = (one.referencing.clone(), one.referencing_attribute.clone());
            ((table, column, one.referenced.clone()), at)
        });
        let mut names = Unique::default();
        for name in base.relationships.iter().map(|one| &one.schema_name) {
            names.take(name);
        }
        for name in base.many_to_many.iter().map(|many| &many.schema_name) {
            names.take(name);
        }
        Self {
            names,
            members: Members::of(tables, base, document, found),
            related: related.collect(),
        }
    }

    /// Gives up the name of a property that is gone.
    pub(super) fn release(&mut self, table: &str, property: &str) {
        self.members.release(table, property);
    }

    /// Adds the relationship of a lookup. One that is known stays as it is, under the names that the document has for it.
    pub(super) fn relate(
        &mut self,
        document: &Document,
        one: &EntityType,
        link: &Link<'_>,
        ids: &PrimaryIds,
        relationships: &mut Vec<Arc<OneToMany>>,
    ) {
        let ends = (
            one.name.clone(),
            link.column.clone(),
            link.target.to_owned(),
        );
        let Some(at) = self.related.get(&ends) else {
            let (members, names) = (&mut self.members, &mut self.names);
            if let Some(new) = lookups::relationship(&one.name, link, ids, members, names) {
                self.related.insert(ends, relationships.len());
                relationships.push(Arc::new(new));
            }
            return;
        };
        if let Some(known) = relationships.get_mut(*at) {
            self.rename(document, one, link, known);
        }
    }

    fn rename(
        &mut self,
        document: &Document,
        one: &EntityType,
        link: &Link<'_>,
        known: &mut Arc<OneToMany>,
    ) {
        let is_told = one.navigations.contains_key(&known.referencing_navigation);
        if !is_told && self.members.claim(&one.name, &link.navigation.name) {
            self.members
                .release(&one.name, &known.referencing_navigation);
            let name = link.navigation.name.clone();
            Arc::make_mut(known).referencing_navigation = name;
        }
        let far = document.types.get(link.target);
        let is_told =
            far.is_some_and(|far| far.navigations.contains_key(&known.referenced_navigation));
        if let Some(collection) = link.collection
            && !is_told
            && self.members.claim(link.target, collection)
        {
            self.members
                .release(link.target, &known.referenced_navigation);
            Arc::make_mut(known).referenced_navigation = collection.to_owned();
        }
    }
}
