//! ExecuteWorkflow: a process is started for a row, as a job.
//!
//! Layer: operations (reference §6.2). What is inside a process is not run, so that its arguments change nothing: the job goes
//! through its states and succeeds.

use uuid::Uuid;

use crate::http::SimError;
use crate::operations::declaration::{ValueType, object, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;

use super::{submit, submitted};

/// `operationtype` of its jobs.
pub(super) const TYPE: i64 = 10;
/// `category` of processes that can be started this way.
const WORKFLOW: i64 = 0;
/// `statecode` of an activated process.
const ACTIVATED: i64 = 1;

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("ExecuteWorkflow", execute)
            .on(&["workflow"])
            .takes("EntityId", ValueType::Guid)
            .may_take("InputArguments", object("InputArgumentCollection"))
            .gives_one(row("asyncoperation")),
    ]
}

fn execute(call: &Call<'_>) -> Result<Answer, SimError> {
    let (workflows, workflow) = call.row()?;
    let id: Uuid = call.arguments.required_guid("EntityId")?;
    let draft = call.draft(workflows, workflow)?;
    // No source gives codes for these two.
    if *draft.named(workflows, "category") != Cell::Integer(WORKFLOW) {
        return Err(SimError::invalid_argument(
            "Only workflows can be executed on demand.",
        ));
    }
    if *draft.named(workflows, "statecode") != Cell::Integer(ACTIVATED) {
        return Err(SimError::invalid_argument(
            "Workflow must be in Published state.",
        ));
    }
    let primary = draft.text(workflows, "primaryentity").unwrap_or_default();
    let table = call.table(primary)?;
    call.draft(table, id)?;
    let name = draft.text(workflows, "name").unwrap_or_default();
    let process = Cell::Lookup {
        table: workflows.logical_name.clone().into(),
        id: workflow,
    };
    let job = submit(
        call,
        TYPE,
        name,
        "ExecuteWorkflow",
        vec![
            ("workflowactivationid", process),
            ("primaryentitytype", Cell::Text(primary.to_owned())),
            ("data", Cell::Text(id.to_string())),
        ],
    )?;
    submitted(call, job)
}
