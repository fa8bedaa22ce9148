//! Work that hosts share: each task is one host's at a time, and a lease that is over is over.

use std::time::Duration;

use airlock_store::{Claim, LeaseTime, Next, Task, TaskKind, Wanted, Work, WorkerId};
use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use crate::Home;
use crate::fixtures::tenant;

const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);
const LATER: OffsetDateTime = datetime!(2026-11-21 09:00 UTC);
const NONE: [Uuid; 0] = [];
const LONG: Duration = Duration::from_secs(3600);

fn task(of: &str, due: OffsetDateTime) -> Task {
    Task {
        id: Uuid::new_v4(),
        kind: TaskKind::Poll,
        tenant: tenant(of),
        due: Some(due),
    }
}

fn wanted(room: usize) -> Wanted {
    Wanted {
        kind: TaskKind::Poll,
        now: NOW,
        room,
        busy: Vec::new(),
    }
}

fn next(due: Option<OffsetDateTime>) -> Next {
    Next { due, failures: 0 }
}

/// A host whose lease is far from over.
async fn enlisted(store: &(impl Work + ?Sized)) -> WorkerId {
    let worker = WorkerId::random();
    let until = store.lease_time().await.unwrap().after(LONG);
    store.enlist(worker, until).await.unwrap();
    worker
}

async fn ids(store: &(impl Work + ?Sized), worker: WorkerId, wanted: &Wanted) -> Vec<Uuid> {
    let claims = store.claim(worker, wanted).await.unwrap();
    claims.iter().map(|claim| claim.id).collect()
}

pub async fn a_task_that_is_due_is_had_by_one_host_and_the_longest_due_comes_first(
    home: &impl Home,
) {
    let (one, two) = (home.open().await, home.open().await);
    let tasks = [
        task("a", NOW - Duration::from_secs(1)),
        task("a", NOW - Duration::from_secs(9)),
        task("a", NOW),
        task("a", LATER),
    ];
    for task in &tasks {
        one.add_task(task).await.unwrap();
        two.add_task(task).await.unwrap();
    }
    let (first, second) = (enlisted(&*one).await, enlisted(&*two).await);

    assert_eq!(
        ids(&*one, first, &wanted(2)).await,
        [tasks[1].id, tasks[0].id]
    );
    assert_eq!(ids(&*two, second, &wanted(9)).await, [tasks[2].id]);
    assert_eq!(
        ids(&*one, first, &wanted(9)).await,
        NONE,
        "what it has it has not twice"
    );
    let other = Wanted {
        kind: TaskKind::Deliver,
        ..wanted(9)
    };
    assert_eq!(ids(&*one, first, &other).await, NONE);
    assert_eq!(one.next_due(TaskKind::Poll).await, Ok(tasks[3].due));
    assert_eq!(one.next_due(TaskKind::Deliver).await, Ok(None));
}

pub async fn a_task_given_back_is_due_when_its_holder_said(home: &impl Home) {
    let store = home.open().await;
    let (worker, task) = (enlisted(&*store).await, task("a", NOW));
    store.add_task(&task).await.unwrap();
    let claim = store.claim(worker, &wanted(1)).await.unwrap().remove(0);
    assert_eq!((claim.due, claim.failures), (NOW, 0));

    let again = Next {
        due: Some(LATER),
        failures: 3,
    };
    assert_eq!(store.give_back(&claim, again).await, Ok(true));

    assert_eq!(ids(&*store, worker, &wanted(1)).await, NONE);
    let later = Wanted {
        now: LATER,
        ..wanted(1)
    };
    let claim = store.claim(worker, &later).await.unwrap().remove(0);
    assert_eq!((claim.due, claim.failures), (LATER, 3));
    assert_eq!(store.give_back(&claim, next(None)).await, Ok(true));
    assert_eq!(store.next_due(TaskKind::Poll).await, Ok(None));
}

pub async fn a_tenant_that_is_busy_is_left_out(home: &impl Home) {
    let store = home.open().await;
    let (of_a, of_b) = (task("a", NOW - Duration::from_secs(1)), task("b", NOW));
    for task in [&of_a, &of_b] {
        store.add_task(task).await.unwrap();
    }
    let worker = enlisted(&*store).await;
    let others = Wanted {
        busy: vec![tenant("a")],
        ..wanted(1)
    };
    assert_eq!(ids(&*store, worker, &others).await, [of_b.id]);
    assert_eq!(ids(&*store, worker, &wanted(1)).await, [of_a.id]);
}

pub async fn what_a_host_has_whose_lease_is_over_is_anybodys_and_the_fence_keeps_it_out(
    home: &impl Home,
) {
    let (one, two) = (home.open().await, home.open().await);
    let task = task("a", NOW);
    one.add_task(&task).await.unwrap();
    let gone = WorkerId::random();
    let now = one.lease_time().await.unwrap();
    one.enlist(gone, now.after(LONG)).await.unwrap();
    let before = one.claim(gone, &wanted(1)).await.unwrap().remove(0);
    let heir = enlisted(&*two).await;
    assert_eq!(ids(&*two, heir, &wanted(1)).await, NONE);

    // A lease that ends in the past is over.
    assert_eq!(one.renew(gone, LeaseTime(now.0 - 1)).await, Ok(true));

    assert_eq!(one.renew(gone, now.after(LONG)).await, Ok(false));
    assert_eq!(two.next_due(TaskKind::Poll).await, Ok(Some(NOW)));
    assert_eq!(ids(&*one, gone, &wanted(1)).await, NONE, "nothing more");
    let after = two.claim(heir, &wanted(1)).await.unwrap().remove(0);
    assert!(after.epoch > before.epoch);
    assert_eq!(one.give_back(&before, next(Some(LATER))).await, Ok(false));
    assert_eq!(two.give_back(&after, next(Some(LATER))).await, Ok(true));
    assert_eq!(two.give_back(&after, next(None)).await, Ok(false), "once");
    assert_eq!(two.next_due(TaskKind::Poll).await, Ok(Some(LATER)));
}

pub async fn a_host_that_leaves_keeps_nothing_and_one_that_is_not_there_gets_nothing(
    home: &impl Home,
) {
    let store = home.open().await;
    let task = task("a", NOW);
    store.add_task(&task).await.unwrap();
    assert_eq!(ids(&*store, WorkerId::random(), &wanted(1)).await, NONE);
    let (leaving, staying) = (enlisted(&*store).await, enlisted(&*store).await);
    assert_eq!(ids(&*store, leaving, &wanted(1)).await, [task.id]);

    store.leave(leaving).await.unwrap();

    assert_eq!(ids(&*store, staying, &wanted(1)).await, [task.id]);
}

pub async fn of_many_hosts_at_once_each_task_has_one(home: &impl Home) {
    const TASKS: usize = 60;
    let store = home.open().await;
    for _ in 0..TASKS {
        store.add_task(&task("a", NOW)).await.unwrap();
    }
    let mut hosts = Vec::new();
    for _ in 0..4 {
        let store = home.open().await;
        hosts.push(tokio::spawn(async move {
            let worker = enlisted(&*store).await;
            let mut had = Vec::new();
            loop {
                let claims: Vec<Claim> = store.claim(worker, &wanted(3)).await.unwrap();
                if claims.is_empty() {
                    return had;
                }
                for claim in claims {
                    assert_eq!(store.give_back(&claim, next(None)).await, Ok(true));
                    had.push(claim.id);
                }
            }
        }));
    }
    let mut done = Vec::new();
    for host in hosts {
        done.extend(host.await.unwrap());
    }
    done.sort();
    let all = done.len();
    done.dedup();
    assert_eq!((done.len(), all), (TASKS, TASKS));
}
