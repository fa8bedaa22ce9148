//! What a caller asks a trigger, and what a poll found.

use crate::instance::Held;
use airlock_store::{ConnectionName, TenantId};
use serde_json::Value;
use std::time::Duration;

/// One poll of a trigger.
#[derive(Clone, Debug)]
pub struct Poll {
    /// Whose connection.
    pub tenant: TenantId,
    /// The connection to watch through.
    pub connection: ConnectionName,
    /// The trigger, by name or alias.
    pub trigger: String,
    /// What to watch, as the trigger's schema describes it.
    pub config: Value,
    /// Where to start.
    pub start: Start,
    /// How long it may last, if that is shorter than this host allows.
    pub deadline: Option<Duration>,
}

/// Where a poll starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// Now: pages without events, up to the first that has no `more`.
    Now,
    /// What happened since this RFC 3339 time, as far as the service can still tell.
    Since(String),
    /// Where the page with this cursor ended.
    Cursor(String),
    /// The same, though the service takes this cursor no more: everything is read anew, and becomes an event
    /// only where it differs from what the cursor stood for.
    Expired(String),
}

/// What one poll found. Counted as its tenant's memory until it is dropped.
pub struct PolledPage {
    /// The events, in their order.
    pub events: Vec<PolledEvent>,
    /// JSON: where the next poll starts.
    pub cursor: String,
    /// More is waiting: ask again at once.
    pub more: bool,
    /// What may have happened and can never be told, in words for people.
    pub missed: Option<String>,
    pub(crate) _held: Held,
}

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolledEvent {
    /// The same event always has the same id.
    pub id: String,
    /// What happened, in the trigger's own words.
    pub kind: String,
    /// RFC 3339 time at which it happened in the service, where that is known.
    pub occurred_at: Option<String>,
    /// JSON, as the trigger's payload schema describes it.
    pub payload: String,
}
