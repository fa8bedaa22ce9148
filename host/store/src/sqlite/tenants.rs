//! Which tenants there are. Store layer: a tenant is whoever something is kept of.

use super::database::Database;
use crate::error::StoreError;
use crate::ids::TenantId;

pub(super) fn list(db: &Database) -> Result<Vec<TenantId>, StoreError> {
    let names: Vec<String> = db.read(|connection| {
        connection
            .prepare_cached(
                "SELECT tenant FROM connector UNION SELECT tenant FROM connection
                 UNION SELECT tenant FROM run ORDER BY tenant",
            )?
            .query_map([], |row| row.get(0))?
            .collect()
    })?;
    names
        .into_iter()
        .map(|name| name.parse().map_err(|error| db.damaged(error)))
        .collect()
}
