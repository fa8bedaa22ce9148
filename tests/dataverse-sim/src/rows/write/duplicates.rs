//! Duplicate detection with the rules that a new organisation has.
//!
//! Layer: write. Off unless the caller turns it on with `MSCRM.SuppressDuplicateDetection: false` (reference §2.7). A rule
//! finds a duplicate when all of its columns have a value and another row has the same ones.

use http::StatusCode;
use rusqlite::{Connection, OptionalExtension, params_from_iter};
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::rows::Cell;
use crate::rows::storage::draft::{Draft, position};
use crate::rows::storage::encoding::{guid, single};
use crate::rows::storage::layout::{Encoding, quoted};
use crate::schema::Table;

/// The published rules of a new organisation: same name, same e-mail address, same telephone.
const RULES: &[(&str, &[&str])] = &[
    ("account", &["name"]),
    ("account", &["emailaddress1"]),
    ("account", &["telephone1"]),
    ("contact", &["firstname", "lastname"]),
    ("contact", &["emailaddress1"]),
    ("contact", &["telephone1"]),
    ("lead", &["firstname", "lastname"]),
    ("lead", &["emailaddress1"]),
    ("lead", &["telephone1"]),
];

/// Whether the caller turned duplicate detection on.
pub fn wanted(request: &ODataRequest) -> bool {
    request
        .header("mscrm.suppressduplicatedetection")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("false"))
}

/// Checks a row that is about to be stored. For an update, `existing` is its id and the columns that change: a rule whose
/// columns do not change is not asked.
///
/// # Errors
/// 412 `0x80040333` for a duplicate.
pub fn check(
    connection: &Connection,
    table: &Table,
    draft: &Draft,
    existing: Option<(Uuid, &[usize])>,
) -> Result<(), SimError> {
    for (_, columns) in RULES.iter().filter(|(name, _)| *name == table.logical_name) {
        let found: Option<Vec<_>> = columns
            .iter()
            .map(|name| {
                let index = position(table, name)?;
                let encoding = table.columns.get(index).and_then(Encoding::of)?;
                match draft.cell(index) {
                    Cell::Null => None,
                    cell => Some((
                        index,
                        format!("{} = ?", quoted(name)),
                        single(encoding, cell.clone()),
                    )),
                }
            })
            .collect();
        let Some(parts) = found else { continue };
        if let Some((_, changed)) = existing
            && !parts.iter().any(|(index, _, _)| changed.contains(index))
        {
            continue;
        }
        let tests: Vec<&str> = parts.iter().map(|(_, test, _)| test.as_str()).collect();
        let sql = format!(
            "SELECT 1 FROM {} WHERE {} AND {} IS NOT ?",
            quoted(&table.logical_name),
            tests.join(" AND "),
            quoted(&table.primary_id)
        );
        let own = guid(existing.map_or(Uuid::nil(), |(id, _)| id));
        let values = parts.into_iter().map(|(_, _, value)| value).chain([own]);
        if connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |_| Ok(()))
            .optional()?
            .is_some()
        {
            return Err(SimError::new(
                StatusCode::PRECONDITION_FAILED,
                "0x80040333",
                "A record was not created or updated because a duplicate of the current record already exists.",
            ));
        }
    }
    Ok(())
}
