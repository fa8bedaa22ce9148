//! What a PATCH or DELETE does, given its conditions and the row it finds: the table of reference §2.4 as a function.
//!
//! Layer: write, pure.

use http::StatusCode;

use crate::http::{Condition, Conditions, SimError};
use crate::schema::Table;

/// What a PATCH is to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Change the row.
    Update,
    /// Make the row.
    Create,
    /// Answer that there is no such row.
    NotFound,
}

/// Judges a PATCH. `version` is that of the row, `None` when there is none.
///
/// # Errors
/// 412 when a condition fails, 400 when the table keeps no versions to compare.
pub fn judge(
    table: &Table,
    conditions: &Conditions,
    version: Option<i64>,
) -> Result<Verdict, SimError> {
    let verdict = match (version, &conditions.if_match) {
        (None, Some(_)) => Verdict::NotFound,
        (None, None) => Verdict::Create,
        (Some(version), condition) => {
            check_version(table, condition.as_ref(), version)?;
            Verdict::Update
        }
    };
    match (&conditions.if_none_match, version) {
        (Some(Condition::Any), Some(_)) => Err(already_exists()),
        (Some(Condition::Version(unwanted)), Some(version)) if *unwanted == version.to_string() => {
            Err(version_mismatch())
        }
        _ => Ok(verdict),
    }
}

/// Checks `If-Match` against the version of a row that exists.
///
/// # Errors
/// 412 `0x80060882` for another version, 400 when the table keeps no versions to compare.
pub fn check_version(
    table: &Table,
    if_match: Option<&Condition>,
    version: i64,
) -> Result<(), SimError> {
    let Some(Condition::Version(wanted)) = if_match else {
        return Ok(());
    };
    if !table.optimistic_concurrency {
        let table = &table.logical_name;
        return Err(SimError::new(
            StatusCode::BAD_REQUEST,
            "0x8006088d",
            format!(
                "Optimistic concurrency isn't enabled for entity type {table}. The IfVersionMatches value of \
                 ConcurrencyBehavior can only be used if optimistic concurrency is enabled."
            ),
        ));
    }
    if *wanted == version.to_string() {
        Ok(())
    } else {
        Err(version_mismatch())
    }
}

/// 412: a row with this key is there already.
pub fn already_exists() -> SimError {
    SimError::new(
        StatusCode::PRECONDITION_FAILED,
        "0x80040237",
        "A record with matching key values already exists.",
    )
}

fn version_mismatch() -> SimError {
    SimError::new(
        StatusCode::PRECONDITION_FAILED,
        "0x80060882",
        "The version of the existing record doesn't match the RowVersion property provided.",
    )
}
