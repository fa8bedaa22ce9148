//! One lane: the events of a subscription are handed over in their order, one after the other.

use airlock_runtime::Host;
use airlock_runtime::store::{Claim, EventFilter, EventState, Store};
use airlock_work::{Verdict, Worker};
use time::OffsetDateTime;

use crate::consumer::{Attempt, Consumer, Outcome};
use crate::error::TriggerError;
use crate::message;
use crate::plan::{Plan, State};

/// Events that are handed over before others have their turn.
const IN_A_ROW: usize = 50;

/// Hands over events of a claimed lane until none waits, one fails, or others have their turn.
///
/// # Errors
/// The store cannot be used; then what was not settled is handed over again when this host's lease is over.
pub(crate) async fn deliver(
    host: &Host,
    store: &dyn Store,
    worker: &Worker,
    claim: &Claim,
) -> Result<(), TriggerError> {
    let Some(subscription) = store.claimed(claim).await? else {
        return Ok(());
    };
    let mut plan = Plan::read(&subscription.plan)?;
    if plan.state != State::Active || matches!(plan.consumer, Consumer::Nobody) {
        store.finish_lane(claim, None, 0, None).await?;
        return Ok(());
    }
    let filter = EventFilter {
        state: Some(EventState::Pending),
        ..EventFilter::default()
    };
    let (tenant, id) = (&subscription.tenant, &subscription.id);
    let events = store.events(tenant, id, &filter, IN_A_ROW).await?;
    let mut failures = claim.failures;
    for event in &events {
        if !worker.may_begin(claim).await? {
            return Ok(());
        }
        let message = message::of_kept(&plan.trigger, subscription.name.as_str(), event)?;
        let attempt = Attempt {
            host,
            subscription: &subscription,
            identity: &message::identity(id, &event.id),
            seq: event.seq,
            number: failures.saturating_add(1),
            message: &message,
        };
        let settle =
            async |state, note: Option<&str>| store.settle_event(claim, event, state, note).await;
        let held = match plan.consumer.take(&attempt).await {
            Outcome::Delivered => settle(EventState::Delivered, None).await?,
            Outcome::Refused { reason } => settle(EventState::Dead, Some(&reason)).await?,
            Outcome::Gone { reason } => {
                plan.state = State::Stopped {
                    reason: format!("whoever is told wants nothing any more: {reason}"),
                };
                store
                    .finish_lane(claim, None, 0, Some(&plan.write()?))
                    .await?;
                return Ok(());
            }
            Outcome::Failed { reason, asked } => {
                failures = failures.saturating_add(1);
                match plan
                    .retry
                    .attempts()
                    .judge(failures, asked, fastrand::u64(..))
                {
                    Verdict::Enough => {
                        let reason = format!("{reason} (after {failures} attempts)");
                        settle(EventState::Dead, Some(&reason)).await?
                    }
                    Verdict::Again(wait) => {
                        settle(EventState::Pending, Some(&reason)).await?;
                        let due = OffsetDateTime::now_utc() + wait;
                        store.finish_lane(claim, Some(due), failures, None).await?;
                        return Ok(());
                    }
                }
            }
        };
        if !held {
            tracing::info!(subscription = %subscription.name, "another host has the lane meanwhile");
            return Ok(());
        }
        failures = 0;
    }
    let now = OffsetDateTime::now_utc();
    store.finish_lane(claim, Some(now), 0, None).await?;
    Ok(())
}
