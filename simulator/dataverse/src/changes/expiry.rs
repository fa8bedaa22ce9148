//! When a caller's knowledge is too old to build on.
//!
//! Layer: changes.

use http::StatusCode;
use rusqlite::OptionalExtension;
use time::Duration;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::StoreError;
use crate::schema::Table;

use super::token::Token;

/// Days for which deltas can be asked for unless `expirechangetrackingindays` of the organisation says otherwise.
const DAYS: i64 = 7;

/// Refuses a token that has expired: by age, or because it speaks of versions that these rows never had, as after a return
/// to an earlier state.
///
/// # Errors
/// 400 `0x80044352`.
pub(super) fn check(
    context: &OrgContext<'_>,
    _table: &Table,
    token: &Token,
) -> Result<(), SimError> {
    let database = context.organisation.rows.database();
    let is_old = context.now - token.time > Duration::days(days(context)?);
    if is_old || token.version > database.version() {
        return Err(SimError::new(
            StatusCode::BAD_REQUEST,
            "0x80044352",
            "Version stamp associated with the client has expired. Please perform a full sync.",
        ));
    }
    Ok(())
}

fn days(context: &OrgContext<'_>) -> Result<i64, SimError> {
    let known = context
        .schema
        .table("organization")
        .and_then(|table| table.column("expirechangetrackingindays"));
    if known.is_none() {
        return Ok(DAYS);
    }
    let database = context.organisation.rows.database();
    let days: Option<Option<i64>> = database.read(|connection| {
        Ok::<_, StoreError>(
            connection
                .prepare_cached(
                    "SELECT \"expirechangetrackingindays\" FROM \"organization\" LIMIT 1",
                )?
                .query_row([], |row| row.get(0))
                .optional()?,
        )
    })?;
    Ok(days.flatten().unwrap_or(DAYS))
}
