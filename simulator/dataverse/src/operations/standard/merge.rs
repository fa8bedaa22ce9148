//! Merge: two rows become one, and the other stays as a deactivated witness.
//!
//! Layer: operations. No source gives the codes of its refusals; they are arguments that make no sense.

use bytes::Bytes;
use serde_json::{Value, json};

use super::closing::is_open;
use crate::http::SimError;
use crate::operations::declaration::{ANY, ValueType};
use crate::operations::operation::Operation;
use crate::operations::{Answer, Call, Target};
use crate::rows::Cell;
use crate::schema::CascadeAction;

/// Tables whose rows can be merged, with the state and status of the one that goes.
const MERGEABLE: &[(&str, i64, i64)] = &[
    ("account", 1, 2),
    ("contact", 1, 2),
    ("incident", 2, 2000),
    ("lead", 2, 7),
];

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::action("Merge", merge)
            .takes("Target", ANY)
            .takes("Subordinate", ANY)
            .may_take("UpdateContent", ANY)
            .takes("PerformParentingChecks", ValueType::Boolean),
    ]
}

fn merge(call: &Call<'_>) -> Result<Answer, SimError> {
    let target = call.target("Target")?;
    let subordinate = call.target("Subordinate")?;
    let name = &target.table.logical_name;
    let Some((_, state, status)) = MERGEABLE.iter().find(|(table, ..)| table == name) else {
        return Err(SimError::invalid_argument(format!(
            "The entity '{name}' doesn't support the Merge message."
        )));
    };
    if !subordinate.is(name) {
        return Err(SimError::invalid_argument(
            "Merge is not allowed: the master and the subordinate record are of different types.",
        ));
    }
    if subordinate.id == target.id {
        return Err(SimError::invalid_argument(
            "Merge is not allowed: the master and the subordinate record are the same.",
        ));
    }
    for row in [&target, &subordinate] {
        if !is_open(call, row.table, row.id)? {
            return Err(SimError::invalid_argument(
                "Merge is not allowed: both records must be active.",
            ));
        }
    }
    if call.arguments.boolean("PerformParentingChecks") {
        check_parents(call, &target, &subordinate)?;
    }
    update(call, &target)?;
    move_related(call, &target, &subordinate)?;
    call.overwrite(
        subordinate.table,
        subordinate.id,
        vec![
            ("statecode", Cell::Integer(*state)),
            ("statuscode", Cell::Integer(*status)),
            ("merged", Cell::Bool(true)),
            ("masterid", target.cell()),
        ],
    )?;
    Ok(Answer::Nothing)
}

/// Refuses rows below different parents.
fn check_parents(
    call: &Call<'_>,
    target: &Target<'_>,
    subordinate: &Target<'_>,
) -> Result<(), SimError> {
    let kept = call.draft(target.table, target.id)?;
    let lost = call.draft(target.table, subordinate.id)?;
    for column in ["parentaccountid", "parentcustomerid", "parentcaseid"] {
        if kept.named(target.table, column) != lost.named(target.table, column) {
            return Err(SimError::invalid_argument(
                "Merge is not allowed: the records have different parents.",
            ));
        }
    }
    Ok(())
}

/// Writes `UpdateContent` over the row that stays. Its key is empty by convention.
fn update(call: &Call<'_>, target: &Target<'_>) -> Result<(), SimError> {
    let Some(content) = call.arguments.raw("UpdateContent") else {
        return Ok(());
    };
    let mut content: Value = serde_json::from_str(content.get()).unwrap_or_else(|_| json!({}));
    if let Some(members) = content.as_object_mut() {
        members.remove(&target.table.primary_id);
        members.remove("@odata.type");
        if members.is_empty() {
            return Ok(());
        }
    }
    call.change(target.table, target.id, Bytes::from(content.to_string()))
}

/// Rows that belong to the one that goes now belong to the one that stays, where their relationships say so.
fn move_related(
    call: &Call<'_>,
    target: &Target<'_>,
    subordinate: &Target<'_>,
) -> Result<(), SimError> {
    for relationship in target.table.one_to_many() {
        if relationship.cascade.merge != CascadeAction::Cascade {
            continue;
        }
        let Some(child) = call.context.schema.table(&relationship.referencing) else {
            continue;
        };
        let lookup = relationship.referencing_attribute.as_str();
        for id in call.find(child, &[(lookup, subordinate.id)])? {
            // What stays is not put below itself.
            if id != target.id {
                call.overwrite(child, id, vec![(lookup, target.cell())])?;
            }
        }
    }
    Ok(())
}
