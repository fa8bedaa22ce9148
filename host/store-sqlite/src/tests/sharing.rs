//! Several stores, in one process or in two, over one file.

use std::process::Command;
use std::sync::Arc;
use std::time::Instant;

use super::*;

/// Names the folder to the process that plays the second one.
const FOLDER: &str = "AIRLOCK_TEST_SHARED_FOLDER";

#[test]
fn many_that_begin_at_once_on_nothing_agree_on_one_database() {
    // Some rounds: without the lock file a few of them fail, not each.
    for _ in 0..20 {
        let home = Home::new();
        home.key();
        let together = std::sync::Barrier::new(8);
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    together.wait();
                    home.open()
                });
            }
        });
        let checks: i64 = home
            .raw()
            .query_row("SELECT count(*) FROM key_check", [], |row| row.get(0))
            .unwrap();
        assert_eq!(checks, 1);
    }
}

/// The part of the second process; run by the test below.
#[tokio::test]
#[ignore = "plays the second process of another test"]
async fn the_second_process() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder to share"));
    let key = MasterKey::from_file_or_create(&folder.join("master.key")).unwrap();
    let store = crate::open(&folder.join("airlock.db"), &key).unwrap();
    write_many(&store, "second").await;
}

async fn write_many(store: &SqliteStore, who: &str) {
    let a = tenant("a");
    let shared = store
        .connection(&a, &"shared".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    for i in 0..50 {
        let slot = format!("{who}-{i}");
        let value = SecretString::from(who);
        store
            .put_sealed(&a, &shared.id, &slot, &value)
            .await
            .unwrap();
        add_connection(store, &a, &slot).await;
    }
}

async fn add_connection(store: &SqliteStore, tenant: &TenantId, name: &str) {
    store
        .create_connection(&connection(tenant, name), &secrets(&[("s", name)]))
        .await
        .unwrap();
}

#[tokio::test]
async fn two_processes_write_at_once_and_nothing_is_lost() {
    let home = Home::new();
    let store = home.open();
    let a = tenant("a");
    let shared = add(&store, &a, "shared", "x").await;
    let mut second = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact"])
        .arg("tests::sharing::the_second_process")
        .env(FOLDER, home.folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();

    write_many(&store, "first").await;

    assert!(second.wait().unwrap().success());
    assert_eq!(store.connections(&a).await.unwrap().len(), 101);
    for who in ["first", "second"] {
        for i in 0..50 {
            let value = store.sealed(&a, &shared.id, &format!("{who}-{i}")).await;
            assert_eq!(value.unwrap().unwrap().expose_secret(), who);
        }
    }
}

#[tokio::test]
async fn a_reader_is_answered_while_a_writer_of_the_same_process_waits_for_another_process() {
    let home = Home::new();
    let store = Arc::new(home.open());
    let a = tenant("a");
    let contoso = add(&*store, &a, "contoso", "x").await;
    let other = home.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let token = SecretString::from("t");
    let waiting = {
        let (store, a, id, token) = (Arc::clone(&store), a.clone(), contoso.id, token.clone());
        tokio::spawn(async move { store.put_sealed(&a, &id, "t", &token).await })
    };
    // The writer holds the connection as soon as it waits for the lock.
    let began = Instant::now();
    while store.driver().database.writer.try_lock().is_ok()
        && began.elapsed() < Duration::from_secs(4)
    {
        tokio::task::yield_now().await;
    }

    assert_eq!(
        store.connections(&a).await.unwrap(),
        std::slice::from_ref(&contoso)
    );
    assert!(
        store.driver().database.writer.try_lock().is_err(),
        "it still waits"
    );

    other.execute_batch("COMMIT").unwrap();
    waiting.await.unwrap().unwrap();
    assert!(store.sealed(&a, &contoso.id, "t").await.unwrap().is_some());
}

#[tokio::test]
async fn a_lock_that_is_never_released_is_reported_and_not_waited_for_without_end() {
    let home = Home::new();
    let a = tenant("a");
    add(&home.open(), &a, "contoso", "x").await;
    let store = home.open_impatient();
    let other = home.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();

    let error = store
        .remove_connection(&a, &"contoso".parse().unwrap())
        .await
        .unwrap_err();

    assert!(matches!(error, StoreError::Locked { .. }), "{error}");
    assert_eq!(store.connections(&a).await.unwrap().len(), 1);
}

/// As long as a turn is waited for where it will come, or must not come.
const LONG: Duration = Duration::from_secs(20);

/// The part of the process that ends with a turn in its hands; run by the test below.
#[tokio::test]
#[ignore = "plays the second process of another test"]
async fn the_process_that_dies() {
    let folder = PathBuf::from(std::env::var_os(FOLDER).expect("a folder to share"));
    let key = MasterKey::from_file_or_create(&folder.join("master.key")).unwrap();
    let store = crate::open(&folder.join("airlock.db"), &key).unwrap();
    let contoso = store
        .connection(&tenant("a"), &"contoso".parse().unwrap())
        .await
        .unwrap()
        .unwrap();
    let held = store.take_turn(&contoso.id, LONG).await.unwrap();
    std::mem::forget(held);
    std::fs::write(folder.join("held"), "").unwrap();
    std::future::pending::<()>().await;
}

#[tokio::test]
async fn the_turn_of_a_process_that_was_killed_is_free() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    let mut second = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact"])
        .arg("tests::sharing::the_process_that_dies")
        .env(FOLDER, home.folder.path())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    while !home.folder.path().join("held").exists() {
        assert!(second.try_wait().unwrap().is_none(), "it ended too early");
        tokio::task::yield_now().await;
    }
    let taken = store.take_turn(&contoso.id, Duration::ZERO).await.unwrap();
    assert!(taken.is_none(), "the second process has it");

    second.kill().unwrap();
    second.wait().unwrap();

    assert!(store.take_turn(&contoso.id, LONG).await.unwrap().is_some());
}

#[tokio::test]
async fn a_connection_that_is_removed_leaves_no_lock_file() {
    let home = Home::new();
    let store = home.open();
    let contoso = add(&store, &tenant("a"), "contoso", "x").await;
    drop(store.take_turn(&contoso.id, LONG).await.unwrap());
    let folder = home.folder.path().join("airlock.db.turns");
    let files = || std::fs::read_dir(&folder).unwrap().count();
    assert_eq!(files(), 1);

    store
        .remove_connection(&contoso.tenant, &contoso.name)
        .await
        .unwrap();

    assert_eq!(files(), 0);
}
