//! Subscriptions, and the events that wait to be handed over. Store layer.

use async_trait::async_trait;
use secrecy::SecretString;
use time::OffsetDateTime;

use crate::error::StoreError;
use crate::ids::{SubscriptionId, SubscriptionName, TenantId};
use crate::model::{
    Claim, EventCounts, EventFilter, EventState, KeptEvent, Polled, Subscription, Wake,
};

/// The subscriptions of tenants and their events. A subscription has two tasks ([`Work`](crate::Work)): it is
/// polled, and its events are handed over. Lists are ordered by name, events by their number.
#[async_trait]
pub trait Subscriptions: Send + Sync {
    /// Adds a subscription that is polled from `due` on, and has come so far already.
    ///
    /// # Errors
    /// [`StoreError::SubscriptionExists`] when the tenant uses the name already,
    /// [`StoreError::NoSuchConnection`] when the tenant has no such connection.
    async fn create_subscription(
        &self,
        subscription: &Subscription,
        progress: Option<&SecretString>,
        due: OffsetDateTime,
    ) -> Result<(), StoreError>;

    /// A tenant's subscription by name.
    async fn subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Option<Subscription>, StoreError>;

    /// The subscription that a claimed task is done for; `None` when it was removed meanwhile.
    async fn claimed(&self, claim: &Claim) -> Result<Option<Subscription>, StoreError>;

    /// All subscriptions of a tenant.
    async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<Subscription>, StoreError>;

    /// Gives a subscription another plan, and another progress if there is one, and wakes its tasks, in one step. What was under way for it is
    /// refused when it wants to be kept.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSubscription`] when it was removed meanwhile.
    async fn change_subscription(
        &self,
        subscription: &Subscription,
        progress: Option<&SecretString>,
        wake: Wake,
    ) -> Result<(), StoreError>;

    /// Removes a subscription with its tasks and events; `false` when there was none.
    async fn remove_subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<bool, StoreError>;

    /// How far a subscription has come; `None` before its first poll.
    async fn progress(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<Option<SecretString>, StoreError>;

    /// Keeps what a poll found together with how far it came, and gives its task back: all of it, or
    /// nothing when the task is somebody else's by now (`None`). Events whose identity is known are left
    /// out ([`REMEMBERED_EVENTS`](crate::model::REMEMBERED_EVENTS)); answers how many were new.
    async fn commit_poll(&self, claim: &Claim, polled: Polled)
    -> Result<Option<usize>, StoreError>;

    /// Events of a subscription, the first first, at most `limit`.
    async fn events(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<KeptEvent>, StoreError>;

    /// How many events of a subscription there are.
    async fn event_counts(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<EventCounts, StoreError>;

    /// Keeps what has become of an event while its lane is held; `false`, and nothing changes, when the
    /// lane is somebody else's by now.
    async fn settle_event(
        &self,
        claim: &Claim,
        event: &KeptEvent,
        state: EventState,
        note: Option<&str>,
    ) -> Result<bool, StoreError>;

    /// Gives a lane back: due at `due` if events wait, else when the next comes; with another plan, if
    /// handing over changed that. `false` when the lane is somebody else's by now.
    async fn finish_lane(
        &self,
        claim: &Claim,
        due: Option<OffsetDateTime>,
        failures: u32,
        plan: Option<&SecretString>,
    ) -> Result<bool, StoreError>;

    /// Lets events of these numbers wait again, and answers how many there were.
    async fn replay(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
        numbers: &[i64],
        due: OffsetDateTime,
    ) -> Result<usize, StoreError>;
}
