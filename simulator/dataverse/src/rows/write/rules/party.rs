//! Activity parties: the address under which somebody takes part.
//!
//! Layer: write.

use crate::http::SimError;
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::Table;

use super::touches;

/// The column in which a table keeps an email address.
fn address_column(table: &str) -> &'static str {
    match table {
        "systemuser" => "internalemailaddress",
        "opportunity" => "emailaddress",
        _ => "emailaddress1",
    }
}

/// Takes over the party's email address where the write gives none.
///
/// # Errors
/// When the party cannot be read.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Result<Vec<usize>, SimError> {
    if !touches(table, draft, changed, "partyid") || touches(table, draft, changed, "addressused") {
        return Ok(Vec::new());
    }
    let Cell::Lookup { table: who, id } = draft.named(table, "partyid") else {
        return Ok(Vec::new());
    };
    let address = facts.text(who, *id, address_column(who))?;
    let filled = draft.set_named(table, "addressused", address.map_or(Cell::Null, Cell::Text));
    Ok(filled.into_iter().collect())
}
