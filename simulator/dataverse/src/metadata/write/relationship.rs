//! Creating, updating and deleting relationships of both kinds.

use std::sync::Arc;

use uuid::Uuid;

use super::body::Body;
use super::one_to_many::ALSO_KNOWN;
use super::one_to_many::keep_settings;
use super::targets;
use super::{cascade, column, errors, intersect, lookup, settings};
use crate::http::SimError;
use crate::metadata::item::Item;
use crate::schema::SchemaParts;

/// Makes the relationship that a body describes. Returns its id.
pub(super) fn create(parts: &mut SchemaParts, body: Body<'_>) -> Result<Uuid, SimError> {
    match body.type_name()? {
        Some("ManyToManyRelationshipMetadata" | "ComplexManyToManyRelationshipMetadata") => {
            intersect::create(parts, body)
        }
        Some("OneToManyRelationshipMetadata" | "ComplexOneToManyRelationshipMetadata") => {
            let lookup = body
                .object("Lookup")?
                .ok_or_else(|| errors::missing("Lookup"))?;
            lookup::create_simple(parts, body, lookup)
        }
        Some(other) => Err(SimError::bad_payload(
            "RelationshipDefinitions",
            format!("The type 'Microsoft.Dynamics.CRM.{other}' is no relationship."),
        )),
        None => Err(errors::missing("@odata.type")),
    }
}

/// Replaces what may change of a relationship: its cascades and settings.
pub(super) fn update(
    parts: &mut SchemaParts,
    schema_name: &str,
    body: Body<'_>,
) -> Result<(), SimError> {
    for member in ["SchemaName", "ReferencedEntity", "ReferencingEntity"] {
        let given = body.text(member)?;
        let mut one_to_many = parts.relationships.iter();
        if let Some(one) = one_to_many.find(|one| one.schema_name == schema_name) {
            let own = match member {
                "SchemaName" => &one.schema_name,
                "ReferencedEntity" => &one.referenced,
                _ => &one.referencing,
            };
            if given.is_some_and(|given| given != own) {
                return Err(errors::not_changeable(member, schema_name));
            }
        }
    }
    let mut one_to_many = parts.relationships.iter_mut();
    if let Some(one) = one_to_many.find(|one| one.schema_name == schema_name) {
        let one = Arc::make_mut(one);
        one.cascade = cascade::over(one.cascade, body)?;
        one.is_hierarchical = body.flag("IsHierarchical")?.unwrap_or(one.is_hierarchical);
        return keep_settings(one, body);
    }
    let mut many_to_many = parts.many_to_many.iter_mut();
    if let Some(many) = many_to_many.find(|many| many.schema_name == schema_name) {
        let many = Arc::make_mut(many);
        let shown = Item::ManyToMany(many).document();
        let kind = "ManyToManyRelationshipMetadata";
        return settings::keep(&mut many.facts, body, &shown, ALSO_KNOWN, kind);
    }
    Err(not_found(schema_name))
}

/// Takes a relationship away: a one-to-many with its lookup column, or with one of the targets of a lookup that has
/// several; a many-to-many with its intersect table.
pub(super) fn delete(parts: &mut SchemaParts, schema_name: &str) -> Result<(), SimError> {
    let mut many_to_many = parts.many_to_many.iter();
    if let Some(many) = many_to_many.find(|many| many.schema_name == schema_name) {
        if !many.is_custom {
            return Err(errors::not_deletable(schema_name, many.metadata_id()));
        }
        let intersect = many.intersect.clone();
        parts
            .many_to_many
            .retain(|many| many.schema_name != schema_name);
        parts.tables.retain(|table| table.logical_name != intersect);
        return Ok(());
    }
    let mut one_to_many = parts.relationships.iter();
    let Some(one) = one_to_many.find(|one| one.schema_name == schema_name) else {
        return Err(not_found(schema_name));
    };
    if !one.is_custom {
        return Err(errors::not_deletable(schema_name, one.metadata_id()));
    }
    let one = one.clone();
    let others = parts.relationships.iter().filter(|other| {
        other.referencing == one.referencing
            && other.referencing_attribute == one.referencing_attribute
    });
    if others.count() > 1 {
        parts
            .relationships
            .retain(|other| other.schema_name != schema_name);
        targets::forget_target(parts, &one);
        return Ok(());
    }
    column::delete(parts, &one.referencing, &one.referencing_attribute)
}

fn not_found(schema_name: &str) -> SimError {
    SimError::new(
        http::StatusCode::NOT_FOUND,
        "0x80040217",
        format!("Could not find RelationshipDefinitions with specified SchemaName: {schema_name}."),
    )
}
