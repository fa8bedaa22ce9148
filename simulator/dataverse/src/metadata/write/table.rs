//! Creating, updating and deleting tables.

use std::sync::Arc;

use rusqlite::Connection;
use uuid::Uuid;

use super::body::Body;
use super::free::next_type_code;
use super::names::{self, Named};
use super::{column, companions, errors, settings};
use crate::http::SimError;
use crate::metadata::dependencies;
use crate::metadata::item::Item;
use crate::schema::definition::Template;
use crate::schema::{ColumnKind, Facts, Label, SchemaParts, TableParts};

/// Members that tables have beside those of their document.
const ALSO_KNOWN: &[&str] = &[
    "Attributes",
    "Keys",
    "OneToManyRelationships",
    "ManyToOneRelationships",
    "ManyToManyRelationships",
];

/// Makes a table with its columns. Returns its id.
pub(super) fn create(parts: &mut SchemaParts, body: Body<'_>) -> Result<Uuid, SimError> {
    let schema_name = body.needed_text("SchemaName")?;
    names::check(schema_name, Named::Table)?;
    let logical_name = names::logical(schema_name);
    if parts.table(&logical_name).is_some() {
        return Err(errors::table_exists());
    }
    let set = body.text("EntitySetName")?.filter(|name| !name.is_empty());
    let set = set.map_or_else(|| names::plural(&logical_name), str::to_owned);
    let mut tables = parts.tables.iter();
    if tables.any(|table| table.entity_set_name == set) {
        return Err(errors::entity_set_exists(&set));
    }
    let is_activity = body.flag("IsActivity")?.unwrap_or_default();
    let template = template(body, is_activity)?;
    let display_name = body
        .label("DisplayName")?
        .ok_or_else(|| errors::missing("DisplayName"))?;
    let defined = template
        .table(schema_name, &set)
        .map_err(|_| errors::no_prefix(schema_name, "Entity"))?;
    let mut table = defined.parts;
    table.display_collection_name = body
        .label("DisplayCollectionName")?
        .unwrap_or_else(|| display_name.clone());
    table.description = body.label("Description")?.unwrap_or_default();
    table.object_type_code = next_type_code(parts);
    table.is_custom = true;
    table.facts = Facts::new(Uuid::new_v4());
    name_id_column(&mut table, &display_name);
    table.display_name = display_name;
    set_features(&mut table, body)?;
    let shown = Item::table_document(&table);
    settings::keep(&mut table.facts, body, &shown, ALSO_KNOWN, "EntityMetadata")?;
    let id = table.metadata_id();
    let (has_notes, has_activities) = (table.has_notes, table.has_activities);
    parts.tables.push(Arc::new(table));
    let relationships = defined.relationships.into_iter().map(|mut one| {
        one.facts = Facts::new(Uuid::new_v4());
        Arc::new(one)
    });
    parts.relationships.extend(relationships);
    if is_activity {
        companions::add_regarding(parts, &logical_name);
    }
    attributes(parts, &logical_name, is_activity, body)?;
    companions::attach(parts, &logical_name, has_notes, has_activities);
    Ok(id)
}

fn template(body: Body<'_>, is_activity: bool) -> Result<Template, SimError> {
    match body.text("OwnershipType")? {
        None | Some("UserOwned") => Ok(if is_activity {
            Template::Activity
        } else {
            Template::UserOwned
        }),
        Some("OrganizationOwned") if !is_activity => Ok(Template::OrganisationOwned),
        Some(other) => Err(SimError::invalid_argument(format!(
            "The ownership type {other} is not valid for a new entity."
        ))),
    }
}

fn name_id_column(table: &mut TableParts, display_name: &Label) {
    let id = table.primary_id.clone();
    let mut columns = table.columns.iter_mut();
    if let Some(column) = columns.find(|column| column.logical_name == id) {
        column.display_name = display_name.clone();
        column.is_custom = !table.is_activity;
    }
}

fn set_features(table: &mut TableParts, body: Body<'_>) -> Result<(), SimError> {
    for (name, place) in [
        ("HasNotes", &mut table.has_notes),
        ("HasActivities", &mut table.has_activities),
        ("ChangeTrackingEnabled", &mut table.change_tracking),
        (
            "IsOptimisticConcurrencyEnabled",
            &mut table.optimistic_concurrency,
        ),
    ] {
        *place = body.flag(name)?.unwrap_or(*place);
    }
    Ok(())
}

/// The columns that come with the table, one of them its primary name.
fn attributes(
    parts: &mut SchemaParts,
    table: &str,
    is_activity: bool,
    body: Body<'_>,
) -> Result<(), SimError> {
    let mut primary_name: Option<String> = None;
    for value in body.list("Attributes")? {
        let attribute = Body::of(value, "Microsoft.Dynamics.CRM.AttributeMetadata")?;
        let is_primary = attribute.flag("IsPrimaryName")?.unwrap_or_default();
        let schema_name = attribute.needed_text("SchemaName")?;
        let logical_name = names::logical(schema_name);
        if is_activity && is_primary {
            // The subject is there already; only its label and limits are the maker's.
            if logical_name != "subject" {
                return Err(errors::activity_needs_subject());
            }
            let mut typed = attribute.members().clone();
            typed.insert("SchemaName".to_owned(), "Subject".into());
            column::update(parts, table, "subject", Body::new(&typed), false)?;
            continue;
        }
        if is_primary && let Some(other) = &primary_name {
            return Err(errors::second_primary_name(schema_name, table, other));
        }
        if is_primary {
            primary_name = Some(logical_name.clone());
        }
        column::create(parts, table, attribute)?;
        let made = parts.table(table).and_then(|table| {
            let mut columns = table.columns.iter();
            columns.find(|column| column.logical_name == logical_name)
        });
        let is_text = made.is_some_and(|column| matches!(column.kind, ColumnKind::String { .. }));
        if is_primary && !is_text {
            return Err(errors::primary_name_is_no_text());
        }
    }
    let named = parts.table_mut(table);
    match (primary_name, named) {
        (Some(name), Some(table)) => table.primary_name = name,
        _ if is_activity => {}
        _ => return Err(errors::no_primary_name(table)),
    }
    Ok(())
}

/// Replaces what may change of a table: labels, features and settings.
pub(super) fn update(
    parts: &mut SchemaParts,
    logical_name: &str,
    body: Body<'_>,
    merge_labels: bool,
) -> Result<(), SimError> {
    let table = parts
        .table_mut(logical_name)
        .ok_or_else(|| errors::no_table(logical_name))?;
    for (member, own) in [
        ("LogicalName", &table.logical_name),
        ("SchemaName", &table.schema_name),
        ("EntitySetName", &table.entity_set_name),
    ] {
        if body.text(member)?.is_some_and(|given| given != own) {
            return Err(errors::not_changeable(member, logical_name));
        }
    }
    for (member, was) in [
        ("HasNotes", table.has_notes),
        ("HasActivities", table.has_activities),
    ] {
        if was && body.flag(member)? == Some(false) {
            return Err(errors::not_changeable(member, logical_name));
        }
    }
    super::set_label(&mut table.display_name, body, "DisplayName", merge_labels)?;
    super::set_label(
        &mut table.display_collection_name,
        body,
        "DisplayCollectionName",
        merge_labels,
    )?;
    super::set_label(&mut table.description, body, "Description", merge_labels)?;
    let (had_notes, had_activities) = (table.has_notes, table.has_activities);
    set_features(table, body)?;
    let shown = Item::table_document(table);
    settings::keep(&mut table.facts, body, &shown, ALSO_KNOWN, "EntityMetadata")?;
    let (notes, activities) = (
        table.has_notes && !had_notes,
        table.has_activities && !had_activities,
    );
    companions::attach(parts, logical_name, notes, activities);
    Ok(())
}

/// Takes a table away with its rows. Lookups that makers pointed at it from elsewhere have to go first.
pub(super) fn delete(
    parts: &mut SchemaParts,
    logical_name: &str,
    rows: &Connection,
) -> Result<(), SimError> {
    let table = parts
        .table(logical_name)
        .ok_or_else(|| errors::no_table(logical_name))?;
    let id = table.metadata_id();
    if !table.is_custom || table.is_intersect {
        return Err(errors::not_deletable(logical_name, id));
    }
    match dependencies::of_table(parts, logical_name).len() {
        0 => {}
        count => return Err(errors::component_is_used("Entity", id, count)),
    }
    companions::detach(parts, logical_name, rows)?;
    let touches = |many: &crate::schema::ManyToMany| {
        many.first.table == logical_name || many.second.table == logical_name
    };
    let intersects: Vec<String> = parts
        .many_to_many
        .iter()
        .filter(|many| touches(many))
        .map(|many| many.intersect.clone())
        .collect();
    parts.many_to_many.retain(|many| !touches(many));
    parts
        .relationships
        .retain(|one| one.referencing != logical_name && one.referenced != logical_name);
    parts.tables.retain(|table| {
        table.logical_name != logical_name && !intersects.contains(&table.logical_name)
    });
    Ok(())
}
