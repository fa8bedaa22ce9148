//! How a job begins: a row of `asyncoperation` that is due at once, and the answer that names it.

use super::status;

use uuid::Uuid;

use crate::http::SimError;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

/// Makes a job that begins at once, and tells its id.
pub(super) fn submit(
    call: &Call<'_>,
    kind: i64,
    name: &str,
    message: &str,
    more: Vec<(&str, Cell)>,
) -> Result<Uuid, SimError> {
    let now = call.context.now;
    let mut cells = vec![
        ("name", Cell::Text(name.to_owned())),
        ("statecode", Cell::Integer(0)),
        ("statuscode", Cell::Integer(status::READY)),
        ("operationtype", Cell::Integer(kind)),
        ("messagename", Cell::Text(message.to_owned())),
        ("postponeuntil", Cell::Moment(now)),
        ("requestid", Cell::Guid(Uuid::new_v4())),
    ];
    cells.extend(more);
    let job = call.insert(call.table("asyncoperation")?, cells)?;
    call.context.organisation.jobs().note(now);
    Ok(job)
}

/// The answer of an action that gives its job back.
pub(super) fn submitted(call: &Call<'_>, job: Uuid) -> Result<Answer, SimError> {
    let jobs = call.table("asyncoperation")?;
    let mut row = call.read(jobs, job, "?$select=asyncoperationid")?;
    row.shift_remove("@odata.context");
    Ok(Answer::Row(jobs.entity_set_name.clone(), row))
}
