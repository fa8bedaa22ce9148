//! The refusal of everything that is wrong with a SELECT.

use crate::http::SimError;

/// The refusal of everything that is wrong with a SELECT.
pub(super) fn wrong(detail: impl std::fmt::Display) -> SimError {
    SimError::invalid_argument(format!("Invalid SQL query. {detail}"))
}

pub(super) fn unsupported(what: impl std::fmt::Display) -> SimError {
    wrong(format_args!("{what} is not supported."))
}
