//! BulkDelete: a job that deletes what queries find.
//!
//! Layer: operations (reference §6.2).

use bytes::Bytes;
use http::{HeaderMap, Method};
use serde::Deserialize;
use serde_json::json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::SimError;
use crate::operations::arguments::required;
use crate::operations::declaration::{ANY, Parameter, ValueType, object};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;
use crate::schema::Table;

use super::query_expression::QueryExpression;
use super::{recurrence, status};

/// The action's name.
pub(super) const NAME: &str = "BulkDelete";
/// `operationtype` of its jobs.
pub(super) const TYPE: i64 = 13;

pub(super) fn operations() -> Vec<Operation> {
    use ValueType::{Boolean, DateTime, Guid, String as Text};
    vec![
        Operation::action(NAME, submit)
            .takes_many("QuerySet", object("QueryExpression"))
            .takes("JobName", Text)
            .takes("SendEmailNotification", Boolean)
            .takes_many("ToRecipients", ANY)
            .takes_many("CCRecipients", ANY)
            .takes("RecurrencePattern", Text)
            .takes("StartDateTime", DateTime)
            .may_take("SourceImportId", Guid)
            .may_take("RunNow", Boolean)
            .gives(vec![Parameter::one("JobId", Guid)]),
    ]
}

/// What is to be deleted from one table, as a job keeps it.
#[derive(Deserialize, serde::Serialize)]
struct Portion {
    table: String,
    fetch: String,
}

fn submit(call: &Call<'_>) -> Result<Answer, SimError> {
    let name = call.arguments.required_text("JobName")?;
    let portions = portions(call)?;
    let pattern = call.arguments.text("RecurrencePattern").unwrap_or_default();
    let recurs = recurrence::interval(&pattern)?.is_some();
    let now = call.context.now;
    let start = match call.arguments.moment("StartDateTime") {
        Some(start) if start > now && !call.arguments.boolean("RunNow") => start,
        _ => now,
    };
    let (state, status) = match start > now {
        true => (1, status::WAITING),
        false => (0, status::READY),
    };
    let queries = serde_json::to_string(&portions).map_err(SimError::unexpected)?;
    let jobs = call.table("asyncoperation")?;
    let common = |name: &str| {
        vec![
            ("name", Cell::Text(name.to_owned())),
            ("statecode", Cell::Integer(state)),
            ("statuscode", Cell::Integer(status)),
        ]
    };
    let mut cells = common(&name);
    cells.extend([
        ("operationtype", Cell::Integer(TYPE)),
        ("messagename", Cell::Text(NAME.to_owned())),
        ("data", Cell::Text(queries.clone())),
        ("postponeuntil", Cell::Moment(start)),
        ("recurrencestarttime", Cell::Moment(start)),
        ("requestid", Cell::Guid(Uuid::new_v4())),
    ]);
    if recurs {
        cells.push(("recurrencepattern", Cell::Text(pattern)));
    }
    let job = call.insert(jobs, cells)?;
    let mut cells = common(&name);
    cells.extend([
        (
            "asyncoperationid",
            Cell::Lookup {
                table: "asyncoperation".into(),
                id: job,
            },
        ),
        ("isrecurring", Cell::Bool(recurs)),
        ("orderedquerysetxml", Cell::Text(queries)),
        ("nextrun", Cell::Moment(start)),
        ("successcount", Cell::Integer(0)),
        ("failurecount", Cell::Integer(0)),
    ]);
    call.insert(call.table("bulkdeleteoperation")?, cells)?;
    call.context.organisation.jobs().note(start);
    Ok(Answer::Members(json!({ "JobId": job })))
}

/// The queries, each checked once so that a mistake in them is the caller's and not the job's.
fn portions(call: &Call<'_>) -> Result<Vec<Portion>, SimError> {
    let queries = call.arguments.elements("QuerySet")?;
    if queries.is_empty() {
        return Err(required("QuerySet"));
    }
    queries
        .iter()
        .map(|query| {
            let query = QueryExpression::read(query.get())?;
            let table = call.context.schema.table(&query.entity_name).ok_or_else(|| {
                SimError::invalid_argument(format!(
                    "The entity with a name = '{}' with namemapping = 'Logical' was not found in the MetadataCache.",
                    query.entity_name
                ))
            })?;
            let portion = Portion {
                table: table.logical_name.clone(),
                fetch: query.fetch(&table.primary_id)?,
            };
            found(call, table, &portion)?;
            Ok(portion)
        })
        .collect()
}

/// The ids of the rows that a query finds, as many as fit a page.
fn found(call: &Call<'_>, table: &Table, portion: &Portion) -> Result<Vec<Uuid>, SimError> {
    #[derive(Deserialize)]
    struct Page {
        value: Vec<serde_json::Map<String, serde_json::Value>>,
    }
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("fetchXml", &portion.fetch)
        .finish();
    let address = format!("{}?{query}", table.entity_set_name);
    let answer = call.send(Method::GET, &address, HeaderMap::new(), Bytes::new())?;
    let page: Page = serde_json::from_slice(&answer.body).map_err(SimError::unexpected)?;
    let ids = page
        .value
        .iter()
        .filter_map(|row| row.get(&table.primary_id)?.as_str());
    Ok(ids.filter_map(|id| Uuid::try_parse(id).ok()).collect())
}

/// Puts a job in progress until `next`.
pub(super) fn begin(
    call: &Call<'_>,
    jobs: &Table,
    job: Uuid,
    started: OffsetDateTime,
    next: OffsetDateTime,
) -> Result<(), SimError> {
    let progress = || {
        vec![
            ("statecode", Cell::Integer(2)),
            ("statuscode", Cell::Integer(status::IN_PROGRESS)),
        ]
    };
    let mut cells = progress();
    cells.extend([
        ("startedon", Cell::Moment(started)),
        ("postponeuntil", Cell::Moment(next)),
    ]);
    call.overwrite(jobs, job, cells)?;
    for (table, id) in operation_of(call, job)? {
        call.overwrite(table, id, progress())?;
    }
    Ok(())
}

/// Deletes, and completes the job or lets it wait for its next run.
pub(super) fn finish(call: &Call<'_>, jobs: &Table, job: Uuid) -> Result<(), SimError> {
    let draft = call.draft(jobs, job)?;
    let portions: Vec<Portion> = draft
        .text(jobs, "data")
        .and_then(|data| serde_json::from_str(data).ok())
        .unwrap_or_default();
    let (mut deleted, mut kept) = (0_i64, 0_i64);
    for portion in &portions {
        let table = call.table(&portion.table)?;
        let (done, failed) = delete_all(call, table, portion)?;
        deleted += done;
        kept += failed;
    }
    let again = recurrence::interval(draft.text(jobs, "recurrencepattern").unwrap_or_default())?;
    let next = match (again, draft.named(jobs, "recurrencestarttime")) {
        (Some(interval), Cell::Moment(first)) => {
            let mut next = *first + interval;
            while next <= call.context.now {
                next += interval;
            }
            Some(next)
        }
        _ => None,
    };
    let state = || match next {
        Some(_) => vec![
            ("statecode", Cell::Integer(1)),
            ("statuscode", Cell::Integer(status::WAITING)),
        ],
        None => vec![
            ("statecode", Cell::Integer(3)),
            ("statuscode", Cell::Integer(status::SUCCEEDED)),
        ],
    };
    let mut cells = state();
    cells.push(("completedon", Cell::Moment(call.context.now)));
    cells.push(("postponeuntil", next.map_or(Cell::Null, Cell::Moment)));
    call.overwrite(jobs, job, cells)?;
    for (table, id) in operation_of(call, job)? {
        let mut cells = state();
        cells.extend([
            ("successcount", Cell::Integer(deleted)),
            ("failurecount", Cell::Integer(kept)),
            ("nextrun", next.map_or(Cell::Null, Cell::Moment)),
        ]);
        call.overwrite(table, id, cells)?;
    }
    if let Some(next) = next {
        call.context.organisation.jobs().note(next);
    }
    Ok(())
}

/// Deletes page after page until only what cannot be deleted is left; tells how many went and how many stayed.
fn delete_all(call: &Call<'_>, table: &Table, portion: &Portion) -> Result<(i64, i64), SimError> {
    let mut deleted = 0;
    loop {
        let ids = found(call, table, portion)?;
        let (mut done, mut failed) = (0_i64, 0_i64);
        for id in ids {
            match call.remove(table, id) {
                Ok(()) => done += 1,
                // It went with another one.
                Err(error) if error.status == http::StatusCode::NOT_FOUND => {}
                Err(_) => failed += 1,
            }
        }
        deleted += done;
        if done == 0 {
            return Ok((deleted, failed));
        }
    }
}

/// The row that tells more about a job.
fn operation_of<'a>(call: &Call<'a>, job: Uuid) -> Result<Vec<(&'a Table, Uuid)>, SimError> {
    let table = call.table("bulkdeleteoperation")?;
    let found = call.find(table, &[("asyncoperationid", job)])?;
    Ok(found.into_iter().map(|id| (table, id)).collect())
}
