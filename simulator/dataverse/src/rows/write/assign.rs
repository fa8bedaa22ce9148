//! Assigning: the rows that belong to a row get its new owner too, as their relationships say.
//!
//! Layer: write (reference §2.5, cascades).

use uuid::Uuid;

use crate::http::SimError;
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::load;
use crate::rows::storage::unions::is_union;
use crate::schema::{CascadeAction, Navigation, Table};

use super::consequences::save;
use super::pointing::{MAX_DEPTH, pointing};
use super::request_facts::facts;
use super::sharing;

/// Who owns a row.
const OWNER: &str = "ownerid";

/// A change of owner.
#[derive(Clone, Copy)]
pub struct Assignment<'a> {
    /// The owner before.
    pub from: &'a Cell,
    /// The owner now.
    pub to: &'a Cell,
}

/// Passes a new owner on to the rows that point at a row.
///
/// # Errors
/// When the store fails.
pub fn cascade(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    assignment: Assignment<'_>,
) -> Result<(), SimError> {
    pass_on(context, write, table, id, assignment, 0)
}

fn pass_on(
    context: &OrgContext<'_>,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    assignment: Assignment<'_>,
    depth: usize,
) -> Result<(), SimError> {
    if depth > MAX_DEPTH {
        return Err(SimError::unexpected("too many levels of related rows"));
    }
    for relationship in table.one_to_many() {
        let action = relationship.cascade.assign;
        let child = context.schema.table(&relationship.referencing);
        let Some(child) = child.filter(|child| {
            action != CascadeAction::NoCascade
                && !is_union(&child.logical_name)
                && child.column(OWNER).is_some()
        }) else {
            continue;
        };
        let navigation = Navigation::OneToMany(relationship.clone());
        for child_id in pointing(context, write, &navigation, child, id)? {
            let Some((mut draft, _)) = load(write, child, child_id)? else {
                continue;
            };
            let meant = sharing::meant(action, child, &draft, assignment.from);
            // A row that has the owner already ends the walk, and with it every circle.
            if !meant || draft.named(child, OWNER) == assignment.to {
                continue;
            }
            let changed = draft
                .set_named(child, OWNER, assignment.to.clone())
                .into_iter()
                .collect();
            let facts = facts(context, write);
            save(context, write, &facts, child, child_id, draft, changed)?;
            pass_on(context, write, child, child_id, assignment, depth + 1)?;
        }
    }
    Ok(())
}
