//! WinOpportunity, LoseOpportunity: how sales end.
//!
//! Layer: operations. The closing activity is made first; what it says then goes into the opportunity.

use bytes::Bytes;
use uuid::Uuid;

use super::closing::{Closing, close};
use crate::http::SimError;
use crate::operations::declaration::{ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;
use crate::rows::storage::draft::Draft;
use crate::schema::Table;

pub(super) fn operations() -> Vec<Operation> {
    let ending = |name, state| {
        Operation::action(name, move |call| end(call, state))
            .takes("OpportunityClose", row("opportunityclose"))
            .takes("Status", ValueType::Int32)
    };
    vec![ending("WinOpportunity", 1), ending("LoseOpportunity", 2)]
}

fn end(call: &Call<'_>, state: i32) -> Result<Answer, SimError> {
    let body = call.arguments.required("OpportunityClose")?.get();
    let activities = call.table("opportunityclose")?;
    let activity = call.create(activities, Bytes::copy_from_slice(body.as_bytes()))?;
    let draft = call.draft(activities, activity)?;
    let opportunities = call.table("opportunity")?;
    let status = call.arguments.integer("Status");
    let (id, status) = close(
        call,
        &Closing {
            activity: (activities, activity),
            lookup: "opportunityid",
            state,
            status,
            closed: "The opportunity has already been closed.",
        },
        opportunities,
    )?;
    call.overwrite(
        activities,
        activity,
        vec![
            ("opportunitystatecode", Cell::Integer(state.into())),
            ("opportunitystatuscode", Cell::Integer(status.into())),
        ],
    )?;
    note(call, opportunities, id, activities, &draft)?;
    Ok(Answer::Nothing)
}

/// Takes the day and the revenue over.
fn note(
    call: &Call<'_>,
    opportunities: &Table,
    id: Uuid,
    activities: &Table,
    draft: &Draft,
) -> Result<(), SimError> {
    let day = match draft.named(activities, "actualend") {
        Cell::Moment(moment) => moment.date(),
        _ => call.context.now.date(),
    };
    let mut cells = vec![("actualclosedate", Cell::Day(day))];
    let revenue = draft.named(activities, "actualrevenue");
    if *revenue != Cell::Null {
        cells.push(("actualvalue", revenue.clone()));
    }
    call.overwrite(opportunities, id, cells)
}
