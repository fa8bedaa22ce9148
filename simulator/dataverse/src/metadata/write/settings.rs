//! Members of a definition that the simulator keeps and shows and does nothing with.

use serde_json::{Map, Value};

use super::body::{Body, mismatch};
use crate::http::SimError;
use crate::schema::Facts;

/// Members that every definition computes or that are written by other means.
const OWNED: &[&str] = &[
    "MetadataId",
    "HasChanged",
    "LogicalName",
    "SchemaName",
    "Name",
    "DisplayName",
    "Description",
    "DisplayCollectionName",
    "IsManaged",
    "CreatedOn",
    "IntroducedVersion",
    // Tables.
    "EntitySetName",
    "LogicalCollectionName",
    "PrimaryIdAttribute",
    "PrimaryNameAttribute",
    "PrimaryImageAttribute",
    "ObjectTypeCode",
    "OwnershipType",
    "IsActivity",
    "IsCustomEntity",
    "IsIntersect",
    "HasNotes",
    "HasActivities",
    "ChangeTrackingEnabled",
    "IsOptimisticConcurrencyEnabled",
    "Privileges",
    "ReportViewName",
    // Columns.
    "AttributeOf",
    "AttributeType",
    "AttributeTypeName",
    "ColumnNumber",
    "EntityLogicalName",
    "RequiredLevel",
    "IsPrimaryId",
    "IsPrimaryName",
    "IsValidForCreate",
    "IsValidForRead",
    "IsValidForUpdate",
    "IsValidODataAttribute",
    "IsCustomAttribute",
    "IsLogical",
    "MaxLength",
    "DatabaseLength",
    "FormatName",
    "Format",
    "MinValue",
    "MaxValue",
    "Precision",
    "PrecisionSource",
    "CalculationOf",
    "IsBaseCurrency",
    "DefaultValue",
    "DefaultFormValue",
    "DateTimeBehavior",
    "Targets",
    "MaxSizeInKB",
    "CanStoreFullImage",
    "IsPrimaryImage",
    // Relationships.
    "ReferencedEntity",
    "ReferencedAttribute",
    "ReferencingEntity",
    "ReferencingAttribute",
    "ReferencedEntityNavigationPropertyName",
    "ReferencingEntityNavigationPropertyName",
    "RelationshipType",
    "IsHierarchical",
    "CascadeConfiguration",
    "IsCustomRelationship",
    "IntersectEntityName",
    "Entity1LogicalName",
    "Entity1IntersectAttribute",
    "Entity1NavigationPropertyName",
    "Entity2LogicalName",
    "Entity2IntersectAttribute",
    "Entity2NavigationPropertyName",
    // Choices and keys.
    "IsGlobal",
    "IsCustomOptionSet",
    "OptionSetType",
    "Options",
    "TrueOption",
    "FalseOption",
    "KeyAttributes",
    "EntityKeyIndexStatus",
];

/// Keeps the members of `body` that the definition shows and that nothing else understands. `shown` is the document of
/// the definition as it is.
///
/// # Errors
/// When a member has another type than the one shown, or the type lacks it.
pub(super) fn keep(
    facts: &mut Facts,
    body: Body<'_>,
    shown: &Map<String, Value>,
    also_known: &[&str],
    type_name: &str,
) -> Result<(), SimError> {
    for (name, value) in body.members() {
        if name.contains('@') || OWNED.contains(&name.as_str()) {
            continue;
        }
        let Some(present) = shown.get(name) else {
            if also_known.contains(&name.as_str()) {
                continue;
            }
            return Err(SimError::bad_payload(
                type_name,
                format!(
                    "The property '{name}' does not exist on type 'Microsoft.Dynamics.CRM.{type_name}'. Make sure to \
                     only use property names that are defined by the type."
                ),
            ));
        };
        match (present, value) {
            // What is null is not given.
            (_, Value::Null) => {}
            _ if present == value => {}
            (Value::Bool(_), Value::Bool(_))
            | (Value::Number(_), Value::Number(_))
            | (Value::String(_), Value::String(_))
            | (Value::Array(_), Value::Array(_))
            | (Value::Null, _) => {
                facts.settings.insert(name.clone(), value.clone());
            }
            (Value::Object(present), Value::Object(given)) => {
                let mut merged = present.clone();
                let given = given.iter().filter(|(name, _)| !name.contains('@'));
                merged.extend(given.map(|(name, value)| (name.clone(), value.clone())));
                facts.settings.insert(name.clone(), Value::Object(merged));
            }
            // A managed property may be given by its value alone.
            (Value::Object(present), Value::Bool(_)) if present.contains_key("Value") => {
                let mut merged = present.clone();
                merged.insert("Value".to_owned(), value.clone());
                facts.settings.insert(name.clone(), Value::Object(merged));
            }
            (present, given) => return Err(mismatch(given, expected(present))),
        }
    }
    Ok(())
}

fn expected(value: &Value) -> &'static str {
    match value {
        Value::Bool(_) => "Edm.Boolean",
        Value::Number(_) => "Edm.Int32",
        Value::String(_) => "Edm.String",
        Value::Array(_) => "a collection",
        _ => "an object",
    }
}
