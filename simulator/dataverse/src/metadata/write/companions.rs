//! What a table gets from `HasActivities` and `HasNotes`: it becomes a target of the lookups that activities and notes
//! have for what they are about.

use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::targets;
use super::{cascade, names};
use crate::http::SimError;
use crate::rows::StoreError;
use crate::rows::storage::layout::{quoted, type_column};
use crate::schema::definition::{add_columns, plain};
use crate::schema::{CascadeAction, ColumnKind, Facts, OneToMany, SchemaParts, TableParts};

/// The lookup of activities, and the table and lookup of notes.
const REGARDING: &str = "regardingobjectid";
const NOTES: (&str, &str) = ("annotation", "objectid");

/// Lets notes and activities be about a table.
pub(super) fn attach(parts: &mut SchemaParts, table: &str, notes: bool, activities: bool) {
    if notes {
        let (holder, column) = NOTES;
        add(parts, holder, column, table, "Annotations");
    }
    if activities {
        let holders: Vec<(String, String)> = parts
            .tables
            .iter()
            .filter(|holder| holder.is_activity || holder.logical_name == "activitypointer")
            .map(|holder| {
                (
                    holder.logical_name.clone(),
                    names::plural(&holder.schema_name),
                )
            })
            .collect();
        for (holder, collection) in holders {
            add(parts, &holder, REGARDING, table, &collection);
        }
    }
}

fn add(parts: &mut SchemaParts, holder: &str, column: &str, target: &str, collection: &str) {
    let Some(targets) = targets::targets_mut(parts, holder, column) else {
        return;
    };
    if targets.iter().any(|known| known == target) {
        return;
    }
    targets.push(target.to_owned());
    let relationship = about(parts, holder, column, target, collection);
    parts.relationships.extend(relationship.map(Arc::new));
}

fn about(
    parts: &SchemaParts,
    holder: &str,
    column: &str,
    target: &str,
    collection: &str,
) -> Option<OneToMany> {
    let target = parts.table(target)?;
    let holder = parts.table(holder)?;
    let name = format!("{}_{collection}", target.logical_name);
    let mut navigation = format!("{column}_{}", target.logical_name);
    if holder.is_activity {
        navigation = format!("{navigation}_{}", holder.logical_name);
    }
    Some(OneToMany {
        schema_name: name.clone(),
        referenced: target.logical_name.clone(),
        referenced_attribute: target.primary_id.clone(),
        referencing: holder.logical_name.clone(),
        referencing_attribute: column.to_owned(),
        referencing_navigation: navigation,
        referenced_navigation: name,
        // As for the shipped tables: what is about a row goes and moves with it.
        cascade: crate::schema::Cascade {
            assign: CascadeAction::Cascade,
            delete: CascadeAction::Cascade,
            merge: CascadeAction::Cascade,
            reparent: CascadeAction::Cascade,
            share: CascadeAction::Cascade,
            unshare: CascadeAction::Cascade,
            ..cascade::USUAL
        },
        is_hierarchical: false,
        is_custom: false,
        facts: Facts::new(Uuid::new_v4()),
    })
}

/// Gives a new activity the lookup for what it is about, with every table that can have activities as a target.
pub(super) fn add_regarding(parts: &mut SchemaParts, activity: &str) {
    let takes_activities = |table: &&Arc<TableParts>| table.has_activities;
    let targets: Vec<String> = parts
        .tables
        .iter()
        .filter(takes_activities)
        .map(|table| table.logical_name.clone())
        .collect();
    let Some(table) = parts.table_mut(activity) else {
        return;
    };
    let collection = names::plural(&table.schema_name);
    let kind = ColumnKind::Lookup {
        targets: targets.clone(),
    };
    let column = plain("RegardingObjectId", "Regarding", kind);
    add_columns(table, [column]);
    for target in targets {
        let relationship = about(parts, activity, REGARDING, &target, &collection);
        parts.relationships.extend(relationship.map(Arc::new));
    }
}

/// Takes a table out of the lookups of activities and notes, and out of the rows that were about its rows.
pub(super) fn detach(
    parts: &mut SchemaParts,
    table: &str,
    rows: &Connection,
) -> Result<(), SimError> {
    let pointing: Vec<OneToMany> = parts
        .relationships
        .iter()
        .filter(|one| one.referenced == table && one.referencing != table)
        .map(|one| one.as_ref().clone())
        .collect();
    for relationship in pointing {
        let holder = parts.table(&relationship.referencing);
        let column = holder.and_then(|holder| {
            let mut columns = holder.columns.iter();
            columns.find(|column| column.logical_name == relationship.referencing_attribute)
        });
        if let Some(column) = column.filter(|column| column.targets().len() > 1) {
            let (value, target) = (quoted(&column.logical_name), type_column(column));
            let sql = format!(
                "UPDATE {} SET {value} = NULL, {target} = NULL WHERE {target} = ?",
                quoted(&relationship.referencing)
            );
            rows.execute(&sql, [table]).map_err(StoreError::from)?;
        }
        targets::forget_target(parts, &relationship);
    }
    Ok(())
}
