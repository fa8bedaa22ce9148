//! PublishDuplicateRule: a job after which a rule of duplicate detection is in force.
//!
//! Layer: operations (reference §2.7, §6.2).

use uuid::Uuid;

use crate::http::SimError;
use crate::operations::declaration::{ValueType, row};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call};
use crate::rows::Cell;
use crate::schema::Table;

use super::{submit, submitted};

/// `operationtype` of its jobs.
pub(super) const TYPE: i64 = 7;
/// `statecode` and `statuscode` of rules.
const UNPUBLISHED: (i64, i64) = (0, 0);
const PUBLISHING: (i64, i64) = (0, 1);
const PUBLISHED: (i64, i64) = (1, 2);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("PublishDuplicateRule", publish)
            .on(&["duplicaterule"])
            .gives_one(row("asyncoperation")),
        Operation::action("UnpublishDuplicateRule", unpublish)
            .takes("DuplicateRuleId", ValueType::Guid),
    ]
}

fn publish(call: &Call<'_>) -> Result<Answer, SimError> {
    let (rules, rule) = call.row()?;
    let draft = call.draft(rules, rule)?;
    let is = |status: (i64, i64)| *draft.named(rules, "statuscode") == Cell::Integer(status.1);
    // No source gives codes for these two.
    if is(PUBLISHED) {
        return Err(SimError::invalid_argument(
            "The selected duplicate detection rule is already published.",
        ));
    }
    if is(PUBLISHING) {
        return Err(SimError::invalid_argument(
            "The selected duplicate detection rule is already being published.",
        ));
    }
    let conditions = call.table("duplicaterulecondition")?;
    if call
        .find(conditions, &[("regardingobjectid", rule)])?
        .is_empty()
    {
        return Err(SimError::invalid_argument(
            "A duplicate detection rule must have at least one condition before it can be published.",
        ));
    }
    set(call, rules, rule, PUBLISHING)?;
    let name = draft.text(rules, "name").unwrap_or_default();
    let job = submit(
        call,
        TYPE,
        &format!("Publish duplicate detection rule: {name}"),
        "PublishDuplicateRule",
        vec![("data", Cell::Text(rule.to_string()))],
    )?;
    submitted(call, job)
}

fn unpublish(call: &Call<'_>) -> Result<Answer, SimError> {
    let rules = call.table("duplicaterule")?;
    let rule = call.arguments.required_guid("DuplicateRuleId")?;
    set(call, rules, rule, UNPUBLISHED)?;
    Ok(Answer::Nothing)
}

/// Puts the rule of a job in force. One that was deleted or unpublished meanwhile stays as it is.
pub(super) fn finish(call: &Call<'_>, data: &str) -> Result<(), SimError> {
    let Ok(rule) = Uuid::try_parse(data) else {
        return Ok(());
    };
    let rules = call.table("duplicaterule")?;
    match call.draft(rules, rule) {
        Ok(draft) if *draft.named(rules, "statuscode") == Cell::Integer(PUBLISHING.1) => {
            set(call, rules, rule, PUBLISHED)
        }
        _ => Ok(()),
    }
}

fn set(call: &Call<'_>, rules: &Table, rule: Uuid, to: (i64, i64)) -> Result<(), SimError> {
    call.overwrite(
        rules,
        rule,
        vec![
            ("statecode", Cell::Integer(to.0)),
            ("statuscode", Cell::Integer(to.1)),
        ],
    )
}
