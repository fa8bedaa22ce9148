//! What a form, or a person, asks before an operation runs.

use serde_json::Value;

use super::{actions::find, operations, triggers::find_trigger};
use crate::{Choice, Connector, Error, Refinement, SessionOf, Transport, input};

/// Proves that the connection works: answers as JSON whom it speaks as.
///
/// # Errors
/// What the service answered instead.
pub async fn check<C: Connector, T: Transport>(session: &SessionOf<C, T>) -> Result<String, Error> {
    C::check::<T>(session).await
}

/// The entries of the drop-down `source`; `form` is the form so far, as JSON.
///
/// # Errors
/// The form is no JSON object, there is no such source, or the form lacks what it needs.
pub async fn choices<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    source: &str,
    form: &str,
) -> Result<Vec<Choice>, Error> {
    C::choices::<T>(session, source, &input::form(form)?).await
}

/// The input schema of the action, operation or trigger called `operation`; `form` is the form so far, as JSON.
///
/// # Errors
/// There is no such operation, the form is no JSON object, or what it names could not be found out.
pub async fn refine<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    operation: &str,
    form: &str,
) -> Result<Value, Error> {
    let form = input::form(form)?;
    let refinement = match find_trigger::<C, T>(operation) {
        Ok(trigger) => Refinement {
            operation: trigger.declaration.name,
            writes: trigger.writes,
            form,
            schema: (trigger.config)(),
        },
        Err(_) => {
            let action = match find::<C, T>(operation) {
                Ok(action) => action,
                Err(unknown) => {
                    return match operations::find_operation::<C>(operation) {
                        Some(operation) => {
                            operations::refine::<C, T>(session, operation, &form).await
                        }
                        None => Err(unknown),
                    };
                }
            };
            Refinement {
                operation: action.declaration.name,
                writes: action.writes,
                form,
                schema: (action.input)(),
            }
        }
    };
    C::refine::<T>(session, refinement).await
}
