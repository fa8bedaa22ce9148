//! Rows that follow from something: what is stale goes, what is new is told.
//!
//! Layer: seed.

use std::collections::HashSet;

use uuid::Uuid;

use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::quoted;
use crate::rows::{RowStore, StoreError};

/// Removes the rows of a table that are not wanted and tells which of the wanted ones are not there yet, in their order.
pub(super) fn keep<T>(
    rows: &RowStore,
    table: &str,
    id: &str,
    wanted: Vec<(Uuid, T)>,
) -> Result<Vec<(Uuid, T)>, StoreError> {
    let ids: HashSet<Uuid> = wanted.iter().map(|(id, _)| *id).collect();
    let (table, id) = (quoted(table), quoted(id));
    let mut seen = rows.database().write(|write| {
        let mut statement = write.prepare_cached(&format!("SELECT {id} FROM {table}"))?;
        let found = statement.query_map([], |row| Ok(as_guid(row.get_ref(0)?)))?;
        let found: HashSet<Uuid> = found
            .filter_map(Result::transpose)
            .collect::<Result<_, _>>()?;
        for stale in found.difference(&ids) {
            let sql = format!("DELETE FROM {table} WHERE {id} = ?");
            write.prepare_cached(&sql)?.execute([guid(*stale)])?;
        }
        Ok::<_, StoreError>(found)
    })?;
    Ok(wanted
        .into_iter()
        .filter(|(id, _)| seen.insert(*id))
        .collect())
}
