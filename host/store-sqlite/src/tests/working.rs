//! Two processes that share the work of one file.

use std::fmt::Write as _;
use std::process::{Command, Stdio};

use airlock_store::{Next, Task, TaskKind, Wanted, Work, WorkerId};
use time::OffsetDateTime;
use uuid::Uuid;

use super::*;

/// Names the folder to the process that plays the second one.
const FOLDER: &str = "AIRLOCK_TEST_SHARED_WORK";
const TASKS: usize = 300;
const NOW: OffsetDateTime = datetime!(2026-11-21 08:00 UTC);

fn wanted() -> Wanted {
    Wanted {
        kind: TaskKind::Poll,
        now: NOW,
        room: 4,
        busy: Vec::new(),
    }
}

async fn enlist(store: &SqliteStore) -> WorkerId {
    let worker = WorkerId::random();
    let until = store
        .lease_time()
        .await
        .unwrap()
        .after(Duration::from_secs(600));
    store.enlist(worker, until).await.unwrap();
    worker
}

/// Does whatever there is to do, and writes down what.
async fn work(store: &SqliteStore) -> String {
    let worker = enlist(store).await;
    let mut done = String::new();
    loop {
        let claims = store.claim(worker, &wanted()).await.unwrap();
        if claims.is_empty() {
            return done;
        }
        for claim in claims {
            writeln!(done, "{}", claim.id).unwrap();
            let next = Next {
                due: None,
                failures: 0,
            };
            assert_eq!(store.give_back(&claim, next).await, Ok(true));
        }
    }
}

/// The part of the second process; run by the test below.
#[tokio::test]
#[ignore = "plays the second process of another test"]
async fn the_second_worker() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder to share"));
    let key = MasterKey::from_file_or_create(&folder.join("master.key")).unwrap();
    let store = crate::open(&folder.join("airlock.db"), &key).unwrap();
    let done = work(&store).await;
    std::fs::write(folder.join("done"), done).unwrap();
}

fn second(home: &Home, part: &str) -> std::process::Child {
    Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", part])
        .env(FOLDER, home.folder.path())
        .stdout(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test]
async fn two_processes_share_the_work_and_neither_does_the_others() {
    let home = Home::new();
    let store = home.open();
    for _ in 0..TASKS {
        let task = Task {
            id: Uuid::new_v4(),
            kind: TaskKind::Poll,
            tenant: tenant("a"),
            due: Some(NOW),
        };
        store.add_task(&task).await.unwrap();
    }
    let mut other = second(&home, "tests::working::the_second_worker");

    let mine = work(&store).await;

    assert!(other.wait().unwrap().success());
    let theirs = std::fs::read_to_string(home.folder.path().join("done")).unwrap();
    let mut done: Vec<&str> = mine.lines().chain(theirs.lines()).collect();
    done.sort_unstable();
    let all = done.len();
    done.dedup();
    assert_eq!((done.len(), all), (TASKS, TASKS));
}

#[tokio::test]
async fn leases_of_an_earlier_start_of_the_machine_are_over() {
    let home = Home::new();
    let store = home.open();
    let task = Task {
        id: Uuid::new_v4(),
        kind: TaskKind::Poll,
        tenant: tenant("a"),
        due: Some(NOW),
    };
    store.add_task(&task).await.unwrap();
    let before = enlist(&store).await;
    assert_eq!(store.claim(before, &wanted()).await.unwrap().len(), 1);
    home.raw()
        .execute("UPDATE worker SET boot = 'an earlier one'", [])
        .unwrap();

    let after = enlist(&store).await;

    assert_eq!(store.claim(after, &wanted()).await.unwrap().len(), 1);
}
