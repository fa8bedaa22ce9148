//! Work that happens after the answer: rows of `asyncoperation` that move through their states on the organisation's clock.
//!
//! Layer: operations. There is no thread behind it. Every request first does what is due by the clock, so that a test which
//! stops the clock sees a job wait, and one which turns it sees it done. A request that finds nothing due pays for one
//! atomic load.

mod bulk_delete;
mod duplicate_rule;
mod query_expression;
mod recurrence;
mod status;
mod submit;
mod workflow;

use std::sync::atomic::Ordering;

use bytes::Bytes;
use http::{HeaderMap, Method};
use rusqlite::params;
use time::Duration;
use uuid::Uuid;

use crate::http::{ODataRequest, SimError};
use crate::organisation::{Caller, OrgContext};
use crate::rows::storage::draft::Draft;
use crate::rows::storage::encoding::as_guid;
use crate::rows::{Cell, StoreError};
use crate::schema::Table;

use super::declaration::Declaration;
use super::operation::Operation;
use super::{Arguments, Bound, Call};
use submit::{submit, submitted};

/// The operations that start jobs.
pub(super) fn operations() -> Vec<Operation> {
    [
        bulk_delete::operations(),
        duplicate_rule::operations(),
        workflow::operations(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// How long a job is in progress before it does its work.
const PROGRESS: Duration = Duration::seconds(1);

/// Does what is due. A job that fails is noted as failed; the request that happens to come by is none the worse for it.
pub(super) fn run_due(context: &OrgContext<'_>) {
    let jobs = context.organisation.jobs();
    let now = context.now.unix_timestamp();
    if jobs.next.load(Ordering::Acquire) > now {
        return;
    }
    // Whoever comes second does not wait: the first one does it all.
    let Some(_running) = jobs.running.try_lock() else {
        return;
    };
    jobs.next.store(i64::MAX, Ordering::Release);
    let (Some(table), Some(operation)) = (
        context.schema.table("asyncoperation"),
        context.organisation.catalogue().find(bulk_delete::NAME),
    ) else {
        return;
    };
    // A store that cannot be read has worse to tell elsewhere.
    for (id, due) in unfinished(context, table).unwrap_or_default() {
        if due > now {
            jobs.next.fetch_min(due, Ordering::AcqRel);
        } else if let Err(error) = advance(context, table, operation, id) {
            note_failure(context, table, operation, id, &error);
        }
    }
}

/// The jobs that are not completed, with the seconds at which they go on.
fn unfinished(context: &OrgContext<'_>, table: &Table) -> Result<Vec<(Uuid, i64)>, StoreError> {
    if table.column("postponeuntil").is_none() {
        return Ok(Vec::new());
    }
    let database = context.organisation.rows.database();
    database.read(|connection| {
        let mut statement = connection.prepare_cached(
            "SELECT asyncoperationid, coalesce(postponeuntil, 0) FROM asyncoperation WHERE statecode < ? AND operationtype IN (?, ?, ?)",
        )?;
        let found = statement.query_map(params![
            3,
            bulk_delete::TYPE,
            duplicate_rule::TYPE,
            workflow::TYPE
        ], |row| {
            Ok((as_guid(row.get_ref(0)?).unwrap_or_default(), row.get(1)?))
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    })
}

/// A job as its own steps see it: on behalf of its owner.
fn with_owner<T>(
    context: &OrgContext<'_>,
    table: &Table,
    operation: &Declaration,
    id: Uuid,
    work: impl FnOnce(&Call<'_>) -> Result<T, SimError>,
) -> Result<T, SimError> {
    let nothing = || {
        ODataRequest::new(
            Method::GET,
            String::new(),
            None,
            HeaderMap::new(),
            Bytes::new(),
        )
    };
    let request = nothing();
    let here = call(context, &request, operation);
    let owner = match here.draft(table, id)?.named(table, "ownerid") {
        Cell::Lookup { id, .. } => *id,
        _ => context.caller.user_id,
    };
    let context = OrgContext {
        organisation: context.organisation,
        schema: context.schema.clone(),
        caller: Caller {
            user_id: owner,
            on_behalf_of: None,
            ..context.caller
        },
        service_root: context.service_root.clone(),
        now: context.now,
    };
    work(&call(&context, &request, operation))
}

fn call<'a>(
    context: &'a OrgContext<'a>,
    request: &'a ODataRequest,
    operation: &'a Declaration,
) -> Call<'a> {
    Call {
        context,
        request,
        operation,
        bound: Bound::Nothing,
        arguments: Arguments::default(),
    }
}

/// Takes a job as far as the clock allows.
fn advance(
    context: &OrgContext<'_>,
    table: &Table,
    operation: &Declaration,
    id: Uuid,
) -> Result<(), SimError> {
    with_owner(context, table, operation, id, |call| {
        let draft = call.draft(table, id)?;
        let now = context.now;
        let started = match (
            draft.named(table, "statuscode"),
            draft.named(table, "startedon"),
        ) {
            (Cell::Integer(status::IN_PROGRESS), Cell::Moment(started)) => *started,
            _ => {
                // Nobody looked when it was due; it began then all the same.
                let started = match draft.named(table, "postponeuntil") {
                    Cell::Moment(due) => *due,
                    _ => now,
                };
                bulk_delete::begin(call, table, id, started, started + PROGRESS)?;
                started
            }
        };
        if started + PROGRESS > now {
            context.organisation.jobs().note(started + PROGRESS);
            return Ok(());
        }
        call.atomically(|| finish(call, table, id, &draft))
    })
}

/// Does the work of a job that was in progress long enough.
fn finish(call: &Call<'_>, jobs: &Table, job: Uuid, draft: &Draft) -> Result<(), SimError> {
    match draft.named(jobs, "operationtype") {
        Cell::Integer(bulk_delete::TYPE) => return bulk_delete::finish(call, jobs, job),
        Cell::Integer(duplicate_rule::TYPE) => {
            duplicate_rule::finish(call, draft.text(jobs, "data").unwrap_or_default())?;
        }
        _ => {}
    }
    call.overwrite(
        jobs,
        job,
        vec![
            ("statecode", Cell::Integer(3)),
            ("statuscode", Cell::Integer(status::SUCCEEDED)),
            ("completedon", Cell::Moment(call.context.now)),
            ("postponeuntil", Cell::Null),
        ],
    )
}

/// Notes why a job failed.
fn note_failure(
    context: &OrgContext<'_>,
    table: &Table,
    operation: &Declaration,
    id: Uuid,
    error: &SimError,
) {
    // When even this cannot be written, the job stays as it is and is tried again after the next start.
    let _ = with_owner(context, table, operation, id, |call| {
        call.overwrite(
            table,
            id,
            vec![
                ("statecode", Cell::Integer(3)),
                ("statuscode", Cell::Integer(status::FAILED)),
                ("completedon", Cell::Moment(context.now)),
                ("message", Cell::Text(error.message.clone())),
            ],
        )
    });
}
