//! Calls of other systems' operations: the question in the action's words, its answer in theirs.

use serde_json::{Map, Value};

use super::actions::{Invocation, find};
use crate::{
    Connector, Error, Refinement, SessionOf, Transport,
    dialect::{self, Operation, Question},
    input,
};

/// The operation called `name`: `system:operation`, or the operation alone, of which the first system that
/// has it is meant; in any case.
#[must_use]
pub fn find_operation<C: Connector>(name: &str) -> Option<&'static Operation> {
    let all = || C::operations().iter().copied().flatten();
    all()
        .find(|one| one.qualified().eq_ignore_ascii_case(name))
        .or_else(|| all().find(|one| one.name.eq_ignore_ascii_case(name)))
}

/// Runs an operation and answers as its system does.
pub(super) async fn invoke<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    operation: &Operation,
    call: &Invocation,
) -> Result<String, Error> {
    let entry = find::<C, T>(operation.action)?;
    let given = input::form(&call.input)?;
    let question = Question::read(operation, &given)?;
    for (pointer, place) in &question.places {
        C::is_here::<T>(session, place)
            .await
            .map_err(|error| at(error, pointer))?;
    }
    let input = Value::Object(question.input.clone()).to_string();
    let key = call.key(&entry.declaration)?;
    let answer = (entry.run)(session, &input, key)
        .await
        .map_err(|error| question.told(error))?;
    let mut lists = dialect::kinds(operation, &answer)?;
    for (kind, list) in &mut lists {
        *list = C::list_of::<T>(session, kind).await?;
    }
    dialect::answered(operation, &given, &answer, &lists)
}

/// What a form of an operation asks, by what the action's asks of the same form.
pub(super) async fn refine<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    operation: &Operation,
    form: &Map<String, Value>,
) -> Result<Value, Error> {
    let entry = find::<C, T>(operation.action)?;
    let question = Question::of_form(operation, form);
    let refinement = Refinement {
        operation: entry.declaration.name,
        writes: entry.writes,
        form: question.input.clone(),
        schema: (entry.input)(),
    };
    let refined = C::refine::<T>(session, refinement)
        .await
        .map_err(|error| question.told(error))?;
    Ok(dialect::input(operation, &refined))
}

/// An error that blames the whole of a value, at the value's place.
fn at(error: Error, pointer: &str) -> Error {
    match error {
        Error::InvalidInput(mut faults) => {
            for fault in &mut faults {
                pointer.clone_into(&mut fault.pointer);
            }
            Error::InvalidInput(faults)
        }
        other => other,
    }
}
