//! From a table's definition to the table, its relationships and its intersect tables.

use std::sync::Arc;

use super::columns::{self, Place, read_only};
use super::file::{Feature, ManyToManyDefinition, OwnershipName, TypeName};
use super::{DefinedTable, DefinitionError, TableDefinition, companions, links, states, system};
use crate::schema::{
    AlternateKey, Column, ColumnKind, Derivation, Facts, KeyStatus, Label, ManyToMany,
    ManyToManySide, OptionSet, Ownership, RequiredLevel, TableParts,
};

pub(super) fn define(
    definition: &TableDefinition,
    global_choices: &[Arc<OptionSet>],
) -> Result<DefinedTable, DefinitionError> {
    let table = definition.logical_name();
    let mut columns = Vec::new();
    let mut relationships = Vec::new();
    let mut primary_id = None;
    for (schema_name, column) in &definition.columns {
        let place = Place {
            table: &table,
            schema_name,
            global_choices,
        };
        let defined = columns::define(column, &place)?;
        if column.r#type == TypeName::PrimaryId {
            primary_id = Some(defined.logical_name.clone());
        }
        for (target, link) in &column.to {
            let is_polymorphic = column.to.len() > 1;
            relationships.push(links::relationship(
                definition,
                &defined.logical_name,
                target,
                is_polymorphic,
                link,
            ));
        }
        columns.push(defined);
    }
    let primary_id = primary_id.ok_or_else(|| DefinitionError::Column {
        table: table.clone(),
        column: "(primary id)".to_owned(),
        message: "a table needs one column of type `primary-id`".to_owned(),
    })?;
    columns.extend(states::columns(definition)?);
    let (standard, standard_relationships) = system::columns(definition);
    columns.extend(standard);
    relationships.extend(standard_relationships);
    let columns = number(with_companions(columns));
    let (many_to_many, intersects) = intersects(definition, &table, &primary_id);
    let parts = TableParts {
        columns,
        primary_id,
        ..parts(definition, table)
    };
    Ok(DefinedTable {
        parts,
        relationships,
        many_to_many,
        intersects,
    })
}

/// What activities inherit from. It is one itself, but its lookups carry no suffix.
const ANY_ACTIVITY: &str = "activitypointer";

fn parts(definition: &TableDefinition, logical_name: String) -> TableParts {
    TableParts {
        is_activity: definition.has(Feature::Activity) || logical_name == ANY_ACTIVITY,
        logical_name,
        schema_name: definition.schema_name.clone(),
        entity_set_name: definition.entity_set.clone(),
        display_name: Label::new(&definition.display_name),
        display_collection_name: Label::new(&definition.display_collection_name),
        description: Label::new(&definition.description),
        primary_id: String::new(),
        primary_name: definition.primary_name.clone(),
        ownership: match definition.ownership {
            OwnershipName::User => Ownership::User,
            OwnershipName::Organisation => Ownership::Organisation,
            OwnershipName::Business => Ownership::Business,
            OwnershipName::None => Ownership::None,
        },
        is_principal: definition.has(Feature::Principal),
        is_intersect: definition.has(Feature::Intersect),
        object_type_code: definition.type_code,
        change_tracking: definition.has(Feature::ChangeTracking),
        optimistic_concurrency: definition.has(Feature::OptimisticConcurrency),
        has_notes: definition.has(Feature::Notes),
        has_activities: definition.has(Feature::Activities),
        is_custom: false,
        is_elastic: definition.has(Feature::Elastic),
        columns: Vec::new(),
        keys: definition
            .keys
            .iter()
            .map(|(name, columns)| key(name, columns))
            .collect(),
        facts: Facts::default(),
    }
}

fn key(schema_name: &str, columns: &[String]) -> AlternateKey {
    AlternateKey {
        schema_name: schema_name.to_owned(),
        logical_name: schema_name.to_ascii_lowercase(),
        display_name: Label::new(schema_name),
        columns: columns.to_vec(),
        status: KeyStatus::Active,
        facts: Facts::default(),
    }
}

/// Puts each column's companions behind it. A companion that the file defines itself is not made again.
fn with_companions(columns: Vec<Column>) -> Vec<Column> {
    let own: Vec<String> = columns
        .iter()
        .map(|column| column.logical_name.clone())
        .collect();
    let mut all = Vec::with_capacity(columns.len() * 2);
    for column in columns {
        let companions = companions::of(&column);
        all.push(column);
        all.extend(
            companions
                .into_iter()
                .filter(|companion| !own.contains(&companion.logical_name)),
        );
    }
    all
}

fn number(mut columns: Vec<Column>) -> Vec<Column> {
    for (number, column) in (1..).zip(columns.iter_mut()) {
        column.number = number;
    }
    columns
}

fn intersects(
    definition: &TableDefinition,
    table: &str,
    primary_id: &str,
) -> (Vec<ManyToMany>, Vec<TableParts>) {
    let declared = || definition.many_to_many.iter();
    let links = declared().map(|declared| many_to_many(declared, table, primary_id));
    let tables = declared()
        .filter(|declared| !declared.shared)
        .map(|declared| intersect(declared, primary_id));
    (links.collect(), tables.collect())
}

fn many_to_many(declared: &ManyToManyDefinition, table: &str, primary_id: &str) -> ManyToMany {
    let side = |table: &str, id: &str| ManyToManySide {
        table: table.to_owned(),
        intersect_attribute: id.to_owned(),
        navigation: declared.schema_name.clone(),
    };
    ManyToMany {
        schema_name: declared.schema_name.clone(),
        intersect: declared.intersect.clone(),
        intersect_set: declared.intersect_set.clone(),
        first: side(table, primary_id),
        second: side(&declared.with, &declared.with_id),
        is_custom: false,
        facts: Facts::default(),
    }
}

fn intersect(declared: &ManyToManyDefinition, primary_id: &str) -> TableParts {
    TableParts {
        object_type_code: declared.intersect_type_code,
        ..intersect_table(
            &declared.intersect,
            &declared.intersect_set,
            &declared.schema_name,
            (primary_id, &declared.with_id),
        )
    }
}

/// An intersect table: its id, the two ids it links, and a version.
pub fn intersect_table(name: &str, set: &str, label: &str, ends: (&str, &str)) -> TableParts {
    let id = format!("{name}id");
    let guid = |name: &str| Column {
        required: RequiredLevel::System,
        ..read_only(name, name, ColumnKind::Uniqueidentifier)
    };
    let version = Column {
        derivation: Some(Derivation::Version),
        ..read_only("versionnumber", "versionnumber", ColumnKind::BigInt)
    };
    TableParts {
        logical_name: name.to_owned(),
        schema_name: name.to_owned(),
        entity_set_name: set.to_owned(),
        display_name: Label::new(label),
        display_collection_name: Label::new(label),
        description: Label::empty(),
        columns: number(vec![guid(&id), guid(ends.0), guid(ends.1), version]),
        primary_id: id,
        primary_name: String::new(),
        ownership: Ownership::None,
        is_activity: false,
        is_principal: false,
        is_intersect: true,
        object_type_code: 0,
        change_tracking: true,
        optimistic_concurrency: false,
        has_notes: false,
        has_activities: false,
        is_custom: false,
        is_elastic: false,
        keys: Vec::new(),
        facts: Facts::default(),
    }
}
