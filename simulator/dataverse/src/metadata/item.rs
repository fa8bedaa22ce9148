//! A definition in metadata: what it is, its document, its children.

use std::sync::Arc;

use serde_json::{Map, Value};
use uuid::Uuid;

use super::documents::{self, managed::ManagedProperty};
use crate::schema::{
    AlternateKey, Column, Facts, ManyToMany, OneToMany, OptionSet, Schema, Table, TableParts,
    managed_id,
};

/// A definition.
#[derive(Clone, Copy, Debug)]
pub(super) enum Item<'a> {
    /// `EntityMetadata`.
    Table(&'a Table),
    /// Some `AttributeMetadata` of a table.
    Column(&'a Table, &'a Column),
    /// `OneToManyRelationshipMetadata`.
    OneToMany(&'a OneToMany),
    /// `ManyToManyRelationshipMetadata`.
    ManyToMany(&'a ManyToMany),
    /// `EntityKeyMetadata` of a table.
    Key(&'a Table, &'a AlternateKey),
    /// `OptionSetMetadata`.
    OptionSet(&'a Arc<OptionSet>),
    /// `ManagedPropertyMetadata`.
    Managed(&'static ManagedProperty),
    /// `BooleanOptionSetMetadata` of a yes-or-no column.
    YesNo(&'a Table, &'a Column),
}

/// What a navigation property of a definition gives.
pub(super) enum Children<'a> {
    /// A collection.
    Many(Vec<Item<'a>>),
    /// One definition or null.
    One(Option<Item<'a>>),
}

impl<'a> Item<'a> {
    /// Type name without namespace.
    pub(super) fn type_name(&self) -> &'static str {
        match self {
            Self::Table(_) => "EntityMetadata",
            Self::Column(_, column) => documents::column::type_name(&column.kind),
            Self::OneToMany(_) => "OneToManyRelationshipMetadata",
            Self::ManyToMany(_) => "ManyToManyRelationshipMetadata",
            Self::Key(..) => "EntityKeyMetadata",
            Self::OptionSet(_) => "OptionSetMetadata",
            Self::Managed(_) => "ManagedPropertyMetadata",
            Self::YesNo(..) => "BooleanOptionSetMetadata",
        }
    }

    /// `MetadataId`.
    pub(super) fn id(&self) -> Uuid {
        match self {
            Self::Table(table) => table.metadata_id(),
            Self::Column(table, column) => table.column_id(column),
            Self::OneToMany(relationship) => relationship.metadata_id(),
            Self::ManyToMany(relationship) => relationship.metadata_id(),
            Self::Key(table, key) => table.key_id(key),
            Self::OptionSet(options) => options.metadata_id(),
            Self::Managed(property) => managed_id(property.name),
            Self::YesNo(table, column) => table.yes_no_id(column),
        }
    }

    /// The name by which a key predicate with this property finds it.
    pub(super) fn is_named(&self, property: &str, name: &str) -> bool {
        match (self, property) {
            (Self::Table(table), "LogicalName") => table.logical_name == name,
            (Self::Column(_, column), "LogicalName") => column.logical_name == name,
            (Self::Key(_, key), "LogicalName") => key.logical_name == name,
            (Self::OneToMany(relationship), "SchemaName") => relationship.schema_name == name,
            (Self::ManyToMany(relationship), "SchemaName") => relationship.schema_name == name,
            (Self::OptionSet(options), "Name") => options.name == name,
            (Self::Managed(property), "LogicalName") => property.name == name,
            (_, "MetadataId") => Uuid::try_parse(name) == Ok(self.id()),
            _ => false,
        }
    }

    /// The whole document, without control information and children. `MetadataId` comes first.
    pub(super) fn document(&self) -> Map<String, Value> {
        match self {
            Self::Table(table) => Self::table_document(table),
            Self::Column(table, column) => Self::column_document(table, column),
            Self::Key(table, key) => Self::key_document(table, key),
            Self::OptionSet(options) => Self::choice_document(options),
            Self::OneToMany(one) => document(self.id(), &one.facts, |document| {
                documents::relationship::one_to_many(document, one);
            }),
            Self::ManyToMany(many) => document(self.id(), &many.facts, |document| {
                documents::relationship::many_to_many(document, many);
            }),
            Self::Managed(property) => document(self.id(), &Facts::default(), |document| {
                documents::managed::fill(document, property);
            }),
            Self::YesNo(table, column) => document(self.id(), &Facts::default(), |document| {
                documents::choice::fill_yes_no(document, table, column);
            }),
        }
    }

    /// The document of a table that is in no schema yet.
    pub(super) fn table_document(table: &TableParts) -> Map<String, Value> {
        document(table.metadata_id(), &table.facts, |document| {
            documents::table::fill(document, table);
        })
    }

    /// The document of a column that is in no schema yet.
    pub(super) fn column_document(table: &TableParts, column: &Column) -> Map<String, Value> {
        document(table.column_id(column), &column.facts, |document| {
            documents::column::fill_common(document, table, column);
            documents::column::fill_specific(document, column);
        })
    }

    /// The document of a key that is in no schema yet.
    pub(super) fn key_document(table: &TableParts, key: &AlternateKey) -> Map<String, Value> {
        document(table.key_id(key), &key.facts, |document| {
            documents::key::fill(document, table, key);
        })
    }

    /// The document of a choice that is in no schema yet.
    pub(super) fn choice_document(options: &OptionSet) -> Map<String, Value> {
        document(options.metadata_id(), &options.facts, |document| {
            documents::choice::fill(document, options);
        })
    }

    /// Whether a property exists on this type, which for a mixed collection of columns is only the common part.
    pub(super) fn has_property(&self, property: &str, is_mixed: bool) -> bool {
        match self {
            Self::Column(table, column) if is_mixed => {
                let mut common = Map::new();
                documents::column::fill_common(&mut common, table, column);
                matches!(property, "MetadataId" | "HasChanged") || common.contains_key(property)
            }
            _ => self.document().contains_key(property),
        }
    }

    /// What a navigation property leads to; `None` when the type has no such property.
    pub(super) fn children(&self, schema: &'a Schema, navigation: &str) -> Option<Children<'a>> {
        Some(match (self, navigation) {
            (Self::Table(table), "Attributes") => Children::Many(
                table
                    .columns
                    .iter()
                    .map(|column| Item::Column(table, column))
                    .collect(),
            ),
            (Self::Table(table), "ManyToOneRelationships") => Children::Many(
                table
                    .many_to_one()
                    .iter()
                    .map(|one| Item::OneToMany(one))
                    .collect(),
            ),
            (Self::Table(table), "OneToManyRelationships") => Children::Many(
                table
                    .one_to_many()
                    .iter()
                    .map(|one| Item::OneToMany(one))
                    .collect(),
            ),
            (Self::Table(table), "ManyToManyRelationships") => Children::Many(
                table
                    .many_to_many()
                    .iter()
                    .map(|many| Item::ManyToMany(many))
                    .collect(),
            ),
            (Self::Table(table), "Keys") => {
                Children::Many(table.keys.iter().map(|key| Item::Key(table, key)).collect())
            }
            (Self::Column(table, column), "OptionSet") => Children::One(match column.options() {
                Some(options) => Some(Item::OptionSet(options)),
                None if documents::column::is_yes_no(column) => Some(Item::YesNo(table, column)),
                None => return None,
            }),
            (Self::Column(_, column), "GlobalOptionSet") => match column.options() {
                Some(options) => {
                    Children::One(options.is_global.then_some(Item::OptionSet(options)))
                }
                None if documents::column::is_yes_no(column) => Children::One(None),
                None => return None,
            },
            (Self::Key(..), "AsyncJob") => Children::One(None),
            (Self::OneToMany(relationship), "Lookup" | "Attribute") => {
                let table = schema.table(&relationship.referencing)?;
                let column = table.column(&relationship.referencing_attribute)?;
                Children::One(Some(Item::Column(table, column)))
            }
            _ => return None,
        })
    }
}

/// A document: identity first, then what the type fills in, then what a maker set otherwise.
fn document(
    id: Uuid,
    facts: &Facts,
    fill: impl FnOnce(&mut Map<String, Value>),
) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("MetadataId".to_owned(), Value::String(id.to_string()));
    document.insert("HasChanged".to_owned(), Value::Null);
    fill(&mut document);
    for (name, value) in &facts.settings {
        if let Some(place) = document.get_mut(name) {
            *place = value.clone();
        }
    }
    document
}
