//! `AttributeMetadata` and its many subtypes.

use serde_json::{Map, Value, json};

use super::parts::{introduced, label, managed, members};
use crate::schema::auditing::begins_audited;
use crate::schema::{
    Column, ColumnKind, DateTimeBehaviour, DateTimeFormat, Derivation, IntegerFormat,
    PrecisionSource, RequiredLevel, TableParts, TextFormat,
};

/// Type name of a column's metadata, without namespace.
pub(in crate::metadata) fn type_name(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Uniqueidentifier => "UniqueIdentifierAttributeMetadata",
        ColumnKind::String { .. } => "StringAttributeMetadata",
        ColumnKind::Memo { .. } => "MemoAttributeMetadata",
        ColumnKind::Integer { .. } => "IntegerAttributeMetadata",
        ColumnKind::BigInt => "BigIntAttributeMetadata",
        ColumnKind::Decimal { .. } => "DecimalAttributeMetadata",
        ColumnKind::Double { .. } => "DoubleAttributeMetadata",
        ColumnKind::Money { .. } => "MoneyAttributeMetadata",
        ColumnKind::Boolean { .. } => "BooleanAttributeMetadata",
        ColumnKind::Choice { .. } => "PicklistAttributeMetadata",
        ColumnKind::MultiChoice { .. } => "MultiSelectPicklistAttributeMetadata",
        ColumnKind::State { .. } => "StateAttributeMetadata",
        ColumnKind::Status { .. } => "StatusAttributeMetadata",
        ColumnKind::DateTime { .. } => "DateTimeAttributeMetadata",
        ColumnKind::Lookup { .. }
        | ColumnKind::Customer { .. }
        | ColumnKind::Owner { .. }
        | ColumnKind::PartyList { .. } => "LookupAttributeMetadata",
        ColumnKind::EntityName => "EntityNameAttributeMetadata",
        ColumnKind::Image { .. } => "ImageAttributeMetadata",
        ColumnKind::File { .. } => "FileAttributeMetadata",
        ColumnKind::ManagedProperty => "ManagedPropertyAttributeMetadata",
        ColumnKind::Virtual => "AttributeMetadata",
    }
}

/// Whether a column is a yes-or-no column.
pub(in crate::metadata) fn is_yes_no(column: &Column) -> bool {
    matches!(column.kind, ColumnKind::Boolean { .. })
}

/// Members that every column has.
pub(in crate::metadata) fn fill_common(
    document: &mut Map<String, Value>,
    table: &TableParts,
    column: &Column,
) {
    let (attribute_type, attribute_type_name) = types(&column.kind);
    let is_id = column.logical_name == table.primary_id;
    let is_name = column.logical_name == table.primary_name;
    let is_written = column.valid_for_create || column.valid_for_update;
    let is_part = column.attribute_of.is_some();
    members!(document, {
        "AttributeOf": column.attribute_of,
        "AttributeType": attribute_type,
        "AttributeTypeName": json!({"Value": attribute_type_name}),
        "ColumnNumber": column.number,
        "EntityLogicalName": table.logical_name,
        "LogicalName": column.logical_name,
        "SchemaName": column.schema_name,
        "DisplayName": label(&column.display_name, !column.is_custom),
        "Description": label(&column.description, !column.is_custom),
        "RequiredLevel": json!({
            "Value": required(column.required),
            "CanBeChanged": column.required != RequiredLevel::System && is_written,
            "ManagedPropertyLogicalName": "canmodifyrequirementlevelsettings",
        }),
        "IsPrimaryId": is_id,
        "IsPrimaryName": is_name,
        "IsValidForCreate": column.valid_for_create,
        "IsValidForRead": column.valid_for_read,
        "IsValidForUpdate": column.valid_for_update,
        "IsValidForForm": !is_part && !is_id,
        "IsValidForGrid": !is_part && !is_id,
        "IsValidODataAttribute": column.property().is_some(),
        "IsRequiredForForm": is_name,
        "IsCustomAttribute": column.is_custom,
        "IsLogical": is_part || matches!(column.derivation, Some(Derivation::Address { .. })),
        "IsManaged": !column.is_custom,
        "IsSecured": false,
        "IsRetrievable": true,
        "IsFilterable": false,
        "IsSearchable": is_name,
        "IsDataSourceSecret": false,
        "CanBeSecuredForRead": is_written,
        "CanBeSecuredForCreate": is_written,
        "CanBeSecuredForUpdate": is_written,
        "SourceType": source_type(column),
        "AutoNumberFormat": Value::Null,
        "DeprecatedVersion": Value::Null,
        "ExternalName": Value::Null,
        "InheritsFrom": Value::Null,
        "IntroducedVersion": introduced(column.is_custom),
        "LinkedAttributeId": Value::Null,
        "CreatedOn": "1900-01-01T00:00:00Z",
        "ModifiedOn": "1900-01-01T00:00:00Z",
        "IsAuditEnabled": managed(begins_audited(column), true, "canmodifyauditsettings"),
        "IsGlobalFilterEnabled": managed(false, true, "canmodifyglobalfiltersettings"),
        "IsSortableEnabled": managed(false, true, "canmodifyissortablesettings"),
        "IsCustomizable": managed(true, true, "iscustomizable"),
        "IsRenameable": managed(true, true, "isrenameable"),
        "IsValidForAdvancedFind": managed(!is_part, true, "canmodifysearchsettings"),
        "CanModifyAdditionalSettings": managed(true, true, "canmodifyadditionalsettings"),
        "Settings": Vec::<Value>::new(),
    });
}

/// Members that only the column's type has.
pub(in crate::metadata) fn fill_specific(document: &mut Map<String, Value>, column: &Column) {
    match &column.kind {
        ColumnKind::String { max_length, format } => members!(document, {
            "MaxLength": max_length,
            // A text is stored as UTF-16.
            "DatabaseLength": max_length * 2,
            "Format": if *format == TextFormat::TextArea { "TextArea" } else { text_format(*format) },
            "FormatName": json!({"Value": text_format(*format)}),
            "ImeMode": "Auto",
            "YomiOf": Value::Null,
            "IsLocalizable": false,
            "FormulaDefinition": Value::Null,
            "SourceTypeMask": 0,
        }),
        ColumnKind::Memo { max_length, format } => members!(document, {
            "MaxLength": max_length,
            "Format": "TextArea",
            "FormatName": json!({"Value": text_format(*format)}),
            "ImeMode": "Auto",
            "IsLocalizable": false,
        }),
        ColumnKind::Integer { min, max, format } => members!(document, {
            "MinValue": min, "MaxValue": max, "Format": integer_format(*format),
            "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
        }),
        ColumnKind::BigInt => members!(document, { "MinValue": i64::MIN, "MaxValue": i64::MAX }),
        ColumnKind::Decimal {
            min,
            max,
            precision,
        } => members!(document, {
            "MinValue": number(*min), "MaxValue": number(*max), "Precision": precision, "ImeMode": "Disabled",
            "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
        }),
        ColumnKind::Double {
            min,
            max,
            precision,
        } => members!(document, {
            "MinValue": number(*min), "MaxValue": number(*max), "Precision": precision, "ImeMode": "Disabled",
        }),
        ColumnKind::Money {
            min,
            max,
            precision,
            precision_source,
            base_of,
        } => members!(document, {
            "MinValue": number(*min), "MaxValue": number(*max), "Precision": precision,
            "PrecisionSource": match precision_source {
                PrecisionSource::Column => 0,
                PrecisionSource::Pricing => 1,
                PrecisionSource::Currency => 2,
            },
            "CalculationOf": base_of, "IsBaseCurrency": base_of.is_some(), "ImeMode": "Disabled",
            "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
        }),
        ColumnKind::Boolean { default, .. } => members!(document, {
            "DefaultValue": default, "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
        }),
        ColumnKind::Choice { default, .. } => members!(document, {
            // -1 says that nothing is chosen by default.
            "DefaultFormValue": default.unwrap_or(-1), "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
            "ParentPicklistLogicalName": Value::Null, "ChildPicklistLogicalNames": Vec::<Value>::new(),
        }),
        ColumnKind::MultiChoice { .. } => members!(document, {
            "DefaultFormValue": -1, "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
            "ParentPicklistLogicalName": Value::Null, "ChildPicklistLogicalNames": Vec::<Value>::new(),
        }),
        ColumnKind::State { default, .. } => members!(document, { "DefaultFormValue": default }),
        ColumnKind::Status { .. } => members!(document, { "DefaultFormValue": -1 }),
        ColumnKind::DateTime { behaviour, format } => members!(document, {
            "Format": match format {
                DateTimeFormat::DateOnly => "DateOnly",
                DateTimeFormat::DateAndTime => "DateAndTime",
            },
            "DateTimeBehavior": json!({"Value": match behaviour {
                DateTimeBehaviour::UserLocal => "UserLocal",
                DateTimeBehaviour::DateOnly => "DateOnly",
                DateTimeBehaviour::TimeZoneIndependent => "TimeZoneIndependent",
            }}),
            "CanChangeDateTimeBehavior": managed(false, false, "canchangedatetimebehavior"),
            "MinSupportedValue": "1753-01-01T00:00:00Z", "MaxSupportedValue": "9999-12-30T23:59:59Z",
            "ImeMode": "Inactive", "FormulaDefinition": Value::Null, "SourceTypeMask": 0,
        }),
        ColumnKind::Lookup { targets }
        | ColumnKind::Customer { targets }
        | ColumnKind::Owner { targets }
        | ColumnKind::PartyList { targets } => {
            members!(document, { "Targets": targets, "Format": "None" })
        }
        ColumnKind::EntityName => {
            members!(document, { "DefaultFormValue": Value::Null, "IsEntityReferenceStored": false })
        }
        ColumnKind::Image {
            max_kilobytes,
            is_primary,
            can_store_full,
        } => members!(document, {
            "MaxSizeInKB": max_kilobytes, "CanStoreFullImage": can_store_full, "IsPrimaryImage": is_primary,
            "MaxHeight": 144, "MaxWidth": 144,
        }),
        ColumnKind::File { max_kilobytes } => members!(document, { "MaxSizeInKB": max_kilobytes }),
        ColumnKind::ManagedProperty => members!(document, {
            "ManagedPropertyLogicalName": column.managed_property(),
            "ParentAttributeName": Value::Null,
            "ParentComponentType": Value::Null,
            "ValueAttributeTypeCode": "Boolean",
        }),
        ColumnKind::Uniqueidentifier | ColumnKind::Virtual => {}
    }
}

/// `AttributeType` and the value of `AttributeTypeName`.
fn types(kind: &ColumnKind) -> (&'static str, &'static str) {
    match kind {
        ColumnKind::Uniqueidentifier => ("Uniqueidentifier", "UniqueidentifierType"),
        ColumnKind::String { .. } => ("String", "StringType"),
        ColumnKind::Memo { .. } => ("Memo", "MemoType"),
        ColumnKind::Integer { .. } => ("Integer", "IntegerType"),
        ColumnKind::BigInt => ("BigInt", "BigIntType"),
        ColumnKind::Decimal { .. } => ("Decimal", "DecimalType"),
        ColumnKind::Double { .. } => ("Double", "DoubleType"),
        ColumnKind::Money { .. } => ("Money", "MoneyType"),
        ColumnKind::Boolean { .. } => ("Boolean", "BooleanType"),
        ColumnKind::Choice { .. } => ("Picklist", "PicklistType"),
        ColumnKind::MultiChoice { .. } => ("Virtual", "MultiSelectPicklistType"),
        ColumnKind::State { .. } => ("State", "StateType"),
        ColumnKind::Status { .. } => ("Status", "StatusType"),
        ColumnKind::DateTime { .. } => ("DateTime", "DateTimeType"),
        ColumnKind::Lookup { .. } => ("Lookup", "LookupType"),
        ColumnKind::Customer { .. } => ("Customer", "CustomerType"),
        ColumnKind::Owner { .. } => ("Owner", "OwnerType"),
        ColumnKind::PartyList { .. } => ("PartyList", "PartyListType"),
        ColumnKind::EntityName => ("EntityName", "EntityNameType"),
        ColumnKind::Image { .. } => ("Virtual", "ImageType"),
        ColumnKind::File { .. } => ("Virtual", "FileType"),
        ColumnKind::ManagedProperty => ("ManagedProperty", "ManagedPropertyType"),
        ColumnKind::Virtual => ("Virtual", "VirtualType"),
    }
}

fn required(level: RequiredLevel) -> &'static str {
    match level {
        RequiredLevel::None => "None",
        RequiredLevel::Recommended => "Recommended",
        RequiredLevel::Application => "ApplicationRequired",
        RequiredLevel::System => "SystemRequired",
    }
}

/// 0 for stored values, 1 for calculated ones; null where the type cannot be calculated.
fn source_type(column: &Column) -> Value {
    match &column.kind {
        ColumnKind::Money {
            base_of: Some(_), ..
        } => json!(1),
        ColumnKind::Uniqueidentifier
        | ColumnKind::Lookup { .. }
        | ColumnKind::Owner { .. }
        | ColumnKind::BigInt
        | ColumnKind::EntityName
        | ColumnKind::State { .. }
        | ColumnKind::Status { .. }
        | ColumnKind::Virtual => Value::Null,
        _ => json!(0),
    }
}

fn text_format(format: TextFormat) -> &'static str {
    match format {
        TextFormat::Text => "Text",
        TextFormat::TextArea => "TextArea",
        TextFormat::Email => "Email",
        TextFormat::Url => "Url",
        TextFormat::Phone => "Phone",
        TextFormat::TickerSymbol => "TickerSymbol",
        TextFormat::PhoneticGuide => "PhoneticGuide",
        TextFormat::Json => "Json",
        TextFormat::RichText => "RichText",
        TextFormat::VersionNumber => "VersionNumber",
    }
}

fn integer_format(format: IntegerFormat) -> &'static str {
    match format {
        IntegerFormat::None => "None",
        IntegerFormat::Duration => "Duration",
        IntegerFormat::TimeZone => "TimeZone",
        IntegerFormat::Language => "Language",
        IntegerFormat::Locale => "Locale",
    }
}

/// A limit as the service writes it: without a point when it is whole.
fn number(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9.0e15 {
        json!(value as i64)
    } else {
        json!(value)
    }
}
