//! Writes a payload over a row.
//!
//! Layer: write (reference §2.3). `PATCH`, a single property, a link and the bulk messages all end here.

use super::assign::Assignment;
use super::hierarchy::refuse_loop;
use super::maker::{Maker, given_option, set_state};
use super::payload::Payload;
use super::{assign, consequences, duplicates, errors, state};
use crate::http::{ODataRequest, SimError};
use crate::organisation::OrgContext;
use crate::rows::Cell;
use crate::rows::storage::database::Write;
use crate::rows::storage::draft::Draft;
use crate::schema::{ColumnKind, RequiredLevel, Table};
use crate::security::{Access, check_row};
use uuid::Uuid;

/// Writes a payload over a row.
///
/// # Errors
/// Every refusal of an update.
pub fn apply(
    context: &OrgContext<'_>,
    request: &ODataRequest,
    write: &Write<'_>,
    table: &Table,
    id: Uuid,
    mut draft: Draft,
    payload: Payload<'_>,
) -> Result<(), SimError> {
    check_row(context, write, table, id, &draft, Access::Write)?;
    let binds = &payload.binds;
    if binds
        .iter()
        .any(|bind| bind.relationship.referencing_attribute == "ownerid")
    {
        check_row(context, write, table, id, &draft, Access::Assign)?;
    }
    let maker = Maker::new(context, request, write);
    let old_owner = draft.named(table, "ownerid").clone();
    let old_state = given_option(table, &draft, |kind| {
        matches!(kind, ColumnKind::State { .. })
    });
    let mut changed = Vec::new();
    let (mut given_state, mut given_status) = (None, None);
    for (index, cell) in payload.cells {
        let Some(column) = table.columns.get(index) else {
            continue;
        };
        if cell == Cell::Null && column.required == RequiredLevel::System {
            return Err(errors::required());
        }
        match (&column.kind, &cell) {
            (ColumnKind::State { .. }, Cell::Integer(value)) => {
                given_state = i32::try_from(*value).ok()
            }
            (ColumnKind::Status { .. }, Cell::Integer(value)) => {
                given_status = i32::try_from(*value).ok()
            }
            _ => {}
        }
        draft.set(index, cell);
        changed.push(index);
    }
    // A null towards one target must not undo a reference towards another in the same body.
    let (clear, set): (Vec<_>, Vec<_>) = payload
        .binds
        .into_iter()
        .partition(|bind| bind.address.is_none());
    for bind in clear {
        let required = table
            .column(&bind.relationship.referencing_attribute)
            .is_some_and(|column| column.required == RequiredLevel::System);
        if required
            && !set.iter().any(|other| {
                other.relationship.referencing_attribute == bind.relationship.referencing_attribute
            })
        {
            return Err(errors::required());
        }
        changed.extend(draft.set_named(
            table,
            &bind.relationship.referencing_attribute,
            Cell::Null,
        ));
    }
    for bind in set {
        let (target, target_id) = maker.target(
            table,
            bind.relationship,
            bind.address.as_deref().unwrap_or_default(),
        )?;
        refuse_loop(
            write,
            table,
            &bind.relationship.referencing_attribute,
            id,
            target,
            target_id,
            bind.relationship.is_hierarchical,
        )?;
        changed.extend(maker.point(table, &mut draft, bind.relationship, target, target_id));
    }
    if let Some((state, status)) = state::settle(table, id, given_state, given_status)? {
        state::refuse_closing(table, old_state, state)?;
        changed.extend(set_state(table, &mut draft, state, status));
    }
    if duplicates::wanted(request) {
        duplicates::check(&context.schema, write, table, &draft, Some((id, &changed)))?;
    }
    let owner = draft.named(table, "ownerid").clone();
    consequences::save(context, write, maker.facts(), table, id, draft, changed)?;
    if owner == old_owner {
        return Ok(());
    }
    let assignment = Assignment {
        from: &old_owner,
        to: &owner,
    };
    assign::cascade(context, write, table, id, assignment)
}
