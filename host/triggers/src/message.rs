//! What a consumer is given: one JSON object for each event. Pure.

use airlock_runtime::PolledEvent;
use airlock_runtime::store::{FoundEvent, KeptEvent, SubscriptionId};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use uuid::Uuid;

use crate::error::TriggerError;

/// An event as it lies in the store.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
struct Body {
    kind: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occurred_at: Option<String>,
    payload: Box<RawValue>,
}

/// What a consumer is given. `type`, `timestamp` and `data` are those of Standard Webhooks.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Message<'a> {
    r#type: String,
    timestamp: String,
    id: &'a str,
    subscription: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    seq: Option<i64>,
    data: &'a RawValue,
}

/// An event as it is kept.
pub(crate) fn found(event: PolledEvent) -> Result<FoundEvent, TriggerError> {
    let unreadable = |error: serde_json::Error| TriggerError::Unreadable(error.to_string());
    let body = Body {
        kind: event.kind,
        occurred_at: event.occurred_at,
        payload: RawValue::from_string(event.payload).map_err(unreadable)?,
    };
    Ok(FoundEvent {
        id: event.id,
        body: serde_json::to_string(&body).map_err(unreadable)?,
    })
}

/// The message that a kept event is. `trigger` and `subscription` name where it comes from.
pub(crate) fn of_kept(
    trigger: &str,
    subscription: &str,
    event: &KeptEvent,
) -> Result<String, TriggerError> {
    let unreadable = |error: serde_json::Error| TriggerError::Unreadable(error.to_string());
    let body: Body = serde_json::from_str(&event.body).map_err(unreadable)?;
    let message = Message {
        r#type: format!("{trigger}.{}", body.kind),
        timestamp: body.occurred_at.unwrap_or_else(|| stamp(event.found_at)),
        id: &event.id,
        subscription,
        seq: Some(event.seq),
        data: &body.payload,
    };
    serde_json::to_string(&message).map_err(unreadable)
}

/// The message of an event that nobody keeps.
///
/// # Errors
/// Its payload is no JSON.
pub fn of_polled(
    trigger: &str,
    connection: &str,
    event: PolledEvent,
    now: OffsetDateTime,
) -> Result<String, TriggerError> {
    let unreadable = |error: serde_json::Error| TriggerError::Unreadable(error.to_string());
    let payload = RawValue::from_string(event.payload).map_err(unreadable)?;
    let message = Message {
        r#type: format!("{trigger}.{}", event.kind),
        timestamp: event.occurred_at.unwrap_or_else(|| stamp(now)),
        id: &event.id,
        subscription: connection,
        seq: None,
        data: &payload,
    };
    serde_json::to_string(&message).map_err(unreadable)
}

/// By what a consumer knows an event again: the same at every attempt, and without the characters of an
/// event's own identity, which stands in the message.
pub(crate) fn identity(subscription: &SubscriptionId, event: &str) -> String {
    let id = Uuid::new_v5(subscription.as_uuid(), event.as_bytes());
    format!("msg_{}", id.simple())
}

fn stamp(time: OffsetDateTime) -> String {
    time.format(&Rfc3339).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use airlock_runtime::store::EventState;
    use time::macros::datetime;

    #[test]
    fn a_message_gives_what_was_found_digit_for_digit() {
        let event = PolledEvent {
            id: "lead/1/7".into(),
            kind: "created".into(),
            occurred_at: None,
            payload: r#"{"row":{"n":1754563833779314822,"d":2500.0}}"#.into(),
        };
        let kept = found(event).unwrap();
        let kept = KeptEvent {
            seq: 5,
            id: kept.id,
            body: kept.body,
            found_at: datetime!(2026-11-21 08:00 UTC),
            state: EventState::Pending,
            note: None,
        };
        assert_eq!(
            of_kept("row-changes", "leads", &kept).unwrap(),
            r#"{"type":"row-changes.created","timestamp":"2026-11-21T08:00:00Z","id":"lead/1/7","subscription":"leads","seq":5,"data":{"row":{"n":1754563833779314822,"d":2500.0}}}"#
        );
    }

    #[test]
    fn an_identity_is_the_same_each_time_and_another_for_another_subscription() {
        let (one, other) = (SubscriptionId::random(), SubscriptionId::random());
        let id = identity(&one, "lead/1/7");
        assert_eq!(id, identity(&one, "lead/1/7"));
        assert_ne!(id, identity(&other, "lead/1/7"));
        assert!(
            id.bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            "{id}"
        );
    }
}
