//! `EntityKeyMetadata`.

use serde_json::{Map, Value};

use super::parts::{label, managed, members};
use crate::schema::{AlternateKey, KeyStatus, TableParts};

pub(in crate::metadata) fn fill(
    document: &mut Map<String, Value>,
    table: &TableParts,
    key: &AlternateKey,
) {
    members!(document, {
        "LogicalName": key.logical_name,
        "SchemaName": key.schema_name,
        "EntityLogicalName": table.logical_name,
        "DisplayName": label(&key.display_name, false),
        "KeyAttributes": key.columns,
        "EntityKeyIndexStatus": match key.status {
            KeyStatus::Pending => "Pending",
            KeyStatus::InProgress => "InProgress",
            KeyStatus::Active => "Active",
            KeyStatus::Failed => "Failed",
        },
        "IsManaged": false,
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "IsExportKey": false,
        "IsSynchronous": false,
        "IntroducedVersion": "1.0.0.0",
    });
}
