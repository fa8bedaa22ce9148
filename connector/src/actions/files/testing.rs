//! A table with a picture, for the tests of this folder.

use airlock_connector::{http::Method, testing::Script};

use crate::{actions::testing::LEAD, webapi::testing::contoso};

const COLUMNS: &str = r#"{"value": [
    {"LogicalName": "leadid", "AttributeTypeName": {"Value": "UniqueidentifierType"},
     "IsPrimaryId": true, "IsValidForUpdate": false},
    {"LogicalName": "subject", "AttributeTypeName": {"Value": "StringType"}},
    {"LogicalName": "entityimage", "AttributeTypeName": {"Value": "ImageType"}},
    {"LogicalName": "contoso_doc", "AttributeTypeName": {"Value": "FileType"}}
]}"#;

/// A script that knows the table `lead`, its picture and its file.
pub(super) fn pictures() -> Script {
    contoso()
        .always(Method::Get, "EntityDefinitions?", 200, LEAD)
        .always(
            Method::Get,
            "EntityDefinitions(LogicalName='lead')/Attributes?",
            200,
            COLUMNS,
        )
}
