//! The refusals of writes, in the service's words.
//!
//! Layer: write, pure (reference §11.3, §11.4).

use http::StatusCode;
use rusqlite::ffi;

use crate::http::SimError;
use crate::rows::StoreError;
use crate::schema::{Column, Table};

use super::precondition::already_exists;

/// Puts a detail into the frame of every payload error; `exception` is the type name that the service mentions.
fn payload(entity_set: &str, exception: &str, detail: impl std::fmt::Display) -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80048d19",
        format!(
            "Error identified in Payload provided by the user for Entity :'{entity_set}', For more information on this \
             error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  InnerException : \
             {exception}: {detail}"
        ),
    )
}

/// The body is no JSON object.
pub fn not_json(table: &Table, detail: impl std::fmt::Display) -> SimError {
    SimError::bad_payload(
        &table.entity_set_name,
        format_args!("Invalid JSON. {detail}"),
    )
}

/// The table's rows do not come and go this way. The code is assumed.
pub fn unsupported(table: &Table, message: &str) -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040800",
        format!(
            "The '{message}' method does not support entities of type '{}'. MessageProcessorCache returned \
             MessageProcessor.Empty.",
            table.logical_name
        ),
    )
}

/// A text with a character that no text may have.
pub fn invalid_character(column: &Column, character: char) -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040278",
        format!(
            "Invalid character in field '{}': '{character}', hexadecimal value 0x{:02X}, is an invalid character.",
            column.logical_name,
            u32::from(character)
        ),
    )
}

/// There is no body.
pub fn no_body(table: &Table) -> SimError {
    payload(
        &table.entity_set_name,
        "System.ArgumentException",
        "Stream was not readable.",
    )
}

/// A property that the table does not have.
pub fn unknown_property(table: &Table, name: &str) -> SimError {
    let kind = format!("Microsoft.Dynamics.CRM.{}", table.logical_name);
    payload(
        &table.entity_set_name,
        "Microsoft.Crm.CrmException",
        format_args!(
            "Invalid property '{name}' was found in entity '{kind}'. ---> Microsoft.OData.ODataException: The property \
             '{name}' does not exist on type '{kind}'. Make sure to only use property names that are defined by the type."
        ),
    )
}

/// An annotation of a property that the table does not have: usually a navigation property in the wrong case.
pub fn undeclared(table: &Table, name: &str) -> SimError {
    SimError::bad_payload(
        &table.entity_set_name,
        format_args!(
            "An undeclared property '{name}' which only has property annotations in the payload but no property value was \
             found in the payload. In OData, only declared navigation properties and declared named streams can be \
             represented as properties without values."
        ),
    )
}

/// An annotation of the whole row whose name is none.
pub fn bad_annotation(table: &Table, name: &str) -> SimError {
    payload(
        &table.entity_set_name,
        "System.ArgumentException",
        format_args!(
            "'{name}' is an invalid instance annotation name. An instance annotation name must contain a period that is not \
             at the start or end of the name."
        ),
    )
}

/// A value of the wrong type. `found` is the type of what was given, where it had one of its own.
pub fn wrong_type(table: &Table, literal: &str, expected: &str, found: Option<&str>) -> SimError {
    let cause = match found {
        Some(found) => format!(
            " ---> Microsoft.OData.ODataException: Cannot convert a value of type '{found}' to the expected target type \
             '{expected}'."
        ),
        None => {
            " ---> System.FormatException: Input string was not in a correct format.".to_owned()
        }
    };
    SimError::bad_payload(
        &table.entity_set_name,
        format_args!(
            "Cannot convert the literal '{literal}' to the expected type '{expected}'.{cause}"
        ),
    )
}

/// An object or array where a plain value belongs.
pub fn not_primitive(table: &Table, node: &str) -> SimError {
    SimError::bad_payload(
        &table.entity_set_name,
        format_args!(
            "An unexpected '{node}' node was found when reading from the JSON reader. A 'PrimitiveValue' node was expected."
        ),
    )
}

/// A plain value where a related row belongs.
pub fn primitive_navigation(table: &Table) -> SimError {
    SimError::bad_payload(
        &table.entity_set_name,
        "A 'PrimitiveValue' node with non-null value was found when trying to read the value of a navigation property; \
         however, a 'StartArray' node, a 'StartObject' node, or a 'PrimitiveValue' node with null value was expected.",
    )
}

/// `_x_value` in a body.
pub fn lookup_value() -> SimError {
    SimError::bad_url(
        "CRM do not support direct update of Entity Reference properties, Use Navigation properties instead.",
    )
}

/// A text is too long.
pub fn too_long(table: &Table, column: &Column, max: u32) -> SimError {
    let (column, table) = (&column.logical_name, &table.logical_name);
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80044331",
        format!(
            "A validation error occurred.  The length of the '{column}' attribute of the '{table}' entity exceeded the \
             maximum allowed length of '{max}'."
        ),
    )
}

/// A choice has no such option.
pub fn no_option(table: &Table, column: &Column, value: impl std::fmt::Display) -> SimError {
    let accepted = column.options().map_or_else(String::new, |set| {
        set.options
            .iter()
            .map(|option| option.value.to_string())
            .collect::<Vec<_>>()
            .join(",")
    });
    let (column, table) = (&column.logical_name, &table.logical_name);
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x8004431a",
        format!(
            "A validation error occurred. The value {value} of '{column}' on record of type '{table}' is outside the valid \
             range. Accepted Values: {accepted}"
        ),
    )
}

/// A number is too small or too large. `whole` decides between the two codes.
pub fn out_of_range(table: &Table, column: &Column, value: &str, whole: bool) -> SimError {
    let (column, table) = (&column.logical_name, &table.logical_name);
    SimError::new(
        StatusCode::BAD_REQUEST,
        if whole { "0x8004432f" } else { "0x80044330" },
        format!(
            "A validation error occurred. The value {value} of '{column}' on record of type '{table}' is outside the valid \
             range."
        ),
    )
}

/// A column that the system requires has no value.
pub fn required() -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80040200",
        "Required field missing.",
    )
}

/// Translates a violated unique index; anything else is the store's own failure.
pub fn from_insert(table: &Table, error: rusqlite::Error) -> SimError {
    let rusqlite::Error::SqliteFailure(failure, Some(message)) = &error else {
        return StoreError::from(error).into();
    };
    if !matches!(
        failure.extended_code,
        ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
    ) {
        return StoreError::from(error).into();
    }
    // `UNIQUE constraint failed: account.accountnumber, account.name`
    let prefix = format!("{}.", table.logical_name);
    let violated: Vec<&str> = message
        .split_once(": ")
        .map_or("", |(_, columns)| columns)
        .split(", ")
        .map(|column| column.strip_prefix(&prefix).unwrap_or(column))
        .collect();
    match table.keys.iter().find(|key| key.columns == violated) {
        None => already_exists(),
        Some(key) => {
            let name = match key.display_name.text() {
                "" => &key.schema_name,
                name => name,
            };
            let columns = key.columns.join(", ");
            SimError::new(
                StatusCode::PRECONDITION_FAILED,
                "0x80060892",
                format!(
                    "Entity Key {name} violated. A record with the same value for {columns} already exists. A duplicate \
                     record cannot be created. Select one or more unique values and try again."
                ),
            )
        }
    }
}

/// 400: files come by requests of their own (reference §8.1; code and text assumed).
pub fn file_value(column: &Column) -> SimError {
    SimError::invalid_argument(format!(
        "The file attribute '{}' cannot be set in a create or update. Upload the file to the attribute instead.",
        column.logical_name
    ))
}
