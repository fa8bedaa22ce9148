//! Subscriptions: what a poll found is kept with how far it came, and handed over in order.

use std::time::Duration;

use airlock_store::{
    Claim, Connection, EventCounts, EventFilter, EventState, FoundEvent, KeptEvent, Next, Polled,
    Store, StoreError, Subscription, SubscriptionId, TaskKind, Wake, Wanted, WorkerId,
};
use secrecy::{ExposeSecret, SecretString};
use time::OffsetDateTime;
use time::macros::datetime;

use crate::Home;
use crate::fixtures::{add, tenant};

const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const LATER: OffsetDateTime = datetime!(2026-11-21 08:05 UTC);
const HOUR: Duration = Duration::from_secs(3600);

fn subscription(connection: &Connection, name: &str) -> Subscription {
    Subscription {
        id: SubscriptionId::random(),
        tenant: connection.tenant.clone(),
        name: name.parse().unwrap(),
        connection: connection.id,
        connection_name: connection.name.clone(),
        plan: SecretString::from("a plan"),
    }
}

/// A store with a subscription in it, and a host that works for it.
async fn subscribed(store: &dyn Store) -> (Subscription, WorkerId) {
    let contoso = add(store, &tenant("a"), "contoso", "x").await;
    let subscription = subscription(&contoso, "leads");
    store
        .create_subscription(&subscription, None, NOW)
        .await
        .unwrap();
    let worker = WorkerId::random();
    let until = store.lease_time().await.unwrap().after(HOUR);
    store.enlist(worker, until).await.unwrap();
    (subscription, worker)
}

async fn claim(store: &dyn Store, worker: WorkerId, kind: TaskKind) -> Option<Claim> {
    let wanted = Wanted {
        kind,
        now: LATER,
        room: 1,
        busy: Vec::new(),
    };
    store.claim(worker, &wanted).await.unwrap().pop()
}

fn polled(progress: &str, events: &[&str], at: OffsetDateTime) -> Polled {
    let event = |id: &&str| FoundEvent {
        id: (*id).to_owned(),
        body: format!("about {id}"),
    };
    Polled {
        progress: SecretString::from(progress),
        plan: None,
        events: events.iter().map(event).collect(),
        at,
        next: Next {
            due: Some(at),
            failures: 0,
        },
    }
}

/// Polls once, at this time.
async fn poll_at(
    store: &dyn Store,
    worker: WorkerId,
    events: &[&str],
    at: OffsetDateTime,
) -> usize {
    let claim = claim(store, worker, TaskKind::Poll).await.unwrap();
    let mut found = polled("p", events, at);
    found.next.due = Some(NOW);
    store.commit_poll(&claim, found).await.unwrap().unwrap()
}

async fn poll(store: &dyn Store, worker: WorkerId, events: &[&str]) -> usize {
    poll_at(store, worker, events, NOW).await
}

async fn events(store: &dyn Store, of: &Subscription, state: Option<EventState>) -> Vec<KeptEvent> {
    let filter = EventFilter {
        state,
        ..EventFilter::default()
    };
    store
        .events(&of.tenant, &of.id, &filter, 100)
        .await
        .unwrap()
}

fn ids(events: &[KeptEvent]) -> Vec<&str> {
    events.iter().map(|event| event.id.as_str()).collect()
}

async fn pending(store: &dyn Store, of: &Subscription) -> Vec<KeptEvent> {
    events(store, of, Some(EventState::Pending)).await
}

pub async fn a_subscription_is_found_by_its_name_and_goes_with_its_connection(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    let a = tenant("a");
    let again = store.create_subscription(&leads, None, NOW).await;
    assert!(matches!(again, Err(StoreError::SubscriptionExists { .. })));
    let mut elsewhere = subscription(&add(&*store, &tenant("b"), "other", "x").await, "leads");
    elsewhere.tenant = a.clone();
    elsewhere.name = "stray".parse().unwrap();
    let stray = store.create_subscription(&elsewhere, None, NOW).await;
    assert_eq!(stray, Err(StoreError::NoSuchConnection));

    let found = store.subscription(&a, &leads.name).await.unwrap().unwrap();
    assert_eq!((found.id, found.connection), (leads.id, leads.connection));
    assert_eq!(found.connection_name.as_str(), "contoso");
    assert_eq!(found.plan.expose_secret(), "a plan");
    assert_eq!(store.subscriptions(&a).await.unwrap().len(), 1);
    assert!(store.subscriptions(&tenant("b")).await.unwrap().is_empty());
    let claim = claim(&*store, worker, TaskKind::Poll).await.unwrap();
    assert_eq!(store.claimed(&claim).await.unwrap().unwrap().id, leads.id);

    let removed = store.remove_connection(&a, &found.connection_name).await;

    assert_eq!(removed, Ok(true));
    assert!(store.subscription(&a, &leads.name).await.unwrap().is_none());
    assert!(store.claimed(&claim).await.unwrap().is_none());
    let late = store.commit_poll(&claim, polled("p", &["x"], NOW)).await;
    assert_eq!(late, Ok(None));
    assert_eq!(store.next_due(TaskKind::Poll).await, Ok(None));
}

pub async fn a_removed_subscription_leaves_no_task_and_no_event(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    poll(&*store, worker, &["1"]).await;
    let other = store.remove_subscription(&tenant("b"), &leads.name).await;
    assert_eq!(other, Ok(false));

    let removed = store.remove_subscription(&leads.tenant, &leads.name).await;

    assert_eq!(removed, Ok(true));
    assert!(pending(&*store, &leads).await.is_empty());
    for kind in [TaskKind::Poll, TaskKind::Deliver] {
        assert_eq!(store.next_due(kind).await, Ok(None));
    }
}

pub async fn what_a_poll_found_is_kept_with_how_far_it_came_or_not_at_all(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    let progress = async || store.progress(&leads.tenant, &leads.id).await.unwrap();
    assert!(progress().await.is_none());
    let before = claim(&*store, worker, TaskKind::Poll).await.unwrap();
    // A host that is gone, and its heir.
    store.leave(worker).await.unwrap();
    let until = store.lease_time().await.unwrap().after(HOUR);
    let heir = WorkerId::random();
    store.enlist(heir, until).await.unwrap();
    let claim = claim(&*store, heir, TaskKind::Poll).await.unwrap();

    let late = store
        .commit_poll(&before, polled("late", &["x"], NOW))
        .await;
    let found = store.commit_poll(&claim, polled("here", &["1", "2"], NOW));

    assert_eq!(late, Ok(None));
    assert_eq!(found.await, Ok(Some(2)));
    assert_eq!(progress().await.unwrap().expose_secret(), "here");
    let waiting = pending(&*store, &leads).await;
    assert_eq!(ids(&waiting), ["1", "2"]);
    assert_eq!((waiting[1].seq, waiting[1].body.as_str()), (2, "about 2"));
    assert_eq!((waiting[1].found_at, &waiting[1].note), (NOW, &None));
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(NOW)));
}

pub async fn an_event_is_known_again_for_as_long_as_it_is_remembered(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    assert_eq!(poll(&*store, worker, &["1", "2", "1"]).await, 2);
    assert_eq!(poll(&*store, worker, &["2", "3"]).await, 1);
    let waiting = pending(&*store, &leads).await;
    let lane = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    for event in &waiting[..2] {
        let settled = store.settle_event(&lane, event, EventState::Delivered, None);
        assert_eq!(settled.await, Ok(true));
    }
    assert_eq!(poll(&*store, worker, &["1", "2", "3"]).await, 0);

    let much_later = NOW + Duration::from_secs(8 * 24 * 3600);

    assert_eq!(poll_at(&*store, worker, &["1", "3"], much_later).await, 1);
    let all = events(&*store, &leads, None).await;
    assert_eq!(ids(&all), ["3", "1"], "what waits is not forgotten");
    assert_eq!(all[1].seq, 4, "no number is given twice");
}

pub async fn events_are_handed_over_in_their_order_by_whoever_has_the_lane(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    assert_eq!(claim(&*store, worker, TaskKind::Deliver).await, None);
    poll(&*store, worker, &["1", "2"]).await;
    let lane = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    let waiting = pending(&*store, &leads).await;
    let done = store.settle_event(&lane, &waiting[0], EventState::Delivered, None);
    assert_eq!(done.await, Ok(true));
    assert_eq!(ids(&pending(&*store, &leads).await), ["2"]);

    // The first attempt at the second fails: it is tried again later, however much comes meanwhile.
    assert_eq!(
        store.finish_lane(&lane, Some(LATER), 1, None).await,
        Ok(true)
    );
    poll(&*store, worker, &["3"]).await;
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(LATER)));
    let again = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    assert_eq!(again.failures, 1);
    let late = store.settle_event(&lane, &waiting[1], EventState::Delivered, None);
    assert_eq!(late.await, Ok(false), "the lane was given back");
    for event in pending(&*store, &leads).await {
        let done = store.settle_event(&again, &event, EventState::Delivered, None);
        assert_eq!(done.await, Ok(true));
    }

    // Nothing waits, so nothing is due until something comes.
    assert_eq!(
        store.finish_lane(&again, Some(NOW), 0, None).await,
        Ok(true)
    );
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(None));
    poll(&*store, worker, &["4"]).await;
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(NOW)));
}

pub async fn an_event_that_comes_while_its_lane_is_held_is_not_left_behind(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    poll(&*store, worker, &["1"]).await;
    let lane = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    let first = &pending(&*store, &leads).await[0];
    let done = store.settle_event(&lane, first, EventState::Delivered, None);
    assert_eq!(done.await, Ok(true));
    poll(&*store, worker, &["2"]).await;

    assert_eq!(store.finish_lane(&lane, Some(NOW), 0, None).await, Ok(true));

    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(NOW)));
}

pub async fn a_dead_letter_is_kept_with_its_reason_and_can_be_replayed(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    poll(&*store, worker, &["1", "2"]).await;
    let lane = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    let waiting = pending(&*store, &leads).await;
    let reason = Some("it said 400");
    let died = store.settle_event(&lane, &waiting[0], EventState::Dead, reason);
    assert_eq!(died.await, Ok(true));
    let done = store.settle_event(&lane, &waiting[1], EventState::Delivered, None);
    assert_eq!(done.await, Ok(true));
    let plan = SecretString::from("stopped");
    let finished = store.finish_lane(&lane, Some(NOW), 0, Some(&plan)).await;
    assert_eq!(finished, Ok(true));
    let counts = store.event_counts(&leads.tenant, &leads.id).await;
    assert_eq!(
        counts,
        Ok(EventCounts {
            pending: 0,
            dead: 1
        })
    );
    let dead = events(&*store, &leads, Some(EventState::Dead)).await;
    assert_eq!(dead[0].note.as_deref(), reason);
    let stored = store.subscription(&leads.tenant, &leads.name).await;
    assert_eq!(stored.unwrap().unwrap().plan.expose_secret(), "stopped");

    let of_another = store.replay(&tenant("b"), &leads.id, &[1], NOW).await;
    assert_eq!(of_another, Ok(0));
    assert_eq!(
        store
            .replay(&leads.tenant, &leads.id, &[1, 2, 9], NOW)
            .await,
        Ok(2)
    );

    let waiting = pending(&*store, &leads).await;
    assert_eq!(ids(&waiting), ["1", "2"]);
    assert_eq!(waiting[0].note, None);
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(NOW)));
    let filter = EventFilter {
        since: Some(LATER),
        ..EventFilter::default()
    };
    let newer = store.events(&leads.tenant, &leads.id, &filter, 9).await;
    assert_eq!(newer, Ok(Vec::new()));
    let filter = EventFilter {
        after: 1,
        ..EventFilter::default()
    };
    let behind = store.events(&leads.tenant, &leads.id, &filter, 9).await;
    assert_eq!(ids(&behind.unwrap()), ["2"]);
    assert!(
        events(
            &*store,
            &Subscription {
                tenant: tenant("b"),
                ..leads
            },
            None
        )
        .await
        .is_empty()
    );
}

pub async fn a_subscription_that_is_changed_is_taken_from_whoever_works_for_it(home: &impl Home) {
    let store = home.open().await;
    let (leads, worker) = subscribed(&*store).await;
    poll(&*store, worker, &["1"]).await;
    let polling = claim(&*store, worker, TaskKind::Poll).await.unwrap();
    let lane = claim(&*store, worker, TaskKind::Deliver).await.unwrap();
    let paused = Subscription {
        plan: SecretString::from("paused"),
        ..leads.clone()
    };
    let asleep = Wake {
        poll: None,
        deliver: None,
    };

    store
        .change_subscription(&paused, None, asleep)
        .await
        .unwrap();

    let late = store
        .commit_poll(&polling, polled("late", &["2"], NOW))
        .await;
    assert_eq!(late, Ok(None));
    assert_eq!(
        store.finish_lane(&lane, Some(NOW), 0, None).await,
        Ok(false)
    );
    for kind in [TaskKind::Poll, TaskKind::Deliver] {
        assert_eq!(store.next_due(kind).await, Ok(None));
    }
    let anew = SecretString::from("anew");
    let awake = Wake {
        poll: Some(LATER),
        deliver: Some(NOW),
    };
    store
        .change_subscription(&leads, Some(&anew), awake)
        .await
        .unwrap();
    assert_eq!(store.next_due(TaskKind::Poll).await, Ok(Some(LATER)));
    assert_eq!(store.next_due(TaskKind::Deliver).await, Ok(Some(NOW)));
    let progress = store.progress(&leads.tenant, &leads.id).await.unwrap();
    assert_eq!(progress.unwrap().expose_secret(), "anew");
    assert_eq!(ids(&pending(&*store, &leads).await), ["1"]);
    store
        .remove_subscription(&leads.tenant, &leads.name)
        .await
        .unwrap();
    let gone = store.change_subscription(&leads, Some(&anew), awake).await;
    assert_eq!(gone, Err(StoreError::NoSuchSubscription));
}
