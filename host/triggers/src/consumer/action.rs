//! An action of a connection takes an event as its input.
//!
//! The call bears the event's identity as its idempotency key where the action takes one, so that an event
//! that is handed over twice has one effect.

use airlock_expressions::{Document, Facts, Limits};
use airlock_runtime::store::ConnectionName;
use airlock_runtime::{Call, Category, HostError};
use serde_json::{Value, json};

use super::attempt::{Attempt, DEADLINE, Outcome};

pub(super) async fn perform(
    attempt: &Attempt<'_>,
    connection: &ConnectionName,
    action: &str,
    input: &Value,
) -> Outcome {
    let input = match filled(input, attempt.message) {
        Ok(input) => input,
        Err(reason) => return Outcome::Refused { reason },
    };
    let idempotent = match idempotent(attempt, connection, action).await {
        Ok(idempotent) => idempotent,
        Err(error) => return judged(&error),
    };
    let call = Call {
        tenant: attempt.subscription.tenant.clone(),
        connection: connection.clone(),
        action: action.to_owned(),
        input,
        idempotency_key: idempotent.then(|| attempt.identity.to_owned()),
        deadline: Some(DEADLINE),
        progress: None,
    };
    match attempt.host.invoke(&call).await {
        Ok(_) => Outcome::Delivered,
        Err(error) => judged(&error),
    }
}

/// The input with its expressions evaluated.
fn filled(input: &Value, message: &str) -> Result<Value, String> {
    let message: Value = serde_json::from_str(message).map_err(|error| error.to_string())?;
    let document = Document::parse(input).map_err(|faults| {
        let faults = faults
            .iter()
            .map(|fault| format!("{}: {}", fault.place, fault.message));
        faults.collect::<Vec<_>>().join("; ")
    })?;
    let facts = Facts::from_json(&json!({"triggerOutputs": {"body": message}}));
    facts
        .and_then(|facts| document.evaluate(&facts, &Limits::default()))
        .map_err(|fault| format!("the input at {}: {}", fault.place, fault.message))
}

async fn idempotent(
    attempt: &Attempt<'_>,
    connection: &ConnectionName,
    action: &str,
) -> Result<bool, HostError> {
    let tenant = &attempt.subscription.tenant;
    let connection = attempt.host.connection(tenant, connection).await?;
    let about = attempt.host.about(tenant, &connection.connector).await?;
    let action = about.action(action);
    Ok(action.is_some_and(|action| action.traits.idempotent && !action.traits.read_only))
}

/// What a failure means for the next attempt.
fn judged(error: &HostError) -> Outcome {
    let reason = error.to_string();
    match error.category() {
        Category::Input => Outcome::Refused { reason },
        _ => Outcome::failed(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_is_filled_from_the_message() {
        let input =
            json!({"table": "account", "row": {"name": "Lead @{triggerBody()?['data']?['id']}"}});
        let message = r#"{"data":{"id":"7"}}"#;
        assert_eq!(
            filled(&input, message),
            Ok(json!({"table": "account", "row": {"name": "Lead 7"}}))
        );
        let slip = json!({"row": "@triggerBdy()"});
        assert!(
            filled(&slip, message).unwrap_err().contains("triggerB"),
            "names the slip"
        );
    }
}
