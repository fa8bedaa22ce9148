//! `OneToManyRelationshipMetadata` and `ManyToManyRelationshipMetadata`.

use serde_json::{Map, Value, json};

use super::parts::{introduced, label, managed, members};
use crate::schema::{Cascade, CascadeAction, Label, ManyToMany, OneToMany};

pub(in crate::metadata) fn one_to_many(
    document: &mut Map<String, Value>,
    relationship: &OneToMany,
) {
    members!(document, {
        "SchemaName": relationship.schema_name,
        "ReferencedEntity": relationship.referenced,
        "ReferencedAttribute": relationship.referenced_attribute,
        "ReferencingEntity": relationship.referencing,
        "ReferencingAttribute": relationship.referencing_attribute,
        "ReferencedEntityNavigationPropertyName": relationship.referenced_navigation,
        "ReferencingEntityNavigationPropertyName": relationship.referencing_navigation,
        "RelationshipType": "OneToManyRelationship",
        "RelationshipBehavior": 1,
        "IsHierarchical": relationship.is_hierarchical,
        "CascadeConfiguration": cascade(&relationship.cascade),
        "AssociatedMenuConfiguration": menu(),
        "EntityKey": Value::Null,
        "IsDenormalizedLookup": Value::Null,
        "DenormalizedAttributeName": Value::Null,
        "IsRelationshipAttributeDenormalized": false,
        "RelationshipAttributes": Vec::<Value>::new(),
    });
    fill_common(document, "Append", relationship.is_custom);
}

pub(in crate::metadata) fn many_to_many(
    document: &mut Map<String, Value>,
    relationship: &ManyToMany,
) {
    let ManyToMany { first, second, .. } = relationship;
    members!(document, {
        "SchemaName": relationship.schema_name,
        "IntersectEntityName": relationship.intersect,
        "Entity1LogicalName": first.table,
        "Entity1IntersectAttribute": first.intersect_attribute,
        "Entity1NavigationPropertyName": first.navigation,
        "Entity1AssociatedMenuConfiguration": menu(),
        "Entity2LogicalName": second.table,
        "Entity2IntersectAttribute": second.intersect_attribute,
        "Entity2NavigationPropertyName": second.navigation,
        "Entity2AssociatedMenuConfiguration": menu(),
        "RelationshipType": "ManyToManyRelationship",
    });
    fill_common(document, "None", relationship.is_custom);
}

fn fill_common(document: &mut Map<String, Value>, security: &str, is_custom: bool) {
    members!(document, {
        "IsCustomRelationship": is_custom,
        "IsManaged": !is_custom,
        "IsValidForAdvancedFind": true,
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "SecurityTypes": security,
        "IntroducedVersion": introduced(is_custom),
    });
}

fn cascade(cascade: &Cascade) -> Value {
    json!({
        "Assign": action(cascade.assign), "Delete": action(cascade.delete), "Archive": "NoCascade",
        "Merge": action(cascade.merge), "Reparent": action(cascade.reparent), "Share": action(cascade.share),
        "Unshare": action(cascade.unshare), "RollupView": action(cascade.rollup_view),
    })
}

fn action(action: CascadeAction) -> &'static str {
    match action {
        CascadeAction::NoCascade => "NoCascade",
        CascadeAction::Cascade => "Cascade",
        CascadeAction::Active => "Active",
        CascadeAction::UserOwned => "UserOwned",
        CascadeAction::RemoveLink => "RemoveLink",
        CascadeAction::Restrict => "Restrict",
    }
}

fn menu() -> Value {
    json!({
        "Behavior": "UseCollectionName", "Group": "Details", "Label": label(&Label::empty(), false), "Order": null,
        "IsCustomizable": true, "Icon": null, "ViewId": "00000000-0000-0000-0000-000000000000",
        "AvailableOffline": true, "MenuId": null, "QueryApi": null,
    })
}
