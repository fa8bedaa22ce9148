//! Rows of subscriptions and of their events. Store layer.

use async_trait::async_trait;
use time::OffsetDateTime;

use super::Keep;
use crate::error::StoreError;
use crate::ids::{ConnectionId, ConnectionName, SubscriptionId, SubscriptionName, TenantId};
use crate::model::{Claim, EventCounts, EventFilter, EventState, Next, Wake};

/// By what an event's row is found; it stands for subscription and event, and tells nobody without the
/// master key what they are.
pub type EventName = [u8; 32];

/// A subscription as it lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubscriptionRow {
    /// Its identity, and that of its tasks.
    pub id: SubscriptionId,
    /// Whose it is.
    pub tenant: TenantId,
    /// Its name, given once for each tenant.
    pub name: SubscriptionName,
    /// The connection that it goes away with.
    pub connection: ConnectionId,
    /// What the connection is called; found, not kept.
    pub connection_name: ConnectionName,
    /// Its plan, sealed.
    pub plan: Vec<u8>,
}

/// An event that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundRow {
    /// By what it is known.
    pub name: EventName,
    /// What is known of it, sealed.
    pub details: Vec<u8>,
}

/// An event as it lies in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Its number within its subscription.
    pub seq: i64,
    /// By what it is known.
    pub name: EventName,
    /// When it was found; milliseconds are enough.
    pub found_at: OffsetDateTime,
    /// What has become of it.
    pub state: EventState,
    /// What is known of it, sealed.
    pub details: Vec<u8>,
    /// Why it has become that, sealed.
    pub note: Option<Vec<u8>>,
}

/// What a poll found, sealed.
#[derive(Debug, Clone)]
pub struct PolledRow {
    /// How far it came.
    pub progress: Vec<u8>,
    /// Another plan.
    pub plan: Option<Vec<u8>>,
    /// The events, in their order.
    pub events: Vec<FoundRow>,
    /// The time of day.
    pub at: OffsetDateTime,
    /// How polling goes on.
    pub next: Next,
}

/// The rows of subscriptions and events. Where a claim is given, all of a method happens, or nothing of it when
/// the claim is not its holder's any more.
#[async_trait]
pub trait SubscriptionRows: Send + Sync {
    /// Adds a row, its task of polling, due at `due`, and its task of handing over.
    ///
    /// # Errors
    /// [`StoreError::SubscriptionExists`] when the tenant uses the name already,
    /// [`StoreError::NoSuchConnection`] when the tenant has no such connection.
    async fn add_subscription(
        &self,
        keep: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        due: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// A tenant's row by name.
    async fn subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Option<SubscriptionRow>, StoreError>;

    /// A tenant's row by identity.
    async fn subscription_by_id(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<Option<SubscriptionRow>, StoreError>;

    /// A tenant's rows by name.
    async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<SubscriptionRow>, StoreError>;

    /// Gives a tenant's row of this identity another plan, and another progress if there is one, takes its tasks from whoever has them, and sets
    /// when they are due; `false` when there is none.
    async fn change_subscription(
        &self,
        keep: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        wake: Wake,
    ) -> Result<bool, StoreError>;

    /// Removes a row with its tasks and events; `false` when there was none.
    async fn remove_subscription(
        &self,
        keep: Keep,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<bool, StoreError>;

    /// How far a tenant's subscription has come, sealed.
    async fn progress(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<Option<Vec<u8>>, StoreError>;

    /// As [`Subscriptions::commit_poll`](crate::Subscriptions::commit_poll). A lane that waits for nothing
    /// is due at once when there is an event; one that waits after a failure goes on waiting.
    async fn commit_poll(
        &self,
        keep: Keep,
        claim: &Claim,
        polled: PolledRow,
    ) -> Result<Option<usize>, StoreError>;

    /// A tenant's events of a subscription by number.
    async fn events(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<EventRow>, StoreError>;

    /// How many events of a tenant's subscription there are.
    async fn event_counts(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<EventCounts, StoreError>;

    /// Keeps what has become of an event; the lane stays with its holder.
    async fn settle_event(
        &self,
        keep: Keep,
        claim: &Claim,
        seq: i64,
        state: EventState,
        note: Option<Vec<u8>>,
    ) -> Result<bool, StoreError>;

    /// As [`Subscriptions::finish_lane`](crate::Subscriptions::finish_lane).
    async fn finish_lane(
        &self,
        keep: Keep,
        claim: &Claim,
        next: Next,
        plan: Option<Vec<u8>>,
    ) -> Result<bool, StoreError>;

    /// As [`Subscriptions::replay`](crate::Subscriptions::replay).
    async fn replay(
        &self,
        keep: Keep,
        tenant: &TenantId,
        id: &SubscriptionId,
        numbers: &[i64],
        due: OffsetDateTime,
    ) -> Result<usize, StoreError>;
}
