//! CloseIncident: how cases end.
//!
//! Layer: operations.

use bytes::Bytes;

use super::closing::{Closing, close};
use crate::http::SimError;
use crate::operations::declaration::{ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

/// `statecode` of a resolved case.
const RESOLVED: i32 = 1;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("CloseIncident", end)
            .takes("IncidentResolution", row("incidentresolution"))
            .takes("Status", ValueType::Int32),
    ]
}

fn end(call: &Call<'_>) -> Result<Answer, SimError> {
    let body = call.arguments.required("IncidentResolution")?.get();
    let activities = call.table("incidentresolution")?;
    let activity = call.create(activities, Bytes::copy_from_slice(body.as_bytes()))?;
    let (_, status) = close(
        call,
        &Closing {
            activity: (activities, activity),
            lookup: "incidentid",
            state: RESOLVED,
            status: call.arguments.integer("Status"),
            closed: "The case has already been resolved or canceled.",
        },
        call.table("incident")?,
    )?;
    let kind = ("resolutiontypecode", Cell::Integer(status.into()));
    call.overwrite(activities, activity, vec![kind])?;
    Ok(Answer::Nothing)
}
