//! The file and its connections: who sees what, and when a write leaves no trace.

use super::*;
use crate::schema::standard;

#[cfg(unix)]
#[test]
fn an_in_memory_store_has_no_files_that_a_killed_process_could_leave() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    assert!(!database._folder.as_ref().unwrap().path().exists());
}

#[test]
fn more_readers_than_connections_see_what_is_written_meanwhile() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    let rows = |connection: &Connection| {
        let sql = format!("SELECT count(*) FROM {DELETED}");
        Ok::<i64, StoreError>(connection.query_row(&sql, [], |row| row.get(0))?)
    };
    std::thread::scope(|scope| {
        for _ in 0..NAMELESS_READERS * 2 {
            scope.spawn(|| (0..50).for_each(|_| assert!(database.read(rows).unwrap() <= 100)));
        }
        for _ in 0..100 {
            database
                .write(|write| {
                    let sql = format!("INSERT INTO {DELETED} VALUES (?, 'account', x'00', 0)");
                    write.execute(&sql, [write.next_version()])?;
                    Ok::<_, StoreError>(())
                })
                .unwrap();
        }
    });
    assert_eq!(database.read(rows).unwrap(), 100);
    database.settle().unwrap();
    assert_eq!(database.read_consistently(rows).unwrap(), 100);
}

#[test]
fn a_failed_write_leaves_no_trace() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    let failed = database.write(|write| {
        write.execute(
            &format!("INSERT INTO {DELETED} VALUES (1, 'account', x'00', 0)"),
            [],
        )?;
        Err::<(), _>(StoreError::NoTable("x".to_owned()))
    });
    assert!(failed.is_err());
    let rows = database.read(|connection| {
        Ok::<i64, StoreError>(connection.query_row(
            &format!("SELECT count(*) FROM {DELETED}"),
            [],
            |row| row.get(0),
        )?)
    });
    assert_eq!(rows.unwrap(), 0);
}

fn count(connection: &Connection) -> Result<i64, StoreError> {
    let sql = format!("SELECT count(*) FROM {DELETED}");
    Ok(connection.query_row(&sql, [], |row| row.get(0))?)
}

fn add(database: &Database) -> Result<i64, StoreError> {
    database.write(|write| {
        let version = write.next_version();
        let sql = format!("INSERT INTO {DELETED} VALUES (?, 'account', x'00', 0)");
        write.execute(&sql, [version])?;
        Ok(version)
    })
}

fn refused<T>() -> Result<T, StoreError> {
    Err(StoreError::NoTable("x".to_owned()))
}

#[test]
fn writes_inside_a_write_are_one_change() {
    type Steps = fn(&Database) -> Result<(), StoreError>;
    let table: &[(&str, Steps, i64)] = &[
        ("both kept", |d| add(d).and(add(d)).map(|_| ()), 2),
        ("the whole undone", |d| add(d).and(add(d)).and(refused()), 0),
        (
            "an inner one undone alone",
            |d| {
                add(d)?;
                let inner: Result<i64, _> = d.write(|_| add(d).and(refused()));
                assert!(inner.is_err());
                Ok(())
            },
            1,
        ),
        (
            "an inner one undone in the middle of another inner one",
            |d| {
                d.write(|_| {
                    add(d)?;
                    let inner: Result<i64, _> = d.write(|_| add(d).and(add(d)).and(refused()));
                    assert!(inner.is_err());
                    add(d).map(|_| ())
                })
            },
            2,
        ),
    ];
    for (name, steps, expected) in table {
        let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
        let before = database.version();
        let _ = database.write(|_| steps(&database));
        assert_eq!(database.read(count).unwrap(), *expected, "{name}");
        assert_eq!(database.version(), before + expected, "{name}");
        assert_eq!(add(&database).unwrap(), before + expected + 1, "{name}");
    }
}

#[test]
fn only_the_thread_that_writes_sees_what_is_not_committed() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    database
        .write(|_| {
            let version = add(&database)?;
            assert_eq!(database.read(count)?, 1);
            assert_eq!(database.read_consistently(count)?, 1);
            assert_eq!(database.version(), version);
            std::thread::scope(|scope| {
                let other = scope.spawn(|| (database.read(count).unwrap(), database.version()));
                assert_eq!(other.join().unwrap(), (0, version - 1));
            });
            database.settle()
        })
        .unwrap();
    assert_eq!(database.read(count).unwrap(), 1);
}

#[test]
fn two_databases_on_one_thread_keep_their_own_transactions() {
    let open = || Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    let (first, second) = (open(), open());
    let failed = first.write(|_| add(&first).and_then(|_| add(&second)).and(refused::<i64>()));
    assert!(failed.is_err());
    assert_eq!(first.read(count).unwrap(), 0);
    assert_eq!(second.read(count).unwrap(), 1);
}

#[test]
fn changed_identities_show_when_the_rows_do() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    let before = database.identity_generation();
    database
        .write(|_| {
            database.note_identities();
            assert_eq!(database.identity_generation(), before);
            Ok::<_, StoreError>(())
        })
        .unwrap();
    assert_eq!(database.identity_generation(), before + 1);
    let undone: Result<(), _> = database.write(|_| {
        database.note_identities();
        refused()
    });
    assert!(undone.is_err());
    assert_eq!(
        database.identity_generation(),
        before + 2,
        "whoever looked meanwhile looks again"
    );
    database.note_identities();
    assert_eq!(database.identity_generation(), before + 3);
}

#[test]
fn a_panic_in_a_write_leaves_a_database_that_works() {
    let database = Database::open(&Storage::Memory, &standard().unwrap().build()).unwrap();
    let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        database.write(|_| {
            add(&database)?;
            database.write(|_| -> Result<(), StoreError> { panic!("on purpose") })
        })
    }));
    assert!(caught.is_err());
    assert_eq!(database.read(count).unwrap(), 0);
    add(&database).unwrap();
    assert_eq!(database.read(count).unwrap(), 1);
}
