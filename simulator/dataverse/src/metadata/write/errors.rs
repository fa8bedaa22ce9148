//! What changing definitions can be refused for. Codes and texts are those of the public list of service errors; the
//! status of most is not documented and 400 is chosen here.

use http::StatusCode;

use crate::http::SimError;

fn refused(code: &'static str, message: impl Into<String>) -> SimError {
    SimError::new(StatusCode::BAD_REQUEST, code, message)
}

pub(super) fn missing(field: &str) -> SimError {
    SimError::invalid_argument(format!("Required field '{field}' is missing"))
}

pub(super) fn table_exists() -> SimError {
    refused(
        "0x8004700b",
        "An entity with the specified name already exists. Please specify a unique name.",
    )
}

pub(super) fn entity_set_exists(name: &str) -> SimError {
    refused(
        "0x8006089b",
        format!(
            "An entity with the specified entity set name {name} already exists. Specify a unique name."
        ),
    )
}

pub(super) fn column_exists() -> SimError {
    refused(
        "0x80047013",
        "An attribute with the specified name already exists",
    )
}

pub(super) fn relationship_exists() -> SimError {
    refused(
        "0x8004432b",
        "A relationship with the specified name already exists. Please specify a unique name.",
    )
}

pub(super) fn choice_exists() -> SimError {
    refused(
        "0x80044345",
        "An OptionSet with the specified name already exists. Please specify a unique name.",
    )
}

pub(super) fn key_exists(name: &str, table: &str) -> SimError {
    refused(
        "0x80060893",
        format!("An entity key with the name {name} already exists on entity {table}."),
    )
}

pub(super) fn key_columns_exist() -> SimError {
    refused(
        "0x80060894",
        "An entity key with the selected attributes already exists on entity.",
    )
}

pub(super) fn invalid_key(detail: impl std::fmt::Display) -> SimError {
    refused(
        "0x8006088f",
        format!("Invalid EntityKey Operation performed : {detail}"),
    )
}

pub(super) fn key_is_not_failed() -> SimError {
    refused(
        "0x80060897",
        "Reactivate entity key is only supported for failed job",
    )
}

pub(super) fn no_table(name: &str) -> SimError {
    SimError::new(
        StatusCode::NOT_FOUND,
        "0x80040217",
        format!("Could not find an entity with specified entity name: {name}."),
    )
}

pub(super) fn no_column(name: &str) -> SimError {
    SimError::new(
        StatusCode::NOT_FOUND,
        "0x80040217",
        format!("Could not find an attribute with specified name: {name}."),
    )
}

pub(super) fn no_choice(name: &str) -> SimError {
    SimError::new(
        StatusCode::NOT_FOUND,
        "0x80040217",
        format!("Could not find optionset with optionsetname {name}."),
    )
}

pub(super) fn no_primary_name(table: &str) -> SimError {
    refused(
        "0x80044355",
        format!("PrimaryName attribute not found for Entity: {table}"),
    )
}

pub(super) fn primary_name_is_no_text() -> SimError {
    refused(
        "0x8004700e",
        "Primary UI Attribute has to be of type String",
    )
}

pub(super) fn second_primary_name(new: &str, table: &str, old: &str) -> SimError {
    refused(
        "0x8004701e",
        format!(
            "The new {new} attribute is set as the primary name attribute for the {table} entity. The {table} entity \
             already has the {old} attribute set as the primary name attribute. An entity can only have one primary \
             name attribute."
        ),
    )
}

pub(super) fn activity_needs_subject() -> SimError {
    refused(
        "0x8004f127",
        "A custom entity defined as an activity cannot have primary attribute other than subject.",
    )
}

pub(super) fn boolean_needs_options() -> SimError {
    refused(
        "0x80048403",
        "The option set for a Boolean attribute must have two options for true and false values.",
    )
}

pub(super) fn invalid_option_set(detail: &str) -> SimError {
    refused("0x80048403", detail)
}

pub(super) fn value_is_taken() -> SimError {
    refused(
        "0x80044310",
        "The picklist value already exists.  Picklist values must be unique.",
    )
}

pub(super) fn no_such_value(value: i64, name: &str) -> SimError {
    refused(
        "0x8004431a",
        format!("The value {value} of '{name}' is outside the valid range."),
    )
}

pub(super) fn wrong_order_length() -> SimError {
    refused(
        "0x80044324",
        "The array of option values that were provided for reordering does not match the number of options for the \
         attribute.",
    )
}

pub(super) fn options_not_allowed() -> SimError {
    refused(
        "0x80044320",
        "You can add option values only to picklist and status attributes.",
    )
}

pub(super) fn no_such_state() -> SimError {
    refused(
        "0x80044322",
        "The state value that was provided for this new status option does not exist.",
    )
}

pub(super) fn choice_is_used(by: &str) -> SimError {
    refused(
        "0x80048417",
        format!(
            "This option set cannot be deleted. The current set of entities that reference this option set are: {by}. \
             These references must be removed before this option set can be deleted"
        ),
    )
}

/// Something else refers to what is to be deleted.
pub(super) fn component_is_used(kind: &str, id: uuid::Uuid, count: usize) -> SimError {
    refused(
        "0x8004f01f",
        format!(
            "The {kind}({id}) component cannot be deleted because it is referenced by {count} other components. For a \
             list of referenced components, use the RetrieveDependenciesForDeleteRequest."
        ),
    )
}

/// Shipped definitions stay.
pub(super) fn not_deletable(name: &str, id: uuid::Uuid) -> SimError {
    refused(
        "0x8004f032",
        format!(
            "The 'Delete' operation on the current component(name='{name}', id='{id}') failed during managed property \
             evaluation of condition: 'Managed Property Name: iscustomizable; Component Parent: 1'"
        ),
    )
}

pub(super) fn primary_column_not_deletable() -> SimError {
    refused(
        "0x80047002",
        "The Primary UI Attribute is not valid for deletion",
    )
}

pub(super) fn child_column_not_deletable() -> SimError {
    refused(
        "0x80047016",
        "The Child Attribute is not valid for deletion",
    )
}

pub(super) fn lookup_needs_relationship() -> SimError {
    SimError::invalid_argument(
        "A Lookup attribute cannot be created by itself. Create a relationship with the attribute in its Lookup.",
    )
}

pub(super) fn not_changeable(member: &str, table: &str) -> SimError {
    SimError::invalid_argument(format!("{member} of {table} cannot be changed."))
}

pub(super) fn same_navigation_names(schema_name: &str) -> SimError {
    refused(
        "0x80072550",
        format!(
            "Navigation Property Name cannot be the same on both sides of a self-referential relationship. SchemaName \
             - {schema_name}"
        ),
    )
}

pub(super) fn no_prefix(name: &str, kind: &str) -> SimError {
    refused(
        "0x80044366",
        format!(
            "The schema name {name} for type {kind} is invalid or missing.Custom attribute, entity, entitykey, option \
             set and relationship names must start with a valid customization prefix.The prefix for a solution \
             component should match the prefix that is specified for the publisher of the solution."
        ),
    )
}

pub(super) fn bad_characters(name: &str, kind: &str) -> SimError {
    refused(
        "0x80044364",
        format!(
            "Identifier {name} for type {kind} can only consist of alpha-numeric and underscore characters."
        ),
    )
}

pub(super) fn no_letter_first(name: &str, kind: &str) -> SimError {
    refused(
        "0x80044365",
        format!(
            "Identifers should start with a letter. The schema name {name} for type {kind} doesn't start with letter."
        ),
    )
}

pub(super) fn name_too_long(name: &str, kind: &str, most: usize) -> SimError {
    refused(
        "0x80044367",
        format!(
            "Identifiers cannot be more than {most} characters long. The provided schema name {name} length for type \
             {kind} is greater than maxlength {most} characters."
        ),
    )
}

pub(super) fn out_of_bounds(member: &str, least: &str, most: &str) -> SimError {
    SimError::invalid_argument(format!("{member} must be in between {least} and {most}."))
}

/// A word that an enumeration lacks.
pub(super) fn unknown_word(enumeration: &str, word: &str) -> SimError {
    SimError::bad_payload(
        "EntityMetadata",
        format!("Requested value '{word}' was not found in Microsoft.Dynamics.CRM.{enumeration}."),
    )
}
