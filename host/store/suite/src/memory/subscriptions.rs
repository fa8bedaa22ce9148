//! Subscriptions and events in memory. Test support.

use airlock_store::driver::{EventRow, Keep, PolledRow, SubscriptionRow, SubscriptionRows};
use airlock_store::model::{REMEMBERED_DEAD_LETTERS, REMEMBERED_EVENTS};
use airlock_store::{
    Claim, EventCounts, EventFilter, EventState, Next, StoreError, SubscriptionId,
    SubscriptionName, Task, TaskKind, TenantId, Wake, Work,
};
use async_trait::async_trait;
use time::OffsetDateTime;

use super::{Memory, Result, Rows};

/// A subscription as it lies here.
#[derive(Clone, Debug)]
pub struct Kept {
    pub row: SubscriptionRow,
    pub progress: Option<Vec<u8>>,
    pub last: i64,
    pub events: Vec<EventRow>,
}

impl Kept {
    pub(super) fn sealed(&self) -> impl Iterator<Item = &Vec<u8>> {
        let events = self.events.iter();
        let events = events.flat_map(|event| [Some(&event.details), event.note.as_ref()]);
        [&self.row.plan]
            .into_iter()
            .chain(&self.progress)
            .chain(events.flatten())
    }
}

impl Rows {
    fn subscription(&mut self, tenant: &TenantId, id: &SubscriptionId) -> Option<&mut Kept> {
        let kept = self.subscriptions.get_mut(id);
        kept.filter(|kept| kept.row.tenant == *tenant)
    }

    /// Removes those that `goes` says, with their tasks.
    pub(super) fn drop_subscriptions(&mut self, goes: impl Fn(&SubscriptionRow) -> bool) -> bool {
        let all = self.subscriptions.values().map(|kept| &kept.row);
        let gone: Vec<_> = all.filter(|row| goes(row)).map(|row| row.id).collect();
        for id in &gone {
            self.subscriptions.remove(id);
            self.work.tasks.retain(|(task, _), _| task != id.as_uuid());
        }
        !gone.is_empty()
    }

    fn named(&self, row: &SubscriptionRow) -> SubscriptionRow {
        let connections = self.connections.values();
        let name = connections
            .map(|(row, _)| row)
            .find(|it| it.id == row.connection);
        SubscriptionRow {
            connection_name: name.unwrap().name.clone(),
            ..row.clone()
        }
    }

    fn wake(&mut self, id: &SubscriptionId, at: OffsetDateTime) {
        let lane = self
            .work
            .tasks
            .get_mut(&(*id.as_uuid(), TaskKind::Deliver))
            .unwrap();
        lane.task.due.get_or_insert(at);
    }
}

#[async_trait]
impl SubscriptionRows for Memory {
    async fn add_subscription(
        &self,
        _: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        due: OffsetDateTime,
    ) -> Result<()> {
        {
            let mut rows = self.rows();
            let mut all = rows.subscriptions.values().map(|kept| &kept.row);
            if all.any(|it| it.tenant == row.tenant && it.name == row.name) {
                return Err(StoreError::SubscriptionExists {
                    tenant: row.tenant,
                    name: row.name,
                });
            }
            if !rows.owns(&row.tenant, &row.connection) {
                return Err(StoreError::NoSuchConnection);
            }
            let kept = Kept {
                row: row.clone(),
                progress,
                last: 0,
                events: Vec::new(),
            };
            rows.subscriptions.insert(row.id, kept);
        }
        for (kind, due) in [(TaskKind::Poll, Some(due)), (TaskKind::Deliver, None)] {
            let task = Task {
                id: *row.id.as_uuid(),
                kind,
                tenant: row.tenant.clone(),
                due,
            };
            self.add_task(&task).await?;
        }
        Ok(())
    }

    async fn subscription(
        &self,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<Option<SubscriptionRow>> {
        let all = SubscriptionRows::subscriptions(self, tenant).await?;
        Ok(all.into_iter().find(|row| row.name == *name))
    }

    async fn subscription_by_id(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
    ) -> Result<Option<SubscriptionRow>> {
        let all = SubscriptionRows::subscriptions(self, tenant).await?;
        Ok(all.into_iter().find(|row| row.id == *id))
    }

    async fn subscriptions(&self, tenant: &TenantId) -> Result<Vec<SubscriptionRow>> {
        let rows = self.rows();
        let all = rows.subscriptions.values().map(|kept| &kept.row);
        let theirs = all.filter(|row| row.tenant == *tenant);
        let mut theirs: Vec<_> = theirs.map(|row| rows.named(row)).collect();
        theirs.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(theirs)
    }

    async fn change_subscription(
        &self,
        _: Keep,
        row: SubscriptionRow,
        progress: Option<Vec<u8>>,
        wake: Wake,
    ) -> Result<bool> {
        let mut rows = self.rows();
        let Some(kept) = rows.subscription(&row.tenant, &row.id) else {
            return Ok(false);
        };
        kept.row.plan = row.plan;
        if progress.is_some() {
            kept.progress = progress;
        }
        for (kind, due) in [
            (TaskKind::Poll, wake.poll),
            (TaskKind::Deliver, wake.deliver),
        ] {
            let task = rows.work.tasks.get_mut(&(*row.id.as_uuid(), kind)).unwrap();
            task.owner = None;
            task.epoch += 1;
            task.failures = 0;
            task.task.due = due;
        }
        Ok(true)
    }

    async fn remove_subscription(
        &self,
        _: Keep,
        tenant: &TenantId,
        name: &SubscriptionName,
    ) -> Result<bool> {
        let mut rows = self.rows();
        Ok(rows.drop_subscriptions(|row| row.tenant == *tenant && row.name == *name))
    }

    async fn progress(&self, tenant: &TenantId, id: &SubscriptionId) -> Result<Option<Vec<u8>>> {
        let mut rows = self.rows();
        let kept = rows.subscription(tenant, id);
        Ok(kept.and_then(|kept| kept.progress.clone()))
    }

    async fn commit_poll(
        &self,
        _: Keep,
        claim: &Claim,
        polled: PolledRow,
    ) -> Result<Option<usize>> {
        if !self.give_back(claim, polled.next).await? {
            return Ok(None);
        }
        let mut rows = self.rows();
        let id = claim.id.into();
        let kept = rows.subscription(&claim.tenant, &id).unwrap();
        kept.progress = Some(polled.progress);
        kept.row.plan = polled.plan.unwrap_or(kept.row.plan.clone());
        kept.events.retain(|event| match event.state {
            EventState::Pending => true,
            EventState::Delivered => event.found_at >= polled.at - REMEMBERED_EVENTS,
            EventState::Dead => event.found_at >= polled.at - REMEMBERED_DEAD_LETTERS,
        });
        let before = kept.last;
        for event in polled.events {
            if kept.events.iter().all(|known| known.name != event.name) {
                kept.last += 1;
                kept.events.push(EventRow {
                    seq: kept.last,
                    name: event.name,
                    found_at: polled.at,
                    state: EventState::Pending,
                    details: event.details,
                    note: None,
                });
            }
        }
        let new = kept.last - before;
        if new > 0 {
            rows.wake(&id, polled.at);
        }
        Ok(Some(usize::try_from(new).unwrap()))
    }

    async fn events(
        &self,
        tenant: &TenantId,
        id: &SubscriptionId,
        filter: &EventFilter,
        limit: usize,
    ) -> Result<Vec<EventRow>> {
        let mut rows = self.rows();
        let events = rows
            .subscription(tenant, id)
            .map(|kept| kept.events.clone());
        let suits = |event: &EventRow| {
            event.seq > filter.after
                && filter.state.is_none_or(|state| event.state == state)
                && filter.since.is_none_or(|since| event.found_at >= since)
        };
        let events = events.unwrap_or_default().into_iter();
        Ok(events.filter(suits).take(limit).collect())
    }

    async fn event_counts(&self, tenant: &TenantId, id: &SubscriptionId) -> Result<EventCounts> {
        let mut rows = self.rows();
        let kept = rows.subscription(tenant, id);
        let count = |state| {
            let events = kept.iter().flat_map(|kept| &kept.events);
            events.filter(|event| event.state == state).count() as u64
        };
        Ok(EventCounts {
            pending: count(EventState::Pending),
            dead: count(EventState::Dead),
        })
    }

    async fn settle_event(
        &self,
        _: Keep,
        claim: &Claim,
        seq: i64,
        state: EventState,
        note: Option<Vec<u8>>,
    ) -> Result<bool> {
        let mut rows = self.rows();
        if rows.held(claim).is_none() {
            return Ok(false);
        }
        let kept = rows.subscription(&claim.tenant, &claim.id.into()).unwrap();
        let event = kept.events.iter_mut().find(|event| event.seq == seq);
        Ok(event
            .map(|event| (event.state, event.note) = (state, note))
            .is_some())
    }

    async fn finish_lane(
        &self,
        _: Keep,
        claim: &Claim,
        next: Next,
        plan: Option<Vec<u8>>,
    ) -> Result<bool> {
        let next = {
            let mut rows = self.rows();
            if rows.held(claim).is_none() {
                return Ok(false);
            }
            let kept = rows.subscription(&claim.tenant, &claim.id.into()).unwrap();
            kept.row.plan = plan.unwrap_or(kept.row.plan.clone());
            let mut events = kept.events.iter();
            let wait = events.any(|event| event.state == EventState::Pending);
            Next {
                due: next.due.filter(|_| wait),
                ..next
            }
        };
        self.give_back(claim, next).await
    }

    async fn replay(
        &self,
        _: Keep,
        tenant: &TenantId,
        id: &SubscriptionId,
        numbers: &[i64],
        due: OffsetDateTime,
    ) -> Result<usize> {
        let mut rows = self.rows();
        let Some(kept) = rows.subscription(tenant, id) else {
            return Ok(0);
        };
        let mut replayed = 0;
        for event in kept
            .events
            .iter_mut()
            .filter(|event| numbers.contains(&event.seq))
        {
            event.state = EventState::Pending;
            event.note = None;
            replayed += 1;
        }
        if replayed > 0 {
            rows.wake(id, due);
        }
        Ok(replayed)
    }
}
