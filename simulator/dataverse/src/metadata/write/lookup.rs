//! Lookups: a column and one relationship for each table it can point at.

use std::sync::Arc;

use serde_json::Value;
use uuid::Uuid;

use super::body::Body;
use super::free;
use super::one_to_many;
use super::targets::targets_mut;
use super::{cascade, column, errors};
use crate::http::SimError;
use crate::schema::{ColumnKind, Facts, OneToMany, SchemaParts, TableParts};

/// Targets of a customer column.
const CUSTOMERS: [&str; 2] = ["account", "contact"];

/// `POST RelationshipDefinitions`: one relationship and its lookup. A lookup that exists and has several targets gets one
/// more. Returns the relationship's id.
pub(super) fn create_simple(
    parts: &mut SchemaParts,
    body: Body<'_>,
    lookup: Body<'_>,
) -> Result<Uuid, SimError> {
    let referenced = body.needed_text("ReferencedEntity")?.to_owned();
    let referencing = body.needed_text("ReferencingEntity")?.to_owned();
    let schema_name = body.needed_text("SchemaName")?;
    free::check_name(parts, schema_name)?;
    let column_name = lookup.needed_text("SchemaName")?;
    if let Some(existing) = polymorphic(parts, &referencing, column_name) {
        let relationship = new(parts, body, &referencing, &existing, true)?;
        add_target(parts, &referencing, &existing, &referenced)?;
        return Ok(keep(parts, relationship));
    }
    let targets = vec![referenced];
    add_column(parts, &referencing, lookup, ColumnKind::Lookup { targets })?;
    let relationship = new(parts, body, &referencing, column_name, false)?;
    Ok(keep(parts, relationship))
}

/// `CreateCustomerRelationships` and `CreatePolymorphicLookupAttribute`: a lookup with a relationship for each target.
/// Returns the ids of the relationships and of the column.
pub(super) fn create_polymorphic(
    parts: &mut SchemaParts,
    relationships: &[Value],
    lookup: Body<'_>,
    is_customer: bool,
) -> Result<(Vec<Uuid>, Uuid), SimError> {
    let bodies: Vec<Body<'_>> = relationships
        .iter()
        .map(|value| {
            Body::of(
                value,
                "Microsoft.Dynamics.CRM.OneToManyRelationshipMetadata",
            )
        })
        .collect::<Result<_, _>>()?;
    let Some(first) = bodies.first() else {
        return Err(errors::missing("OneToManyRelationships"));
    };
    let referencing = first.needed_text("ReferencingEntity")?.to_owned();
    let mut targets = Vec::new();
    for body in &bodies {
        if body.needed_text("ReferencingEntity")? != referencing {
            return Err(SimError::invalid_argument(
                "All relationships of one lookup must have the same ReferencingEntity.",
            ));
        }
        targets.push(body.needed_text("ReferencedEntity")?.to_owned());
    }
    let kind = if is_customer {
        let mut given: Vec<&str> = targets.iter().map(String::as_str).collect();
        given.sort_unstable();
        if given != CUSTOMERS {
            return Err(SimError::invalid_argument(
                "A customer lookup needs two relationships, one to account and one to contact.",
            ));
        }
        ColumnKind::Customer { targets }
    } else {
        ColumnKind::Lookup { targets }
    };
    let column_name = lookup.needed_text("SchemaName")?;
    let column_id = add_column(parts, &referencing, lookup, kind)?;
    let mut ids = Vec::new();
    for body in bodies {
        free::check_name(parts, body.needed_text("SchemaName")?)?;
        let relationship = new(parts, body, &referencing, column_name, true)?;
        ids.push(keep(parts, relationship));
    }
    Ok((ids, column_id))
}

fn add_column(
    parts: &mut SchemaParts,
    table: &str,
    lookup: Body<'_>,
    kind: ColumnKind,
) -> Result<Uuid, SimError> {
    let place = parts.table(table).ok_or_else(|| errors::no_table(table))?;
    let column = column::new(place, lookup, |_, _| Ok(kind))?;
    column::add(parts, table, column)
}

fn keep(parts: &mut SchemaParts, relationship: OneToMany) -> Uuid {
    let id = relationship.metadata_id();
    parts.relationships.push(Arc::new(relationship));
    id
}

/// The relationship of a body. The lookup navigates by its schema name, towards one of several targets with the target's
/// name behind; the collection is named like the relationship.
fn new(
    parts: &SchemaParts,
    body: Body<'_>,
    referencing: &str,
    column: &str,
    is_polymorphic: bool,
) -> Result<OneToMany, SimError> {
    let schema_name = body.needed_text("SchemaName")?;
    let referenced = body.needed_text("ReferencedEntity")?;
    let target = parts
        .table(referenced)
        .ok_or_else(|| errors::no_table(referenced))?;
    let place = parts
        .table(referencing)
        .ok_or_else(|| errors::no_table(referencing))?;
    if target.is_intersect || place.is_intersect {
        return Err(SimError::invalid_argument(
            "The specified relationship type is not valid for this operation",
        ));
    }
    if let Some(attribute) = body.text("ReferencedAttribute")?
        && !attribute.is_empty()
        && attribute != target.primary_id
    {
        return Err(SimError::invalid_argument(format!(
            "ReferencedAttribute '{attribute}' is not the primary key of the entity '{referenced}'."
        )));
    }
    let navigation = body.text("ReferencingEntityNavigationPropertyName")?;
    let navigation = match navigation.filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => lookup_navigation(place, column, referenced, is_polymorphic),
    };
    let collection = body.text("ReferencedEntityNavigationPropertyName")?;
    let collection = collection.filter(|name| !name.is_empty());
    let mut relationship = OneToMany {
        schema_name: schema_name.to_owned(),
        referenced: referenced.to_owned(),
        referenced_attribute: target.primary_id.clone(),
        referencing: referencing.to_owned(),
        referencing_attribute: column.to_ascii_lowercase(),
        referencing_navigation: navigation,
        referenced_navigation: collection.unwrap_or(schema_name).to_owned(),
        cascade: cascade::over(cascade::USUAL, body)?,
        is_hierarchical: body.flag("IsHierarchical")?.unwrap_or_default(),
        is_custom: true,
        facts: Facts::new(Uuid::new_v4()),
    };
    one_to_many::keep_settings(&mut relationship, body)?;
    Ok(relationship)
}

fn lookup_navigation(
    table: &TableParts,
    column: &str,
    target: &str,
    is_polymorphic: bool,
) -> String {
    let mut columns = table.columns.iter();
    let found = columns.find(|known| known.logical_name.eq_ignore_ascii_case(column));
    let name = found.map_or(column, |column| column.schema_name.as_str());
    let mut navigation = name.to_owned();
    if is_polymorphic {
        navigation = format!("{navigation}_{target}");
    }
    if table.is_activity {
        navigation = format!("{navigation}_{}", table.logical_name);
    }
    navigation
}

/// The schema name of a custom lookup of this name that may have several targets.
fn polymorphic(parts: &SchemaParts, table: &str, column: &str) -> Option<String> {
    let mut columns = parts.table(table)?.columns.iter();
    let found = columns.find(|known| known.logical_name.eq_ignore_ascii_case(column))?;
    let has_several = matches!(&found.kind, ColumnKind::Lookup { targets } if targets.len() > 1);
    (has_several && found.is_custom).then(|| found.schema_name.clone())
}

fn add_target(
    parts: &mut SchemaParts,
    table: &str,
    column: &str,
    target: &str,
) -> Result<(), SimError> {
    match targets_mut(parts, table, column) {
        Some(targets) if targets.iter().any(|known| known == target) => {
            Err(errors::relationship_exists())
        }
        Some(targets) => {
            targets.push(target.to_owned());
            Ok(())
        }
        None => Err(errors::no_column(column)),
    }
}
