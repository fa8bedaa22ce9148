//! Subscriptions and their events.
//!
//! Store layer. What is watched, how far that has come and what was found lie sealed; an event is known
//! again by a name that only the master key can compute.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::{Vault, bounds};
use crate::driver::{Driver, EventName, EventRow, FoundRow, Keep, PolledRow, SubscriptionRow};
use crate::error::StoreError;
use crate::ids::{SubscriptionId, SubscriptionName, TenantId};
use crate::model::{
    Claim, EventCounts, EventFilter, EventState, FoundEvent, KeptEvent, Next, Polled, Subscription,
    Wake,
};
use crate::seal::{Place, Purpose};
use crate::store::Subscriptions;

/// What of an event lies sealed.
#[derive(Serialize, Deserialize)]
struct Details {
    id: String,
    body: String,
}

fn in_place<T>(
    purpose: Purpose,
    tenant: &TenantId,
    id: &SubscriptionId,
    of: &[u8],
    work: impl FnOnce(Place<'_>) -> T,
) -> T {
    work(Place {
        purpose,
        tenant,
        row: &[id.as_uuid().as_bytes(), of],
    })
}

impl<D: Driver> Vault<D> {
    fn seal_text(
        &self,
        purpose: Purpose,
        (tenant, id): (&TenantId, &SubscriptionId),
        of: &[u8],
        text: &str,
    ) -> Result<Vec<u8>, StoreError> {
        in_place(purpose, tenant, id, of, |place| {
            self.sealer.seal(place, text.as_bytes())
        })
    }

    fn open_text(
        &self,
        purpose: Purpose,
        (tenant, id): (&TenantId, &SubscriptionId),
        of: &[u8],
        sealed: &[u8],
    ) -> Result<SecretString, StoreError> {
        let plain = in_place(purpose, tenant, id, of, |place| {
            self.sealer.open(place, sealed)
        })?;
        let text =
            std::str::from_utf8(&plain).map_err(|_| self.damaged("a sealed value is no text"))?;
        Ok(SecretString::from(text))
    }

    fn seal_plan(&self, subscription: &Subscription) -> Result<SubscriptionRow, StoreError> {
        let whose = (&subscription.tenant, &subscription.id);
        let plan = subscription.plan.expose_secret();
        Ok(SubscriptionRow {
            id: subscription.id,
            tenant: subscription.tenant.clone(),
            name: subscription.name.clone(),
            connection: subscription.connection,
            connection_name: subscription.connection_name.clone(),
            plan: self.seal_text(Purpose::Subscription, whose, &[], plan)?,
        })
    }

    fn seal_progress(
        &self,
        subscription: &Subscription,
        progress: Option<&SecretString>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let whose = (&subscription.tenant, &subscription.id);
        let seal = |progress: &SecretString| {
            self.seal_text(Purpose::Progress, whose, &[], progress.expose_secret())
        };
        progress.map(seal).transpose()
    }

    fn open_plan(&self, row: SubscriptionRow) -> Result<Subscription, StoreError> {
        let whose = (&row.tenant, &row.id);
        let plan = self.open_text(Purpose::Subscription, whose, &[], &row.plan)?;
        Ok(Subscription {
            id: row.id,
            tenant: row.tenant,
            name: row.name,
            connection: row.connection,
            connection_name: row.connection_name,
            plan,
        })
    }

    /// By what an event is known again.
    fn event_name(
        &self,
        (tenant, id): (&TenantId, &SubscriptionId),
        event: &str,
    ) -> Result<EventName, StoreError> {
        in_place(Purpose::Event, tenant, id, event.as_bytes(), |place| {
            self.sealer.name(place)
        })
    }

    fn seal_found(
        &self,
        whose: (&TenantId, &SubscriptionId),
        event: FoundEvent,
    ) -> Result<FoundRow, StoreError> {
        let name = self.event_name(whose, &event.id)?;
        let details = Details {
            id: event.id,
            body: event.body,
        };
        let details = in_place(Purpose::Event, whose.0, whose.1, &name, |place| {
            self.seal(place, &details)
        })?;
        Ok(FoundRow { name, details })
    }

    fn open_event(
        &self,
        whose: (&TenantId, &SubscriptionId),
        row: EventRow,
    ) -> Result<KeptEvent, StoreError> {
        let details: Details = in_place(Purpose::Event, whose.0, whose.1, &row.name, |place| {
            self.unseal(place, &row.details)
        })?;
        let note = row.note.as_deref().map(|note| {
            let number = row.seq.to_be_bytes();
            self.open_text(Purpose::EventNote, whose, &number, note)
        });
        Ok(KeptEvent {
            seq: row.seq,
            id: details.id,
            body: details.body,
            found_at: row.found_at,
            state: row.state,
            note: note
                .transpose()?
                .map(|note| note.expose_secret().to_owned()),
        })
    }
}

#[async_trait]
impl<D: Driver> Subscriptions for Vault<D> {
    async fn create_subscription(
        &self,
        subscription: &Subscription,
        progress: Option<&SecretString>,
        due: OffsetDateTime,
    ) -> Result<(), StoreError> {
        let row = self.seal_plan(subscription)?;
        let progress = self.seal_progress(subscription, progress)?;
        self.driver
            .add_subscription(Keep::Synced, row, progress, due)
            .await
    }

    async fn subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Option<Subscription>, StoreError> {
        let row = self.driver.subscription(tenant, name).await?;
        row.map(|row| self.open_plan(row)).transpose()
    }

    async fn claimed(&self, claim: &Claim) -> Result<Option<Subscription>, StoreError> {
        let id = claim.id.into();
        let row = self.driver.subscription_by_id(&claim.tenant, &id).await?;
        row.map(|row| self.open_plan(row)).transpose()
    }

    async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<Subscription>, StoreError> {
        let rows = self.driver.subscriptions(tenant).await?;
        rows.into_iter().map(|row| self.open_plan(row)).collect()
    }

    async fn change_subscription(
        &self,
        subscription: &Subscription,
        progress: Option<&SecretString>,
        wake: Wake,
    ) -> Result<(), StoreError> {
        let row = self.seal_plan(subscription)?;
        let progress = self.seal_progress(subscription, progress)?;
        let changed = self
            .driver
            .change_subscription(Keep::Synced, row, progress, wake);
        match changed.await? {
            true => Ok(()),
            false => Err(StoreError::NoSuchSubscription),
        }
    }

    async fn remove_subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<bool, StoreError> {
        self.driver
            .remove_subscription(Keep::Synced, tenant, name)
            .await
    }

    async fn progress(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<Option<SecretString>, StoreError> {
        let sealed = self.driver.progress(tenant, subscription).await?;
        let open = |sealed: Vec<u8>| {
            self.open_text(Purpose::Progress, (tenant, subscription), &[], &sealed)
        };
        sealed.map(open).transpose()
    }

    // Beyond what was found, which must not be lost once it was passed by, nothing has to reach the disk
    // itself: a poll that is forgotten is made once more.
    async fn commit_poll(
        &self,
        claim: &Claim,
        polled: Polled,
    ) -> Result<Option<usize>, StoreError> {
        let id = claim.id.into();
        let whose = (&claim.tenant, &id);
        let keep = match polled.events.is_empty() {
            true => Keep::Written,
            false => Keep::Synced,
        };
        let progress = polled.progress.expose_secret();
        let plan = polled
            .plan
            .map(|plan| self.seal_text(Purpose::Subscription, whose, &[], plan.expose_secret()));
        let row = PolledRow {
            progress: self.seal_text(Purpose::Progress, whose, &[], progress)?,
            plan: plan.transpose()?,
            events: polled
                .events
                .into_iter()
                .map(|event| self.seal_found(whose, event))
                .collect::<Result<_, _>>()?,
            at: polled.at,
            next: polled.next,
        };
        self.driver.commit_poll(keep, claim, row).await
    }

    async fn events(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<KeptEvent>, StoreError> {
        let rows = self.driver.events(tenant, subscription, filter, limit);
        let rows = rows.await?.into_iter();
        rows.map(|row| self.open_event((tenant, subscription), row))
            .collect()
    }

    async fn event_counts(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
    ) -> Result<EventCounts, StoreError> {
        self.driver.event_counts(tenant, subscription).await
    }

    async fn settle_event(
        &self,
        claim: &Claim,
        event: &KeptEvent,
        state: EventState,
        note: Option<&str>,
    ) -> Result<bool, StoreError> {
        let id = claim.id.into();
        let number = event.seq.to_be_bytes();
        let note = note.map(|note| {
            let note = bounds::said(note);
            self.seal_text(Purpose::EventNote, (&claim.tenant, &id), &number, &note)
        });
        let note = note.transpose()?;
        self.driver
            .settle_event(Keep::Written, claim, event.seq, state, note)
            .await
    }

    async fn finish_lane(
        &self,
        claim: &Claim,
        due: Option<OffsetDateTime>,
        failures: u32,
        plan: Option<&SecretString>,
    ) -> Result<bool, StoreError> {
        let id = claim.id.into();
        let whose = (&claim.tenant, &id);
        let plan = plan
            .map(|plan| self.seal_text(Purpose::Subscription, whose, &[], plan.expose_secret()));
        let next = Next { due, failures };
        self.driver
            .finish_lane(Keep::Written, claim, next, plan.transpose()?)
            .await
    }

    async fn replay(
        &self,
        tenant: &TenantId,
        subscription: &SubscriptionId,
        numbers: &[i64],
        due: OffsetDateTime,
    ) -> Result<usize, StoreError> {
        self.driver
            .replay(Keep::Synced, tenant, subscription, numbers, due)
            .await
    }
}
