//! Creating, updating and deleting columns.

use uuid::Uuid;

use super::body::Body;
use super::kind;
use super::names::{self, Named};
use super::place::Place;
use super::{errors, required, settings};
use crate::http::SimError;
use crate::metadata::dependencies;
use crate::metadata::item::Item;
use crate::schema::definition::{add_columns, add_currency, companion_names};
use crate::schema::{Column, ColumnKind, Facts, Label, RequiredLevel, SchemaParts, TableParts};

/// Members that columns have beside those of their document.
const ALSO_KNOWN: &[&str] = &[
    "OptionSet",
    "GlobalOptionSet",
    "IsValidForForm",
    "IsValidForGrid",
];

/// Adds a column. Returns its id.
pub(super) fn create(
    parts: &mut SchemaParts,
    table: &str,
    body: Body<'_>,
) -> Result<Uuid, SimError> {
    let choices = parts.option_sets.clone();
    let named = parts.table(table).ok_or_else(|| errors::no_table(table))?;
    if body.flag("IsPrimaryName")? == Some(true) && !named.primary_name.is_empty() {
        let new = body.text("SchemaName")?.unwrap_or_default();
        return Err(errors::second_primary_name(new, table, &named.primary_name));
    }
    let column = new(named, body, |logical_name, display_name| {
        let place = Place {
            table,
            logical_name,
            display_name,
            choices: &choices,
        };
        kind::create(body, &place)
    })?;
    add(parts, table, column)
}

/// A column as a request describes it; `kind` finds out its type from its logical and display name.
pub(super) fn new(
    table: &TableParts,
    body: Body<'_>,
    kind: impl FnOnce(&str, &Label) -> Result<ColumnKind, SimError>,
) -> Result<Column, SimError> {
    let schema_name = body.needed_text("SchemaName")?;
    names::check(schema_name, Named::Column)?;
    let logical_name = names::logical(schema_name);
    let mut present = table.columns.iter();
    if present.any(|column| column.logical_name == logical_name) {
        return Err(errors::column_exists());
    }
    let display_name = body.label("DisplayName")?;
    let display_name = display_name.unwrap_or_else(|| Label::new(schema_name));
    let kind = kind(&logical_name, &display_name)?;
    let id = match body.text("MetadataId")?.map(Uuid::try_parse) {
        Some(Ok(id)) => id,
        _ => Uuid::new_v4(),
    };
    let is_readable = body.flag("IsValidForRead")?.unwrap_or(true);
    let mut column = Column {
        logical_name,
        schema_name: schema_name.to_owned(),
        display_name,
        description: body.label("Description")?.unwrap_or_default(),
        kind,
        required: required::level(body)?.unwrap_or(RequiredLevel::None),
        valid_for_create: true,
        valid_for_update: true,
        valid_for_read: is_readable,
        attribute_of: None,
        derivation: None,
        number: 0,
        is_custom: true,
        facts: Facts::new(id),
    };
    keep_settings(table, &mut column, body)?;
    Ok(column)
}

/// Puts a new column into its table, with its companions and, for the first amount, the table's currency.
pub(super) fn add(parts: &mut SchemaParts, table: &str, column: Column) -> Result<Uuid, SimError> {
    let needs_currency = matches!(column.kind, ColumnKind::Money { .. });
    let place = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    let id = place.column_id(&column);
    let relationship = if needs_currency {
        add_currency(place)
    } else {
        None
    };
    add_columns(place, [column]);
    parts.relationships.extend(relationship.map(Into::into));
    Ok(id)
}

/// Replaces what may change of a column.
pub(super) fn update(
    parts: &mut SchemaParts,
    table: &str,
    logical_name: &str,
    body: Body<'_>,
    merge_labels: bool,
) -> Result<(), SimError> {
    let named = parts
        .table_mut(table)
        .ok_or_else(|| errors::no_table(table))?;
    let shown = named.clone();
    let column = named
        .columns
        .iter_mut()
        .find(|column| column.logical_name == logical_name)
        .ok_or_else(|| errors::no_column(logical_name))?;
    let own_type = crate::metadata::documents::column::type_name(&column.kind);
    let given_type = body
        .type_name()?
        .ok_or_else(|| errors::missing("@odata.type"))?;
    let given_type = given_type.strip_prefix("Complex").unwrap_or(given_type);
    if given_type != own_type && given_type != "AttributeMetadata" {
        return Err(errors::not_changeable("The type", logical_name));
    }
    for (member, own) in [
        ("LogicalName", &column.logical_name),
        ("SchemaName", &column.schema_name),
    ] {
        if body.text(member)?.is_some_and(|given| given != own) {
            return Err(errors::not_changeable(member, logical_name));
        }
    }
    super::set_label(&mut column.display_name, body, "DisplayName", merge_labels)?;
    super::set_label(&mut column.description, body, "Description", merge_labels)?;
    if let Some(level) = required::level(body)?
        && (level == RequiredLevel::System) == (column.required == RequiredLevel::System)
    {
        column.required = level;
    }
    kind::limit(&mut column.kind, body)?;
    keep_settings(&shown, column, body)
}

fn keep_settings(table: &TableParts, column: &mut Column, body: Body<'_>) -> Result<(), SimError> {
    let shown = Item::column_document(table, column);
    let type_name = crate::metadata::documents::column::type_name(&column.kind);
    settings::keep(&mut column.facts, body, &shown, ALSO_KNOWN, type_name)
}

/// Takes a column away, with its companions and, for a lookup, its relationships.
pub(super) fn delete(
    parts: &mut SchemaParts,
    table: &str,
    logical_name: &str,
) -> Result<(), SimError> {
    let named = parts.table(table).ok_or_else(|| errors::no_table(table))?;
    let column = named
        .columns
        .iter()
        .find(|column| column.logical_name == logical_name)
        .ok_or_else(|| errors::no_column(logical_name))?;
    let id = named.column_id(column);
    if column.attribute_of.is_some() || is_base_amount(column) {
        return Err(errors::child_column_not_deletable());
    }
    if named.primary_name == logical_name {
        return Err(errors::primary_column_not_deletable());
    }
    if !column.is_custom || named.primary_id == logical_name {
        return Err(errors::not_deletable(logical_name, id));
    }
    match dependencies::of_column(named, logical_name).len() {
        0 => {}
        count => return Err(errors::component_is_used("Attribute", id, count)),
    }
    let mut gone = companion_names(column);
    gone.push(logical_name.to_owned());
    if let Some(named) = parts.table_mut(table) {
        named
            .columns
            .retain(|column| !gone.contains(&column.logical_name));
    }
    parts
        .relationships
        .retain(|one| one.referencing != table || one.referencing_attribute != logical_name);
    Ok(())
}

fn is_base_amount(column: &Column) -> bool {
    matches!(
        column.kind,
        ColumnKind::Money {
            base_of: Some(_),
            ..
        }
    )
}
