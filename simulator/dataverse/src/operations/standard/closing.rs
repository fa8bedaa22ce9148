//! What closing an opportunity and closing a case have in common.
//!
//! Layer: operations.

use uuid::Uuid;

use crate::http::SimError;
use crate::operations::Call;
use crate::operations::arguments::required;
use crate::rows::Cell;
use crate::rows::write::state::settle;
use crate::schema::Table;

/// An activity that closes the row it is about.
pub(super) struct Closing<'a> {
    /// The activity that was just made.
    pub activity: (&'a Table, Uuid),
    /// Its lookup to the row.
    pub lookup: &'static str,
    /// The row's new state.
    pub state: i32,
    /// Its new status; -1 and none stand for the state's own.
    pub status: Option<i32>,
    /// The refusal when it is closed already. No source gives a code for it.
    pub closed: &'static str,
}

/// Closes the row and completes the activity; tells the row's id and its new status.
///
/// # Errors
/// 400 when the activity is about nothing, the row is closed already or the status belongs to another state.
pub(super) fn close(
    call: &Call<'_>,
    closing: &Closing<'_>,
    table: &Table,
) -> Result<(Uuid, i32), SimError> {
    let (activities, activity) = closing.activity;
    let draft = call.draft(activities, activity)?;
    let Cell::Lookup { id, .. } = *draft.named(activities, closing.lookup) else {
        return Err(required(closing.lookup));
    };
    if !is_open(call, table, id)? {
        return Err(SimError::invalid_argument(closing.closed));
    }
    let given = closing.status.filter(|status| *status != -1);
    let (state, status) = settle(table, id, Some(closing.state), given)?
        .ok_or_else(|| SimError::unexpected("a table without states"))?;
    set_state(call, table, id, state, status)?;
    let ended = match draft.named(activities, "actualend") {
        Cell::Null => Cell::Moment(call.context.now),
        given => given.clone(),
    };
    call.overwrite(
        activities,
        activity,
        vec![
            ("statecode", Cell::Integer(1)),
            ("statuscode", Cell::Integer(2)),
            ("actualend", ended),
        ],
    )?;
    Ok((id, status))
}

/// Whether a row is in the first of its states.
///
/// # Errors
/// 404 when there is none.
pub(super) fn is_open(call: &Call<'_>, table: &Table, id: Uuid) -> Result<bool, SimError> {
    Ok(*call.draft(table, id)?.named(table, "statecode") == Cell::Integer(0))
}

/// Sets state and status.
///
/// # Errors
/// 404 when there is no such row.
pub(super) fn set_state(
    call: &Call<'_>,
    table: &Table,
    id: Uuid,
    state: i32,
    status: i32,
) -> Result<(), SimError> {
    call.overwrite(
        table,
        id,
        vec![
            ("statecode", Cell::Integer(state.into())),
            ("statuscode", Cell::Integer(status.into())),
        ],
    )
}
