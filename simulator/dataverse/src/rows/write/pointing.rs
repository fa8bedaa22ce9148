//! Rows that point at a row.
//!
//! Layer: write.

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::query::compile::{ROOT, related};
use crate::rows::storage::database::Write;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::quoted;
use crate::schema::{Navigation, Table};
use uuid::Uuid;

/// How many levels of rows may go with a row.
pub const MAX_DEPTH: usize = 50;

/// The rows whose lookup points at a row.
///
/// # Errors
/// When SQLite fails.
pub fn pointing(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    navigation: &Navigation,
    child: &Table,
    id: Uuid,
) -> Result<Vec<Uuid>, SimError> {
    let related = related(&context.schema, navigation, "?", ROOT)?;
    let sql = format!(
        "SELECT {ROOT}.{} FROM {} WHERE {}",
        quoted(&child.primary_id),
        related.source(ROOT),
        related.condition
    );
    let mut statement = write.prepare_cached(&sql)?;
    let ids = statement.query_map([guid(id)], |row| {
        Ok(as_guid(row.get_ref(0)?).unwrap_or_default())
    })?;
    Ok(ids.collect::<rusqlite::Result<_>>()?)
}
