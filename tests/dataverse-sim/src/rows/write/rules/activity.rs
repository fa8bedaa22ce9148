//! Activities: one that is completed has an end.
//!
//! Layer: write.

use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::rows::write::facts::Facts;
use crate::schema::Table;

use super::touches;

/// `statecode` of an activity that is done, the same for all of them.
const COMPLETED: Cell = Cell::Integer(1);

/// Sets `actualend` when the activity is completed without one.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Vec<usize> {
    let completed = touches(table, draft, changed, "statecode")
        && *draft.named(table, "statecode") == COMPLETED;
    if !completed || *draft.named(table, "actualend") != Cell::Null {
        return Vec::new();
    }
    let end = draft.set_named(table, "actualend", Cell::Moment(facts.origin.now));
    end.into_iter().collect()
}
