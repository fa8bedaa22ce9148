//! What a write of one row means for others: parties, other halves, inherited shares.
//!
//! Layer: write. Every path that makes or changes a row of business ends here, so that none forgets a part.

use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::listeners;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::Draft;
use crate::schema::Table;

use super::facts::Facts;
use super::store::store;
use super::{participation, reciprocal, sharing};

/// After a row was made.
///
/// # Errors
/// When the store fails.
pub fn made(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
) -> Result<(), SimError> {
    if table.is_activity {
        participation::complete(context, write, facts, table, id)?;
    }
    if reciprocal::has_halves(table) {
        reciprocal::make(write, facts, table, id)?;
    }
    sharing::inherit(context, write, table, id, None)?;
    listeners::made(write, facts, table, id)
}

/// Stores a changed row, and what follows from that.
///
/// # Errors
/// 412 for a violated key.
pub fn save(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    draft: Draft,
    changed: Vec<usize>,
) -> Result<(), SimError> {
    let given = changed.clone();
    let before = listeners::before(write, facts.schema, table, id)?;
    store(write, facts, table, id, draft, changed)?;
    if table.is_activity {
        participation::complete(context, write, facts, table, id)?;
    }
    if reciprocal::has_halves(table) {
        reciprocal::follow(write, facts, table, id)?;
    }
    sharing::inherit(context, write, table, id, Some(&given))?;
    listeners::changed(write, facts, table, id, before, &given)
}
