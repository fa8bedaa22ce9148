//! Columns that are the platform's own though metadata lets anybody write them.

use airlock_connector::Error;
use serde_json::Value;

/// What Microsoft describes as "for internal use only".
const INTERNAL: [&str; 4] = [
    "additionalparams",
    "timezoneruleversionnumber",
    "traversedpath",
    "utcconversiontimezonecode",
];

/// Whether the column is the platform's own.
pub(super) fn only(column: &str) -> bool {
    INTERNAL.contains(&column)
}

/// Leaves such a column out.
///
/// # Errors
/// [`Error::InvalidInput`] at `place` for a value in it.
pub(super) fn left_empty(column: &str, value: &Value, place: &str) -> Result<(), Error> {
    if value.is_null() {
        return Ok(());
    }
    Err(Error::invalid(
        place,
        format!("`{column}` is for internal use only: the platform fills it, leave it out"),
    ))
}
