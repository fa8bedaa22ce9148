//! Which names a type's properties and navigation properties have: each is given out once.
//!
//! Layer: schema import, pure.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::model::{Document, EntityType};
use crate::schema::{SchemaParts, TableParts};

/// The names of the members of every table.
#[derive(Debug, Default)]
pub(super) struct Members {
    /// What stands for something already.
    used: HashMap<String, HashSet<String>>,
    /// What the document uses, for something yet to come perhaps.
    reserved: HashMap<String, HashSet<String>>,
}

impl Members {
    /// The members of the simulator's own tables, and the names that the document has for those of its tables.
    pub(super) fn of<'a>(
        tables: impl Iterator<Item = &'a Arc<TableParts>>,
        base: &SchemaParts,
        document: &Document,
        found: &[(&EntityType, String)],
    ) -> Self {
        let mut members = Self::default();
        for table in tables {
            let columns = table.columns.iter();
            let properties = columns.filter_map(|column| column.property());
            members.used(&table.logical_name).extend(properties);
        }
        for one in &base.relationships {
            let (near, far) = (&one.referencing_navigation, &one.referenced_navigation);
            members.used(&one.referencing).insert(near.clone());
            members.used(&one.referenced).insert(far.clone());
        }
        for side in base
            .many_to_many
            .iter()
            .flat_map(|many| [&many.first, &many.second])
        {
            members.used(&side.table).insert(side.navigation.clone());
        }
        for (one, _) in found {
            let own = document.properties(one).into_iter();
            members
                .used(&one.name)
                .extend(own.map(|property| property.name.clone()));
            let line = document.line_of_descent(one).into_iter();
            let ways = line.flat_map(|one| one.navigations.keys().cloned());
            members
                .reserved
                .entry(one.name.clone())
                .or_default()
                .extend(ways);
        }
        members
    }

    fn used(&mut self, table: &str) -> &mut HashSet<String> {
        self.used.entry(table.to_owned()).or_default()
    }

    /// Takes a name that the document has for a member; false when something else has it.
    pub(super) fn claim(&mut self, table: &str, name: &str) -> bool {
        self.used(table).insert(name.to_owned())
    }

    /// Gives up a name.
    pub(super) fn release(&mut self, table: &str, name: &str) {
        self.used(table).remove(name);
    }

    /// Takes a name for a member that the document does not have, or one like it.
    pub(super) fn add(&mut self, table: &str, name: &str) -> String {
        let mut chosen = name.to_owned();
        let mut number = 2;
        while self.is_reserved(table, &chosen) || !self.claim(table, &chosen) {
            chosen = format!("{name}_{number}");
            number += 1;
        }
        chosen
    }

    fn is_reserved(&self, table: &str, name: &str) -> bool {
        let names = self.reserved.get(table);
        names.is_some_and(|names| names.contains(name))
    }
}
