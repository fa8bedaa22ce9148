//! `EntityMetadata`.

use serde_json::{Map, Value, json};

use super::parts::{introduced, label, managed, members};
use crate::schema::searching::begins_searched;
use crate::schema::{ColumnKind, Ownership, TableParts};
use crate::security::{Access, privilege_id};

pub(in crate::metadata) fn fill(document: &mut Map<String, Value>, table: &TableParts) {
    let image = table.columns.iter().find(|column| {
        matches!(
            column.kind,
            ColumnKind::Image {
                is_primary: true,
                ..
            }
        )
    });
    let primary_name = Some(&table.primary_name).filter(|name| !name.is_empty());
    members!(document, {
        "LogicalName": table.logical_name,
        "SchemaName": table.schema_name,
        "EntitySetName": table.entity_set_name,
        "LogicalCollectionName": table.entity_set_name,
        "CollectionSchemaName": collection_schema_name(table),
        "PrimaryIdAttribute": table.primary_id,
        "PrimaryNameAttribute": primary_name,
        "PrimaryImageAttribute": image.map(|column| &column.logical_name),
        "ObjectTypeCode": table.object_type_code,
        "OwnershipType": ownership(table.ownership),
        "DisplayName": label(&table.display_name, !table.is_custom),
        "DisplayCollectionName": label(&table.display_collection_name, !table.is_custom),
        "Description": label(&table.description, !table.is_custom),
        "TableType": if table.is_elastic { "Elastic" } else { "Standard" },
        "ActivityTypeMask": u8::from(table.is_activity),
        "IsActivity": table.is_activity,
        "IsActivityParty": table.has_activities || table.is_principal,
        "IsCustomEntity": table.is_custom,
        "IsIntersect": table.is_intersect,
        "IsLogicalEntity": false,
        "IsManaged": !table.is_custom,
        "IsPrivate": false,
        "IsChildEntity": false,
        "IsBPFEntity": false,
        "IsAIRUpdated": true,
        "IsStateModelAware": false,
        "IsSolutionAware": false,
        "IsEnabledForCharts": !table.is_intersect,
        "IsEnabledForTrace": false,
        "IsImportable": !table.is_intersect,
        "IsReadingPaneEnabled": true,
        "IsQuickCreateEnabled": table.has_activities,
        "IsValidForAdvancedFind": !table.is_intersect,
        "IsBusinessProcessEnabled": table.has_activities,
        "IsDocumentManagementEnabled": false,
        "IsKnowledgeManagementEnabled": false,
        "IsOptimisticConcurrencyEnabled": table.optimistic_concurrency,
        "ChangeTrackingEnabled": table.change_tracking,
        "CanChangeTrackingBeEnabled": managed(true, true, "canchangetrackingbeenabled"),
        "IsAuditEnabled": managed(false, true, "canmodifyauditsettings"),
        "IsValidForQueue": managed(false, true, "canmodifyqueuesettings"),
        "IsConnectionsEnabled": managed(table.has_activities, true, "canmodifyconnectionsettings"),
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "IsRenameable": managed(true, true, "isrenameable"),
        "IsMappable": managed(true, true, "ismappable"),
        "IsDuplicateDetectionEnabled": managed(false, true, "canmodifyduplicatedetectionsettings"),
        "IsMailMergeEnabled": managed(false, true, "canmodifymailmergesettings"),
        "IsVisibleInMobile": managed(true, true, "canmodifymobilevisibility"),
        "IsVisibleInMobileClient": managed(true, true, "canmodifymobileclientvisibility"),
        "IsReadOnlyInMobileClient": managed(false, true, "canmodifymobileclientreadonly"),
        "CanCreateAttributes": managed(!table.is_intersect, false, "cancreateattributes"),
        "CanCreateForms": managed(!table.is_intersect, false, "cancreateforms"),
        "CanCreateViews": managed(!table.is_intersect, false, "cancreateviews"),
        "CanCreateCharts": managed(!table.is_intersect, false, "cancreatecharts"),
        "CanBeRelatedEntityInRelationship": managed(!table.is_intersect, false, "canberelatedentityinrelationship"),
        "CanBePrimaryEntityInRelationship": managed(!table.is_intersect, false, "canbeprimaryentityinrelationship"),
        "CanBeInManyToMany": managed(!table.is_intersect, false, "canbeinmanytomany"),
        "CanBeInCustomEntityAssociation": managed(!table.is_intersect, false, "canbeincustomentityassociation"),
        "CanEnableSyncToExternalSearchIndex": managed(true, true, "canenablesynctoexternalsearchindex"),
        "CanModifyAdditionalSettings": managed(true, true, "canmodifyadditionalsettings"),
        "CanChangeHierarchicalRelationship": managed(true, true, "canchangehierarchicalrelationship"),
        "HasNotes": table.has_notes,
        "HasActivities": table.has_activities,
        "HasFeedback": false,
        "SyncToExternalSearchIndex": begins_searched(table),
        "EnforceStateTransitions": false,
        "EntityColor": Value::Null,
        "EntityHelpUrl": Value::Null,
        "EntityHelpUrlEnabled": false,
        "ExternalName": Value::Null,
        "ExternalCollectionName": Value::Null,
        "DataProviderId": Value::Null,
        "DataSourceId": Value::Null,
        "ReportViewName": format!("Filtered{}", table.schema_name),
        "RecurrenceBaseEntityLogicalName": Value::Null,
        "IntroducedVersion": introduced(table.is_custom),
        "IconSmallName": Value::Null,
        "IconMediumName": Value::Null,
        "IconLargeName": Value::Null,
        "IconVectorName": Value::Null,
        "CanTriggerWorkflow": !table.is_intersect,
        "IsAvailableOffline": !table.is_custom,
        "IsEnabledForExternalChannels": false,
        "IsInteractionCentricEnabled": false,
        "IsOneNoteIntegrationEnabled": false,
        "IsOfflineInMobileClient": managed(false, true, "canmodifymobileclientoffline"),
        "IsRetrieveAuditEnabled": false,
        "IsRetrieveMultipleAuditEnabled": false,
        "IsArchivalEnabled": false,
        "IsMSTeamsIntegrationEnabled": false,
        "HasEmailAddresses": false,
        "MobileOfflineFilters": Value::Null,
        "AutoCreateAccessTeams": false,
        "AutoRouteToOwnerQueue": false,
        "DaysSinceRecordLastModified": 0,
        "UsesBusinessDataLabelTable": false,
        "OwnerId": Value::Null,
        "OwnerIdType": 0,
        "OwningBusinessUnit": Value::Null,
        "CreatedOn": "1900-01-01T00:00:00Z",
        "ModifiedOn": "1900-01-01T00:00:00Z",
        "SettingOf": Value::Null,
        "Settings": Vec::<Value>::new(),
        "Privileges": privileges(table),
    });
}

/// The schema name with the ending of the collection: `new_BankAccount` and `new_bankaccounts` give `new_BankAccounts`.
fn collection_schema_name(table: &TableParts) -> String {
    let common = table
        .schema_name
        .chars()
        .zip(table.entity_set_name.chars())
        .take_while(|(schema, set)| schema.eq_ignore_ascii_case(set))
        .count();
    let shown = table.schema_name.chars().take(common);
    shown
        .chain(table.entity_set_name.chars().skip(common))
        .collect()
}

fn ownership(ownership: Ownership) -> &'static str {
    match ownership {
        Ownership::User => "UserOwned",
        Ownership::Organisation => "OrganizationOwned",
        Ownership::Business => "BusinessOwned",
        Ownership::None => "None",
    }
}

fn privileges(table: &TableParts) -> Vec<Value> {
    let is_user_owned = table.ownership == Ownership::User;
    Access::ALL
        .into_iter()
        .filter(|access| access.applies_to(table))
        .map(|access| {
            let name = access.privilege(table);
            json!({
                "CanBeBasic": is_user_owned, "CanBeDeep": is_user_owned, "CanBeGlobal": true,
                "CanBeLocal": is_user_owned, "CanBeEntityReference": false, "CanBeParentEntityReference": false,
                "CanBeRecordFilter": false,
                "PrivilegeId": privilege_id(&name),
                "Name": name, "PrivilegeType": access.word(),
            })
        })
        .collect()
}
