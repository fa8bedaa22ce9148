//! What a poll found, from the contract's types into the host's own.

use super::exports::triggers as wit;
use crate::error::{ConnectorError, HostError};
use crate::instance::Held;
use crate::json;
use crate::poll::{PolledEvent, PolledPage, Start};
use serde::de::IgnoredAny;

/// The longest identity of an event, and the longest word for what happened, in bytes: both are kept with
/// every event.
const LONGEST_NAME: usize = 512;

/// What a poll found, once it is known to be what the contract says.
///
/// # Errors
/// An event without an identity, or what is not JSON.
pub(crate) fn polled(page: wit::Page, held: Held) -> Result<PolledPage, HostError> {
    json::parse::<IgnoredAny>("the cursor of a poll", &page.cursor)?;
    Ok(PolledPage {
        events: page
            .events
            .into_iter()
            .map(event)
            .collect::<Result<_, _>>()?,
        cursor: page.cursor,
        more: page.more,
        missed: page.missed,
        _held: held,
    })
}

fn event(event: wit::Event) -> Result<PolledEvent, HostError> {
    for (what, text) in [("id", &event.id), ("kind", &event.kind)] {
        if text.is_empty() || text.len() > LONGEST_NAME {
            return Err(ConnectorError::Internal(format!(
                "an event's {what} has {} bytes, and 1 to {LONGEST_NAME} are possible",
                text.len()
            ))
            .into());
        }
    }
    json::parse::<IgnoredAny>("the payload of an event", &event.payload)?;
    Ok(PolledEvent {
        id: event.id,
        kind: event.kind,
        occurred_at: event.occurred_at,
        payload: event.payload,
    })
}

/// Where a poll starts.
pub(crate) fn start(start: Start) -> wit::Start {
    match start {
        Start::Now => wit::Start::Now,
        Start::Since(time) => wit::Start::Since(time),
        Start::Cursor(cursor) => wit::Start::Cursor(cursor),
        Start::Expired(cursor) => wit::Start::Expired(cursor),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_without_an_identity_or_with_no_json_is_refused() {
        let good = wit::Event {
            id: "lead/1/7".into(),
            kind: "created".into(),
            occurred_at: None,
            payload: "{}".into(),
        };
        assert_eq!(event(good.clone()).unwrap().id, "lead/1/7");
        let nameless = wit::Event {
            id: String::new(),
            ..good.clone()
        };
        let endless = wit::Event {
            id: "x".repeat(513),
            ..good.clone()
        };
        let broken = wit::Event {
            payload: "{".into(),
            ..good
        };
        for (wrong, part) in [(nameless, "id"), (endless, "513"), (broken, "payload")] {
            let error = event(wrong).unwrap_err().to_string();
            assert!(error.contains(part), "{error}");
        }
    }
}
