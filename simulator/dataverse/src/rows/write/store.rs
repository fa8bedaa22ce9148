//! Stores a changed row: who changed it and when, and what is derived from the change.
//!
//! Layer: write, below everything that decides about changes.

use super::recipe::Recipe;
use super::{errors, facts::Facts, rules};
use crate::http::SimError;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::{Draft, position, update};
use crate::rows::{Cell, audit};
use crate::schema::Table;
use uuid::Uuid;

/// Stores a changed row with who changed it and when, and what is derived from the change.
///
/// # Errors
/// 412 for a violated key.
pub fn store(
    write: &Write<'_>,
    facts: &Facts<'_>,
    table: &Table,
    id: Uuid,
    mut draft: Draft,
    mut changed: Vec<usize>,
) -> Result<(), SimError> {
    let caller = facts.origin.caller;
    let user = |id| Cell::Lookup {
        table: "systemuser".into(),
        id,
    };
    changed.extend(draft.set_named(table, "modifiedon", Cell::Moment(facts.origin.now)));
    changed.extend(draft.set_named(table, "modifiedby", user(caller.user_id)));
    changed.extend(draft.set_named(
        table,
        "modifiedonbehalfby",
        caller.on_behalf_of.map_or(Cell::Null, user),
    ));
    if let (Some(currency), Some(rate)) = (
        position(table, "transactioncurrencyid"),
        position(table, "exchangerate"),
    ) && changed.contains(&currency)
    {
        let cell = match draft.cell(currency) {
            Cell::Lookup { id, .. } => facts.exchange_rate(*id)?.map_or(Cell::Null, Cell::from),
            _ => Cell::Null,
        };
        draft.set(rate, cell);
        changed.push(rate);
    }
    changed.extend(rules::complete(table, &mut draft, Some(&changed), facts)?);
    changed.extend(Recipe::new(table).derive(&mut draft, facts)?);
    let before = audit::before(write, facts.schema, table, id)?;
    update(write, table, id, &draft, &changed, write.next_version())
        .map_err(|error| errors::from_insert(table, error))?;
    audit::changed(write, facts, table, id, before.as_ref(), &draft)
}
