//! Subscriptions as people see them: adding, listing, pausing, replaying.

use std::sync::Arc;

use airlock_expressions::Document;
use airlock_runtime::store::{
    EventCounts, EventFilter, KeptEvent, Subscription, SubscriptionId, SubscriptionName, TenantId,
    Wake,
};
use airlock_runtime::{Host, HostError, Poll, PolledPage, Start};
use time::OffsetDateTime;

use crate::consumer::{Consumer, lane_of};
use crate::error::TriggerError;
use crate::message;
use crate::plan::{Plan, State};
use crate::progress::Progress;
use crate::schedule::Schedule;
use crate::sign::{Secret, SigningSecret};
use crate::subscription::{Beginning, NewSubscription, Overview, Replay};

/// Events that are looked at at once.
const AT_ONCE: usize = 500;
/// Pages that are read to find out where now is; whoever does the work reads the others.
const MOST_PAGES: usize = 1_000;
/// How often a trigger is polled that says nothing about it, in milliseconds.
const USUAL_MS: u64 = 180_000;

/// The subscriptions of a host.
#[derive(Clone)]
pub struct Triggers {
    host: Arc<Host>,
}

impl Consumer {
    /// An address, with the secret that messages are signed with; a new one unless it is given.
    ///
    /// # Errors
    /// The secret is none.
    pub fn http(url: String, secret: Option<String>) -> Result<(Self, String), TriggerError> {
        let secret = match secret {
            Some(secret) => secret.trim().to_owned(),
            None => {
                Secret::random().map_err(|error| TriggerError::Randomness(error.to_string()))?
            }
        };
        Secret::parse(&secret)?;
        let consumer = Self::Http {
            url,
            secret: SigningSecret(secret.clone()),
        };
        Ok((consumer, secret))
    }
}

impl Triggers {
    /// The subscriptions in the store of `host`.
    pub fn of(host: Arc<Host>) -> Self {
        Self { host }
    }

    /// The host below.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// Adds a subscription, once its trigger could be polled with its configuration. Begins it at the moment of
    /// this call, whoever works for it later.
    ///
    /// # Errors
    /// What the trigger, its service or the consumer have against it;
    /// [`StoreError::SubscriptionExists`](airlock_runtime::store::StoreError::SubscriptionExists).
    pub async fn add(&self, new: NewSubscription) -> Result<Overview, TriggerError> {
        let connection = self.host.connection(&new.tenant, &new.connection).await?;
        let about = self.host.about(&new.tenant, &connection.connector).await?;
        let trigger = about.trigger(&new.trigger);
        let usual = trigger.and_then(|trigger| trigger.default_interval_ms);
        let usual = usual.unwrap_or(USUAL_MS);
        let schedule = new.schedule.unwrap_or(Schedule {
            least_ms: usual,
            most_ms: usual,
        });
        if schedule.least_ms > schedule.most_ms {
            return Err(TriggerError::Interval {
                least_s: schedule.least_ms / 1_000,
                most_s: schedule.most_ms / 1_000,
            });
        }
        let now = OffsetDateTime::now_utc();
        let plan = Plan {
            trigger: trigger.map_or(new.trigger, |trigger| trigger.name.clone()),
            config: new.config,
            schedule,
            consumer: new.consumer,
            retry: new.retry,
            on_expired: new.on_expired,
            state: State::Active,
            since: match &new.beginning {
                Beginning::Since(time) => Some(time.clone()),
                Beginning::Now | Beginning::WhereItWas => None,
            },
            created_at: now,
        };
        let subscription = Subscription {
            id: SubscriptionId::random(),
            tenant: new.tenant,
            name: new.name,
            connection: connection.id,
            connection_name: connection.name,
            plan: plan.write()?,
        };
        self.check(&subscription, &plan).await?;
        let begun = self.now(&subscription, &plan).await?;
        let progress = match new.beginning {
            Beginning::Since(_) => Progress::default(),
            Beginning::Now | Beginning::WhereItWas => Progress {
                cursor: Some(begun.cursor),
                polled_at: Some(now),
                ..Progress::default()
            },
        };
        let due = match begun.more || plan.since.is_some() {
            true => now,
            false => Schedule::due(now, plan.schedule.wait(None, true), fastrand::u64(..)),
        };
        self.host
            .store()
            .create_subscription(&subscription, Some(&progress.write()?), due)
            .await?;
        Ok(Overview {
            subscription,
            plan,
            progress,
            counts: EventCounts::default(),
        })
    }

    /// What can be known of a consumer before it is told anything.
    async fn check(&self, subscription: &Subscription, plan: &Plan) -> Result<(), TriggerError> {
        match &plan.consumer {
            Consumer::Http { url, .. } => lane_of(&self.host, subscription, url).map(drop),
            Consumer::Action {
                connection,
                action,
                input,
            } => {
                let tenant = &subscription.tenant;
                let connection = self.host.connection(tenant, connection).await?;
                let about = self.host.about(tenant, &connection.connector).await?;
                if about.action(action).is_none() {
                    return Err(TriggerError::NoSuchAction {
                        action: action.clone(),
                        connection: connection.name,
                    });
                }
                Document::parse(input).map(drop).map_err(|faults| {
                    let faults = faults
                        .iter()
                        .map(|one| format!("{}: {}", one.place, one.message));
                    TriggerError::Input(faults.collect::<Vec<_>>().join("; "))
                })
            }
            Consumer::Command { .. } | Consumer::Nobody => Ok(()),
        }
    }

    /// Where now is: some triggers have to read a whole table to say so.
    async fn now(&self, of: &Subscription, plan: &Plan) -> Result<PolledPage, HostError> {
        let mut poll = Poll {
            tenant: of.tenant.clone(),
            connection: of.connection_name.clone(),
            trigger: plan.trigger.clone(),
            config: plan.config.clone(),
            start: Start::Now,
            deadline: None,
        };
        let mut page = self.host.poll(&poll).await?;
        for _ in 1..MOST_PAGES {
            if !page.more {
                break;
            }
            poll.start = Start::Cursor(page.cursor);
            page = self.host.poll(&poll).await?;
        }
        Ok(page)
    }

    /// All subscriptions of a tenant, by name.
    ///
    /// # Errors
    /// The store cannot be used.
    pub async fn list(&self, tenant: &TenantId) -> Result<Vec<Overview>, TriggerError> {
        let mut all = Vec::new();
        for subscription in self.host.store().subscriptions(tenant).await? {
            all.push(self.overview(subscription).await?);
        }
        Ok(all)
    }

    /// A subscription by name.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`].
    pub async fn show(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Overview, TriggerError> {
        let store = self.host.store();
        match store.subscription(tenant, name).await? {
            Some(subscription) => self.overview(subscription).await,
            None => {
                let all = store.subscriptions(tenant).await?;
                Err(TriggerError::NoSuchSubscription {
                    name: name.clone(),
                    known: all.into_iter().map(|one| one.name).collect(),
                })
            }
        }
    }

    async fn overview(&self, subscription: Subscription) -> Result<Overview, TriggerError> {
        let store = self.host.store();
        let (tenant, id) = (&subscription.tenant, &subscription.id);
        let progress = store.progress(tenant, id).await?;
        Ok(Overview {
            plan: Plan::read(&subscription.plan)?,
            progress: Progress::read(progress.as_ref())?,
            counts: store.event_counts(tenant, id).await?,
            subscription,
        })
    }

    /// Pauses a subscription: it is neither polled nor told anything. What waits stays.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`].
    pub async fn pause(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Overview, TriggerError> {
        let mut it = self.show(tenant, name).await?;
        it.plan.state = State::Paused;
        let asleep = Wake {
            poll: None,
            deliver: None,
        };
        self.change(&mut it, None, asleep).await?;
        Ok(it)
    }

    /// Lets a subscription work again, from now or from where it was.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`]; what the service says, where it is asked what now is.
    pub async fn resume(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
        from: Beginning,
    ) -> Result<Overview, TriggerError> {
        let mut it = self.show(tenant, name).await?;
        it.plan.state = State::Active;
        it.plan.since = None;
        let progress = match from {
            Beginning::Now => Some(Progress {
                cursor: Some(self.now(&it.subscription, &it.plan).await?.cursor),
                ..Progress::default()
            }),
            Beginning::Since(time) => {
                it.plan.since = Some(time);
                Some(Progress::default())
            }
            Beginning::WhereItWas => None,
        };
        let now = OffsetDateTime::now_utc();
        let awake = Wake {
            poll: Some(now),
            deliver: Some(now),
        };
        self.change(&mut it, progress, awake).await?;
        Ok(it)
    }

    async fn change(
        &self,
        it: &mut Overview,
        progress: Option<Progress>,
        wake: Wake,
    ) -> Result<(), TriggerError> {
        it.subscription.plan = it.plan.write()?;
        let written = progress.as_ref().map(Progress::write).transpose()?;
        self.host
            .store()
            .change_subscription(&it.subscription, written.as_ref(), wake)
            .await?;
        if let Some(progress) = progress {
            it.progress = progress;
        }
        Ok(())
    }

    /// Removes a subscription with everything that was found for it.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`].
    pub async fn remove(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<(), TriggerError> {
        self.show(tenant, name).await?;
        self.host.store().remove_subscription(tenant, name).await?;
        Ok(())
    }

    /// Hands events over once more, in their order, and answers how many.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`].
    pub async fn replay(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
        which: &Replay,
    ) -> Result<usize, TriggerError> {
        let it = self.show(tenant, name).await?;
        let mut numbers = Vec::new();
        let mut filter = EventFilter {
            since: which.since,
            ..EventFilter::default()
        };
        let (store, id) = (self.host.store(), &it.subscription.id);
        loop {
            let events = store.events(tenant, id, &filter, AT_ONCE).await?;
            let Some(last) = events.last() else {
                break;
            };
            filter.after = last.seq;
            numbers.extend(
                events
                    .iter()
                    .filter(|event| which.wants(event))
                    .map(|event| event.seq),
            );
        }
        let now = OffsetDateTime::now_utc();
        Ok(store.replay(tenant, id, &numbers, now).await?)
    }

    /// What was found for a subscription, as its consumer is told it, the first first.
    ///
    /// # Errors
    /// [`TriggerError::NoSuchSubscription`].
    pub async fn events(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<(KeptEvent, String)>, TriggerError> {
        let it = self.show(tenant, name).await?;
        let store = self.host.store();
        let events = store
            .events(tenant, &it.subscription.id, filter, limit)
            .await?;
        events
            .into_iter()
            .map(|event| {
                let message = message::of_kept(&it.plan.trigger, name.as_str(), &event)?;
                Ok((event, message))
            })
            .collect()
    }
}

impl std::fmt::Debug for Triggers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Triggers").finish_non_exhaustive()
    }
}
