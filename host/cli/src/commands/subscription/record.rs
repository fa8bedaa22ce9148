//! A subscription, and an event, as records to print. No secret is in them.

use crate::commands::times::stamp;
use airlock_runtime::store::{EventState, KeptEvent};
use airlock_triggers::{Consumer, OnExpired, Overview, State};
use serde_json::{Value, json};

/// A subscription with all that is known of it.
pub(super) fn of(it: &Overview) -> Value {
    let (plan, progress) = (&it.plan, &it.progress);
    let (state, reason) = match &plan.state {
        State::Active => ("active", None),
        State::Paused => ("paused", None),
        State::Stopped { reason } => ("stopped", Some(reason)),
    };
    json!({
        "name": it.subscription.name,
        "connection": it.subscription.connection_name,
        "trigger": plan.trigger,
        "config": plan.config,
        "state": state,
        "reason": reason,
        "to": to(&plan.consumer),
        "every-ms": plan.schedule.least_ms,
        "at-most-ms": plan.schedule.most_ms,
        "attempts": plan.retry.attempts,
        "on-expired": match plan.on_expired {
            OnExpired::Resynchronise => "resynchronise",
            OnExpired::Stop => "stop",
        },
        "pending": it.counts.pending,
        "dead": it.counts.dead,
        "polled": progress.polled_at.map(stamp),
        "found": progress.found_at.map(stamp),
        "problem": progress.problem,
        "missed": progress.missed,
        "added": stamp(plan.created_at),
    })
}

fn to(consumer: &Consumer) -> String {
    match consumer {
        Consumer::Command { words } => words.join(" "),
        Consumer::Http { url, .. } => url.clone(),
        Consumer::Action {
            connection, action, ..
        } => format!("{connection}/{action}"),
        Consumer::Nobody => "nobody".to_owned(),
    }
}

/// An event, and what has become of it.
pub(super) fn of_event(event: &KeptEvent, message: &str) -> Value {
    let message: Value = serde_json::from_str(message).unwrap_or_default();
    json!({
        "seq": event.seq,
        "type": message.get("type"),
        "id": event.id,
        "state": match event.state {
            EventState::Pending => "pending",
            EventState::Delivered => "delivered",
            EventState::Dead => "dead",
        },
        "found": stamp(event.found_at),
        "note": event.note,
        "message": message,
    })
}
