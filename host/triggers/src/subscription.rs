//! A subscription as people add it, look at it and replay it: plain data.

use airlock_runtime::store::{
    ConnectionName, EventCounts, EventState, KeptEvent, Subscription, SubscriptionName, TenantId,
};
use serde_json::Value;
use time::OffsetDateTime;

use crate::consumer::Consumer;
use crate::plan::{OnExpired, Plan, Retry};
use crate::progress::Progress;
use crate::schedule::Schedule;

/// A subscription that is about to be added.
#[derive(Clone, Debug)]
pub struct NewSubscription {
    /// Whose it is.
    pub tenant: TenantId,
    /// What they call it.
    pub name: SubscriptionName,
    /// The connection to watch through.
    pub connection: ConnectionName,
    /// The connector's trigger, by name or alias.
    pub trigger: String,
    /// What to watch.
    pub config: Value,
    /// How often; as the trigger has it, unless said otherwise.
    pub schedule: Option<Schedule>,
    /// Whom to tell.
    pub consumer: Consumer,
    /// How often to try.
    pub retry: Retry,
    /// What happens when the service takes a cursor no more.
    pub on_expired: OnExpired,
    /// Where it begins.
    pub beginning: Beginning,
}

/// Where a subscription begins, or goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Beginning {
    /// Now: what happened before is not told.
    Now,
    /// At a time, RFC 3339.
    Since(String),
    /// Where it was when it was paused.
    WhereItWas,
}

/// A subscription with all that is known of it.
#[derive(Clone, Debug)]
pub struct Overview {
    /// Its names.
    pub subscription: Subscription,
    /// What it is.
    pub plan: Plan,
    /// How far it has come.
    pub progress: Progress,
    /// What waits, and what could not be handed over.
    pub counts: EventCounts,
}

/// Which events to hand over once more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Replay {
    /// Only those of these identities or numbers; all, if none are named.
    pub events: Vec<String>,
    /// Only those found at this time or later.
    pub since: Option<OffsetDateTime>,
    /// Only dead letters.
    pub dead: bool,
}

impl Replay {
    pub(crate) fn wants(&self, event: &KeptEvent) -> bool {
        let named = self.events.is_empty()
            || self
                .events
                .iter()
                .any(|one| *one == event.id || *one == event.seq.to_string());
        named && (!self.dead || event.state == EventState::Dead)
    }
}
