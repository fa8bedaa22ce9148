//! Activities: one that is completed has an end, and one with a start and an end has a duration.
//!
//! Layer: write. Which durations the service computes is not documented (unverified).

use crate::rows::Cell;
use crate::rows::storage::draft::{Draft, position};
use crate::rows::write::facts::Facts;
use crate::schema::Table;

use super::touches;

/// `statecode` of an activity that is done, the same for all of them.
const COMPLETED: Cell = Cell::Integer(1);

/// Start, end and the minutes between them.
const SPANS: [(&str, &str, &str); 2] = [
    ("scheduledstart", "scheduledend", "scheduleddurationminutes"),
    ("actualstart", "actualend", "actualdurationminutes"),
];

/// Sets `actualend` when the activity is completed without one, and the durations that follow from starts and ends.
pub(super) fn complete(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    facts: &Facts<'_>,
) -> Vec<usize> {
    let mut filled = Vec::new();
    let completed = touches(table, draft, changed, "statecode")
        && *draft.named(table, "statecode") == COMPLETED;
    if completed && *draft.named(table, "actualend") == Cell::Null {
        filled.extend(draft.set_named(table, "actualend", Cell::Moment(facts.origin.now)));
    }
    for (start, end, minutes) in SPANS {
        filled.extend(duration(
            table,
            draft,
            changed,
            &filled,
            (start, end, minutes),
        ));
    }
    filled
}

/// The minutes of a span whose start or end the write gives, unless it gives the minutes themselves.
fn duration(
    table: &Table,
    draft: &mut Draft,
    changed: Option<&[usize]>,
    filled: &[usize],
    (start, end, minutes): (&str, &str, &str),
) -> Option<usize> {
    let follows = |column: &str| {
        touches(table, draft, changed, column)
            || position(table, column).is_some_and(|index| filled.contains(&index))
    };
    if touches(table, draft, changed, minutes) || !(follows(start) || follows(end)) {
        return None;
    }
    let (Cell::Moment(from), Cell::Moment(to)) =
        (draft.named(table, start), draft.named(table, end))
    else {
        return None;
    };
    let between = (*to - *from).whole_minutes();
    (between >= 0)
        .then(|| draft.set_named(table, minutes, Cell::Integer(between)))
        .flatten()
}
