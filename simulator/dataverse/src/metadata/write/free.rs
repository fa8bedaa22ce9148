//! Names and codes that are still free.

use super::errors;
use super::names::{self, Named};
use crate::http::SimError;
use crate::schema::SchemaParts;

/// Whether a schema name is free, and well formed.
pub(super) fn check_name(parts: &SchemaParts, name: &str) -> Result<(), SimError> {
    names::check(name, Named::Relationship)?;
    let is_taken = |other: &str| other.eq_ignore_ascii_case(name);
    let mut one_to_many = parts.relationships.iter();
    let mut many_to_many = parts.many_to_many.iter();
    if one_to_many.any(|one| is_taken(&one.schema_name))
        || many_to_many.any(|many| is_taken(&many.schema_name))
    {
        return Err(errors::relationship_exists());
    }
    Ok(())
}

/// The type code for the next table.
pub(super) fn next_type_code(parts: &SchemaParts) -> i32 {
    let codes = parts.tables.iter().map(|table| table.object_type_code);
    codes
        .max()
        .map_or(FIRST_TYPE_CODE, |last| last.saturating_add(1))
        .max(FIRST_TYPE_CODE)
}

/// First type code of tables made at run time.
const FIRST_TYPE_CODE: i32 = 10_000;
