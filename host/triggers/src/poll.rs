//! One poll of one subscription: what it found is kept with how far it came, or neither is.

use std::time::Duration;

use airlock_runtime::store::{Claim, FoundEvent, Next, Polled, Store, Subscription};
use airlock_runtime::{Category, ConnectorError, Host, HostError, Poll, PolledPage, Start};
use airlock_work::Backoff;
use time::OffsetDateTime;

use crate::error::TriggerError;
use crate::message;
use crate::plan::{OnExpired, Plan, State};
use crate::progress::Progress;
use crate::schedule::Schedule;

/// How long after failures: as long as the schedule allows, but not for ever.
const AFTER_FAILURES: Backoff = Backoff {
    first: Duration::from_secs(5),
    factor: 2,
    most: Duration::from_secs(900),
};

/// Polls for the subscription of a claimed task, one page.
///
/// # Errors
/// The store cannot be used; then nothing has changed, and the task is polled again when this host's lease
/// is over.
pub(crate) async fn poll(
    host: &Host,
    store: &dyn Store,
    claim: &Claim,
) -> Result<usize, TriggerError> {
    let Some(subscription) = store.claimed(claim).await? else {
        return Ok(0);
    };
    let plan = Plan::read(&subscription.plan)?;
    let progress = store
        .progress(&subscription.tenant, &subscription.id)
        .await?;
    let progress = Progress::read(progress.as_ref())?;
    let now = OffsetDateTime::now_utc;
    let polled = match ask(host, &subscription, &plan, &progress).await {
        Ok(page) => found(&plan, &progress, page, now(), fastrand::u64(..))?,
        Err(error) => failed(plan, progress, &error, claim.failures, now())?,
    };
    let new = store.commit_poll(claim, polled).await?;
    if new.is_none() {
        tracing::info!(subscription = %subscription.name, "another host has polled meanwhile");
    }
    Ok(new.unwrap_or_default())
}

/// Asks the trigger for the page that comes next.
pub(crate) async fn ask(
    host: &Host,
    subscription: &Subscription,
    plan: &Plan,
    progress: &Progress,
) -> Result<PolledPage, HostError> {
    let start = match (&progress.cursor, &plan.since) {
        (Some(cursor), _) if progress.expired => Start::Expired(cursor.clone()),
        (Some(cursor), _) => Start::Cursor(cursor.clone()),
        (None, Some(time)) => Start::Since(time.clone()),
        (None, None) => Start::Now,
    };
    host.poll(&Poll {
        tenant: subscription.tenant.clone(),
        connection: subscription.connection_name.clone(),
        trigger: plan.trigger.clone(),
        config: plan.config.clone(),
        start,
        deadline: None,
    })
    .await
}

/// What is kept of a page.
pub(crate) fn found(
    plan: &Plan,
    before: &Progress,
    page: PolledPage,
    now: OffsetDateTime,
    random: u64,
) -> Result<Polled, TriggerError> {
    let PolledPage {
        events,
        cursor,
        more,
        missed,
        ..
    } = page;
    let events: Vec<FoundEvent> = events
        .into_iter()
        .map(message::found)
        .collect::<Result<_, _>>()?;
    let wait = plan.schedule.wait(before.wait_ms, !events.is_empty());
    let due = match more {
        true => now,
        false => Schedule::due(now, wait, random),
    };
    let progress = Progress {
        cursor: Some(cursor),
        expired: false,
        polled_at: Some(now),
        found_at: if events.is_empty() {
            before.found_at
        } else {
            Some(now)
        },
        wait_ms: Some(u64::try_from(wait.as_millis()).unwrap_or(u64::MAX)),
        problem: None,
        missed: missed.or_else(|| before.missed.clone()),
    };
    Ok(Polled {
        progress: progress.write()?,
        plan: None,
        events,
        at: now,
        next: Next {
            due: Some(due),
            failures: 0,
        },
    })
}

/// What is kept of a poll that failed: where it was stays where it is.
fn failed(
    mut plan: Plan,
    mut progress: Progress,
    error: &HostError,
    failures: u32,
    now: OffsetDateTime,
) -> Result<Polled, TriggerError> {
    let failures = failures.saturating_add(1);
    progress.polled_at = Some(now);
    progress.problem = Some(error.to_string());
    let expired = matches!(
        error,
        HostError::Connector(ConnectorError::CursorExpired(_))
    );
    let mut stop = |reason: String| {
        plan.state = State::Stopped { reason };
        None
    };
    let due = if expired && progress.expired {
        stop(format!(
            "the service does not even let everything be read anew: {error}"
        ))
    } else if expired && plan.on_expired == OnExpired::Stop {
        stop(format!(
            "the service does not tell any more what happened: {error}. Resume it from now, or let it resynchronise"
        ))
    } else if expired {
        progress.expired = true;
        Some(now)
    } else if error.category() == Category::Input {
        stop(format!("it cannot be polled as it is: {error}"))
    } else {
        let wait = AFTER_FAILURES.after(failures, fastrand::u64(..));
        Some(now + wait.max(Duration::from_millis(plan.schedule.least_ms).min(AFTER_FAILURES.most)))
    };
    let stopped = plan.state != State::Active;
    Ok(Polled {
        progress: progress.write()?,
        plan: stopped.then(|| plan.write()).transpose()?,
        events: Vec::new(),
        at: now,
        next: Next { due, failures },
    })
}

#[cfg(test)]
mod tests {
    use airlock_runtime::Failure;
    use secrecy::ExposeSecret as _;
    use serde_json::json;
    use time::macros::datetime;

    use super::*;
    use crate::consumer::Consumer;
    use crate::plan::Retry;

    const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

    fn plan(on_expired: OnExpired) -> Plan {
        Plan {
            trigger: "row-changes".into(),
            config: json!({}),
            schedule: Schedule {
                least_ms: 60_000,
                most_ms: 60_000,
            },
            consumer: Consumer::Nobody,
            retry: Retry::default(),
            on_expired,
            state: State::Active,
            since: None,
            created_at: NOW,
        }
    }

    fn at(expired: bool) -> Progress {
        Progress {
            cursor: Some("7".into()),
            expired,
            ..Progress::default()
        }
    }

    fn expired() -> HostError {
        ConnectorError::CursorExpired(Failure::default()).into()
    }

    fn state(polled: &Polled) -> Option<State> {
        let text = polled.plan.as_ref()?.expose_secret();
        Some(serde_json::from_str::<Plan>(text).unwrap().state)
    }

    fn progress(polled: &Polled) -> Progress {
        serde_json::from_str(polled.progress.expose_secret()).unwrap()
    }

    #[test]
    fn a_failure_keeps_the_place_and_waits_longer_each_time() {
        let error = || HostError::from(ConnectorError::Unavailable(Failure::default()));
        let first = failed(plan(OnExpired::Stop), at(false), &error(), 0, NOW).unwrap();
        assert_eq!(progress(&first).cursor.as_deref(), Some("7"));
        assert_eq!((first.next.failures, state(&first)), (1, None));
        assert_eq!(first.next.due, Some(NOW + Duration::from_secs(60)));
        let later = failed(plan(OnExpired::Stop), at(false), &error(), 20, NOW).unwrap();
        assert!(later.next.due.unwrap() >= NOW + Duration::from_secs(720));
        assert!(later.next.due.unwrap() <= NOW + Duration::from_secs(900));
    }

    #[test]
    fn an_expired_cursor_is_resynchronised_once_or_stops() {
        let again = failed(
            plan(OnExpired::Resynchronise),
            at(false),
            &expired(),
            0,
            NOW,
        )
        .unwrap();
        assert_eq!((again.next.due, state(&again)), (Some(NOW), None));
        let kept = progress(&again);
        assert!(kept.expired && kept.cursor.as_deref() == Some("7"));
        for (on_expired, before) in [(OnExpired::Resynchronise, true), (OnExpired::Stop, false)] {
            let stopped = failed(plan(on_expired), at(before), &expired(), 0, NOW).unwrap();
            assert_eq!(stopped.next.due, None);
            assert!(matches!(state(&stopped), Some(State::Stopped { .. })));
        }
    }

    #[test]
    fn what_cannot_be_polled_as_it_is_stops_and_says_why() {
        let error = ConnectorError::InvalidInput(vec![airlock_runtime::FieldError {
            pointer: "/table".into(),
            message: "there is no such table".into(),
        }]);
        let stopped = failed(plan(OnExpired::Stop), at(false), &error.into(), 0, NOW).unwrap();
        let Some(State::Stopped { reason }) = state(&stopped) else {
            panic!("it goes on");
        };
        assert!(reason.contains("no such table"), "{reason}");
    }
}
