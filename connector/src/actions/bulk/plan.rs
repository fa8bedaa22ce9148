//! All operations of an input turned into the items of batches, before any of them is sent: every fault
//! is told at once, and nothing has happened then.

use airlock_connector::{Error, FieldError, Transport};

use super::{
    operation::{Operation, Verb},
    references::{Made, References},
    result::Subject,
    step::Step,
};
use crate::{
    session::Session,
    webapi::{
        CallOptions,
        batch::{Item, MOST, Part},
    },
};

/// Operations ready to be sent.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Single requests and change sets, in order.
    pub(super) items: Vec<Item>,
    /// What each operation is about, in order.
    pub(super) subjects: Vec<Subject>,
}

/// Which operations belong together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sets {
    /// Neighbours whose change set has the same name.
    Named,
    /// All of them.
    All,
}

/// Plans `operations`.
///
/// # Errors
/// [`Error::InvalidInput`] with every fault of every operation at its JSON Pointer; otherwise what the
/// service answered to a question about its tables.
pub(super) async fn plan<T: Transport>(
    session: &Session<T>,
    operations: &[Operation],
    shared: &CallOptions,
    sets: Sets,
) -> Result<Plan, Error> {
    if operations.is_empty() {
        return Err(Error::invalid(
            "/operations",
            "at least one operation is needed",
        ));
    }
    let (mut references, mut faults) = References::new(operations);
    faults.extend(of_sets(operations, sets));
    let mut plan = Plan::default();
    let mut before: Option<&str> = None;
    for (index, operation) in operations.iter().enumerate() {
        let set = set_of(operation, sets);
        if set != before || set.is_none() {
            references.leave();
        }
        let pointer = format!("/operations/{index}");
        let number = index + 1;
        let own = operation.faults();
        let planned = if own.is_empty() {
            let step = Step {
                session,
                operation,
                references: &references,
                shared,
                number,
                pointer: pointer.clone(),
            };
            step.planned().await
        } else {
            Err(Error::InvalidInput(own))
        };
        let mut made = Made {
            number,
            table: None,
        };
        match planned {
            Ok((part, subject, table)) => {
                made.table = Some(table);
                plan.add(part, subject, set.is_some(), set == before);
            }
            Err(Error::InvalidInput(more)) => faults.extend(more.into_iter().map(|fault| {
                FieldError::new(format!("{pointer}{}", fault.pointer), fault.message)
            })),
            Err(error) => return Err(error),
        }
        if let (Some(name), true) = (operation.content_id.as_deref(), set.is_some()) {
            references.add(name, made);
        }
        before = set;
    }
    if faults.is_empty() {
        Ok(plan)
    } else {
        Err(Error::InvalidInput(faults))
    }
}

impl Plan {
    fn add(&mut self, part: Part, subject: Subject, in_set: bool, goes_on: bool) {
        self.subjects.push(subject);
        match self.items.last_mut() {
            Some(Item::ChangeSet(parts)) if in_set && goes_on => parts.push(part),
            _ if in_set => self.items.push(Item::ChangeSet(vec![part])),
            _ => self.items.push(Item::Single(part)),
        }
    }
}

/// The change set of an operation, by name.
fn set_of(operation: &Operation, sets: Sets) -> Option<&str> {
    match sets {
        Sets::Named => operation.change_set.as_deref(),
        Sets::All => Some(""),
    }
}

/// What is wrong with the change sets.
fn of_sets(operations: &[Operation], sets: Sets) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut over: Vec<&str> = Vec::new();
    let mut current: Option<(&str, usize)> = None;
    for (index, operation) in operations.iter().enumerate() {
        let mut fault = |name: &str, message: String| {
            faults.push(FieldError::new(
                format!("/operations/{index}{name}"),
                message,
            ));
        };
        if sets == Sets::All && operation.change_set.is_some() {
            let message = "all operations are one change set already: leave it out";
            fault("/change-set", message.to_owned());
        }
        let set = set_of(operation, sets);
        if operation.action == Verb::Get && set.is_some() {
            let message = "a change set only changes rows: read them outside of it";
            fault("/action", message.to_owned());
        }
        current = match (set, current) {
            (Some(name), Some((before, count))) if name == before => {
                if count == MOST {
                    fault("", format!("a change set has at most {MOST} operations"));
                }
                Some((name, count + 1))
            }
            (set, before) => {
                over.extend(before.map(|(name, _)| name));
                if let Some(name) = set.filter(|name| over.contains(name)) {
                    let message = format!(
                        "the change set `{name}` has ended before: its operations stand next to each other"
                    );
                    fault("/change-set", message);
                }
                set.map(|name| (name, 1))
            }
        };
    }
    faults
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn pointers(operations: Vec<Value>, sets: Sets) -> Vec<String> {
        let operations: Vec<Operation> = operations
            .into_iter()
            .map(|one| serde_json::from_value(one).unwrap())
            .collect();
        let faults = of_sets(&operations, sets);
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn a_change_set_is_one_run_of_changes_that_fits_into_a_batch() {
        let of = |set: &str| json!({"action": "delete", "change-set": set});
        let alone = json!({"action": "get"});
        let good = vec![of("a"), of("a"), alone.clone(), of("b")];
        assert!(pointers(good, Sets::Named).is_empty());
        let interrupted = vec![of("a"), alone.clone(), of("a"), of("b"), of("a")];
        assert_eq!(
            pointers(interrupted, Sets::Named),
            ["/operations/2/change-set", "/operations/4/change-set"]
        );
        assert_eq!(
            pointers(vec![of("a"), alone], Sets::All),
            ["/operations/0/change-set", "/operations/1/action"]
        );
        let reads = json!({"action": "get", "change-set": "a"});
        assert_eq!(pointers(vec![reads], Sets::Named), ["/operations/0/action"]);
        assert!(pointers(vec![of("a"); MOST], Sets::Named).is_empty());
        assert_eq!(
            pointers(vec![of("a"); MOST + 1], Sets::Named),
            ["/operations/1000"]
        );
    }
}
