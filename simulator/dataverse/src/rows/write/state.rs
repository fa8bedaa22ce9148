//! `statecode` and `statuscode`: which pairs belong together and which one implies the other.
//!
//! Layer: write, pure (reference §2.3).

use http::StatusCode;
use uuid::Uuid;

use crate::http::SimError;
use crate::schema::{ColumnKind, OptionDetail, OptionSet, Table};

/// The state and status of a row after a write that gives one, both or none of them. `None` when it gives none.
///
/// # Errors
/// 400 `0x80048408` for a status that does not belong to the state.
pub fn settle(
    table: &Table,
    id: Uuid,
    state: Option<i32>,
    status: Option<i32>,
) -> Result<Option<(i32, i32)>, SimError> {
    let Some((states, statuses)) = options(table) else {
        return Ok(None);
    };
    match (state, status) {
        (None, None) => Ok(None),
        (None, Some(status)) => Ok(state_of(statuses, status).map(|state| (state, status))),
        (Some(state), None) => Ok(states.option(state).and_then(|option| match option.detail {
            OptionDetail::State { default_status, .. } => Some((state, default_status)),
            _ => None,
        })),
        (Some(state), Some(status)) if state_of(statuses, status) == Some(state) => {
            Ok(Some((state, status)))
        }
        (Some(state), Some(status)) => {
            let name = states.option(state).map_or_else(
                || state.to_string(),
                |option| match &option.detail {
                    OptionDetail::State { invariant_name, .. } => invariant_name.clone(),
                    _ => option.label.text().to_owned(),
                },
            );
            let table = &table.logical_name;
            Err(SimError::new(
                StatusCode::BAD_REQUEST,
                "0x80048408",
                format!(
                    "{status} is not a valid status code for state code {name} on {table} with Id {id}."
                ),
            ))
        }
    }
}

/// The state and status of a new row. Most tables take no state from a create; then only reasons of the first are left.
///
/// # Errors
/// As [`settle`].
pub fn settle_new(
    table: &Table,
    id: Uuid,
    state: Option<i32>,
    status: Option<i32>,
) -> Result<Option<(i32, i32)>, SimError> {
    let first = table.columns.iter().find_map(|column| match column.kind {
        ColumnKind::State { default, .. } if !column.valid_for_create => Some(default),
        _ => None,
    });
    let state = match first {
        Some(first) => status.map(|_| first),
        None => state,
    };
    settle(table, id, state, status)
}

/// States that only an action of their own may bring about: table, `statecode`, code and text of the refusal. The code for
/// cases is not known from any source (unverified).
const CLOSING: &[(&str, i32, &str, &str)] = &[
    (
        "opportunity",
        1,
        "0x80100005",
        "This message can not be used to set the state of opportunity to won. In order to set state of opportunity to won, \
         use the won message instead.",
    ),
    (
        "opportunity",
        2,
        "0x80100005",
        "This message can not be used to set the state of opportunity to lost. In order to set state of opportunity to \
         lost, use the lost message instead.",
    ),
    (
        "incident",
        1,
        "0x80040203",
        "This message can not be used to set the state of incident to Resolved. In order to set state of incident to \
         Resolved, use the CloseIncidentRequest message instead.",
    ),
];

/// Refuses a plain write that would close a row. `before` is its state so far, `None` for a new row.
///
/// # Errors
/// 400 for states that `WinOpportunity`, `LoseOpportunity` and `CloseIncident` are there for.
pub fn refuse_closing(table: &Table, before: Option<i32>, state: i32) -> Result<(), SimError> {
    let closing = CLOSING
        .iter()
        .find(|(name, closed, _, _)| *name == table.logical_name && *closed == state);
    match closing {
        Some((_, _, code, text)) if before != Some(state) => {
            Err(SimError::new(StatusCode::BAD_REQUEST, code, *text))
        }
        _ => Ok(()),
    }
}

fn options(table: &Table) -> Option<(&OptionSet, &OptionSet)> {
    let states = table.columns.iter().find_map(|column| match &column.kind {
        ColumnKind::State { options, .. } => Some(options.as_ref()),
        _ => None,
    });
    let statuses = table.columns.iter().find_map(|column| match &column.kind {
        ColumnKind::Status { options } => Some(options.as_ref()),
        _ => None,
    });
    Some((states?, statuses?))
}

fn state_of(statuses: &OptionSet, status: i32) -> Option<i32> {
    match statuses.option(status)?.detail {
        OptionDetail::Status { state } => Some(state),
        _ => None,
    }
}
