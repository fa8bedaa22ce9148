//! What became of a schema: which definitions a change touched, and which it took away.
//!
//! Whoever changes a schema only edits its parts. Before the parts are published they are compared with the schema they
//! came from; that gives every touched definition the new version, and remembers the ids of those that are gone, as
//! `RetrieveMetadataChanges` tells them.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use uuid::Uuid;

use super::deleted::{DefinitionKind, Deleted};
use super::{Schema, SchemaParts, TableParts};

impl SchemaParts {
    /// Gives the parts the version after `old`, and so every definition that differs from `old`.
    pub fn stamp(&mut self, old: &Schema) {
        let version = old.version() + 1;
        self.version = version;
        for table in &mut self.tables {
            match old.table(&table.logical_name) {
                Some(earlier) if Arc::ptr_eq(earlier.parts(), table) => {}
                earlier => {
                    let earlier = earlier.map(|earlier| earlier.parts().as_ref());
                    stamp_table(Arc::make_mut(table), earlier, version);
                }
            }
        }
        let earlier: HashMap<&str, _> = old
            .relationships()
            .iter()
            .map(|relationship| (relationship.schema_name.as_str(), relationship))
            .collect();
        for relationship in &mut self.relationships {
            if earlier.get(relationship.schema_name.as_str()) != Some(&&*relationship) {
                Arc::make_mut(relationship).facts.changed = version;
            }
        }
        for relationship in &mut self.many_to_many {
            if !old.many_to_many().contains(relationship) {
                Arc::make_mut(relationship).facts.changed = version;
            }
        }
        for set in &mut self.option_sets {
            if !old.option_sets().contains(set) {
                Arc::make_mut(set).facts.changed = version;
            }
        }
        self.remember_deleted(old);
    }

    fn remember_deleted(&mut self, old: &Schema) {
        let kept: HashSet<Uuid> = ids(
            self.tables.iter().map(AsRef::as_ref),
            self.relationships.iter().map(|one| one.metadata_id()),
            self.many_to_many.iter().map(|many| many.metadata_id()),
            self.option_sets.iter().map(|set| set.metadata_id()),
        )
        .into_iter()
        .map(|(_, id)| id)
        .collect();
        let before = ids(
            old.tables().iter().map(|table| table.parts().as_ref()),
            old.relationships().iter().map(|one| one.metadata_id()),
            old.many_to_many().iter().map(|many| many.metadata_id()),
            old.option_sets().iter().map(|set| set.metadata_id()),
        );
        let version = self.version;
        let gone = before
            .into_iter()
            .filter(|(_, id)| !kept.contains(id))
            .map(|(kind, id)| Deleted { kind, id, version });
        self.deleted.extend(gone);
    }
}

fn ids<'a>(
    tables: impl Iterator<Item = &'a TableParts>,
    relationships: impl Iterator<Item = Uuid>,
    many_to_many: impl Iterator<Item = Uuid>,
    option_sets: impl Iterator<Item = Uuid>,
) -> Vec<(DefinitionKind, Uuid)> {
    let mut all = Vec::new();
    for table in tables {
        all.push((DefinitionKind::Entity, table.metadata_id()));
        let columns = table.columns.iter();
        all.extend(columns.map(|column| (DefinitionKind::Attribute, table.column_id(column))));
        let keys = table.keys.iter();
        all.extend(keys.map(|key| (DefinitionKind::EntityKey, table.key_id(key))));
    }
    let relationships = relationships.chain(many_to_many);
    all.extend(relationships.map(|id| (DefinitionKind::Relationship, id)));
    all.extend(option_sets.map(|id| (DefinitionKind::OptionSet, id)));
    all
}

fn stamp_table(table: &mut TableParts, earlier: Option<&TableParts>, version: u64) {
    let columns: HashMap<&str, _> = earlier
        .into_iter()
        .flat_map(|earlier| &earlier.columns)
        .map(|column| (column.logical_name.as_str(), column))
        .collect();
    for column in &mut table.columns {
        if columns.get(column.logical_name.as_str()) != Some(&&*column) {
            column.facts.changed = version;
        }
    }
    for key in &mut table.keys {
        if !earlier.is_some_and(|earlier| earlier.keys.contains(key)) {
            key.facts.changed = version;
        }
    }
    if earlier.is_none_or(|earlier| !is_same_apart_from_children(table, earlier)) {
        table.facts.changed = version;
    }
}

fn is_same_apart_from_children(table: &mut TableParts, earlier: &TableParts) -> bool {
    let columns = std::mem::take(&mut table.columns);
    let keys = std::mem::take(&mut table.keys);
    let is_same = *table
        == TableParts {
            columns: Vec::new(),
            keys: Vec::new(),
            ..earlier.clone()
        };
    table.columns = columns;
    table.keys = keys;
    is_same
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Label, standard};

    #[test]
    fn only_what_differs_gets_the_new_version() {
        let old = standard().unwrap().build();
        let mut parts = old.parts();
        let lead = parts.table_mut("lead").unwrap();
        lead.columns[3].display_name = Label::new("Changed");
        let name = lead.columns[3].logical_name.clone();
        parts.stamp(&old);
        let new = parts.build();
        assert_eq!(new.version(), 1);
        let lead = new.table("lead").unwrap();
        assert_eq!(lead.column(&name).unwrap().facts.changed, 1);
        assert_eq!(lead.columns[4].facts.changed, 0);
        assert_eq!(lead.facts.changed, 0);
        assert_eq!(new.table("account").unwrap().facts.changed, 0);
        assert_eq!(new.deleted(), []);
    }

    #[test]
    fn what_is_gone_is_remembered_by_id() {
        let old = standard().unwrap().build();
        let mut parts = old.parts();
        let lead = parts.table_mut("lead").unwrap();
        let column = lead.columns.pop().unwrap();
        let id = lead.column_id(&column);
        parts.stamp(&old);
        let gone = Deleted {
            kind: DefinitionKind::Attribute,
            id,
            version: 1,
        };
        assert_eq!(parts.build().deleted(), [gone]);
    }
}
