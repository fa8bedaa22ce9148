//! Subscriptions to what happens in a service, and the events that were found for them. Store layer.
//!
//! What a subscription watches and whom it tells is the business of the layer above, which writes it
//! down as it likes; here it is a text that lies sealed.

use secrecy::SecretString;
use time::OffsetDateTime;

use crate::ids::{ConnectionId, ConnectionName, SubscriptionId, SubscriptionName, TenantId};
use crate::model::work::Next;

/// For how long an event is known after it was found: for so long another of the same identity is a repeat,
/// and for so long it can be replayed.
pub const REMEMBERED_EVENTS: std::time::Duration = std::time::Duration::from_secs(7 * 24 * 3600);

/// For how long an event is kept that could not be handed over.
pub const REMEMBERED_DEAD_LETTERS: std::time::Duration =
    std::time::Duration::from_secs(30 * 24 * 3600);

/// A subscription.
#[derive(Debug, Clone)]
pub struct Subscription {
    /// Its identity.
    pub id: SubscriptionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// What the tenant calls it.
    pub name: SubscriptionName,
    /// The connection that it watches through, and goes away with.
    pub connection: ConnectionId,
    /// What that is called at the moment; of no account when a subscription is written.
    pub connection_name: ConnectionName,
    /// What it watches and whom it tells, as the layer above wrote it.
    pub plan: SecretString,
}

/// What changes in a subscription's tasks when a person changes it. Whoever has one of them loses it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wake {
    /// When it is polled next; `None` for not at all.
    pub poll: Option<OffsetDateTime>,
    /// When events that wait are handed over; `None` for not at all.
    pub deliver: Option<OffsetDateTime>,
}

/// An event that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundEvent {
    /// Its identity: the same event always has the same.
    pub id: String,
    /// What is handed over, as the layer above wrote it.
    pub body: String,
}

/// What a poll found and how far it came: kept whole or not at all.
#[derive(Debug, Clone)]
pub struct Polled {
    /// How far it has come, as the layer above wrote it.
    pub progress: SecretString,
    /// Another plan, if the poll changed that.
    pub plan: Option<SecretString>,
    /// The events, in their order.
    pub events: Vec<FoundEvent>,
    /// The time of day.
    pub at: OffsetDateTime,
    /// How polling goes on.
    pub next: Next,
}

/// What has become of an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EventState {
    /// It waits to be handed over.
    Pending,
    /// It was handed over.
    Delivered,
    /// It could not be handed over, and is not tried again by itself.
    Dead,
}

impl EventState {
    /// As it stands in a database.
    #[must_use]
    pub fn number(self) -> i64 {
        match self {
            Self::Pending => 0,
            Self::Delivered => 1,
            Self::Dead => 2,
        }
    }

    /// From what stands in a database.
    #[must_use]
    pub fn of(number: i64) -> Option<Self> {
        [Self::Pending, Self::Delivered, Self::Dead]
            .into_iter()
            .find(|state| state.number() == number)
    }
}

/// An event as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptEvent {
    /// Its number within its subscription: events are handed over in this order.
    pub seq: i64,
    /// Its identity.
    pub id: String,
    /// What is handed over.
    pub body: String,
    /// When it was found.
    pub found_at: OffsetDateTime,
    /// What has become of it.
    pub state: EventState,
    /// Why, for people.
    pub note: Option<String>,
}

/// Which events of a subscription are asked for; the default is all of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EventFilter {
    /// Only those of which this has become.
    pub state: Option<EventState>,
    /// Only those that were found at this time or later.
    pub since: Option<OffsetDateTime>,
    /// Only those behind this one.
    pub after: i64,
}

/// How many events of a subscription there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct EventCounts {
    /// Those that wait to be handed over.
    pub pending: u64,
    /// Those that could not be handed over.
    pub dead: u64,
}
