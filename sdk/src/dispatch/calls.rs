//! A call by whatever name: an action's own, or an operation's that stands for one.

use super::{
    actions::{Invocation, find},
    operations,
};
use crate::{Connector, Error, SessionOf, Transport};

/// Runs an action, or an operation of another system, and answers its whole output as JSON.
///
/// # Errors
/// The action is unknown, its input is wrong, or it could not be done.
pub async fn invoke<C: Connector, T: Transport>(
    session: &SessionOf<C, T>,
    call: &Invocation,
) -> Result<String, Error> {
    let entry = match find::<C, T>(&call.action) {
        Ok(entry) => entry,
        Err(unknown) => {
            return match operations::find_operation::<C>(&call.action) {
                Some(operation) => operations::invoke::<C, T>(session, operation, call).await,
                None => Err(unknown),
            };
        }
    };
    let key = call.key(&entry.declaration)?;
    (entry.run)(session, &call.input, key).await
}
