//! What search refuses.
//!
//! Layer: search, pure. The first text is documented, the others are the simulator's own.

use http::StatusCode;

use crate::http::SimError;

/// The organisation has search switched off.
pub(super) fn switched_off() -> SimError {
    SimError::new(
        StatusCode::BAD_REQUEST,
        "0x80048d0b",
        "Dataverse Search feature is disabled for this organization.",
    )
}

/// A parameter is not what it has to be.
pub(super) fn parameter(name: &str, why: &str) -> SimError {
    SimError::invalid_argument(format!("The search parameter '{name}' {why}."))
}

/// A table that is not searched is named.
pub(super) fn not_searched(table: &str) -> SimError {
    SimError::invalid_argument(format!(
        "The table '{table}' isn't enabled for Dataverse search."
    ))
}

/// A column is named that the table lacks.
pub(super) fn no_column(table: &str, column: &str) -> SimError {
    SimError::invalid_argument(format!(
        "The column '{column}' doesn't exist in the table '{table}'."
    ))
}
