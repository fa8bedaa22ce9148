//! Opening a database, and making one.
//!
//! Store layer. Every command of the CLI opens the store, so the usual case does as little as
//! possible: one connection, one look at the header, one row for the key. All else happens once,
//! under a lock file, when the database is made or its schema is old.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use airlock_store::{KeyCheck, StoreError, files};
use rusqlite::{Connection, TransactionBehavior};

use crate::database::{Database, Failure, Writer, connect};
use crate::{failure, schema};

/// How long a writer waits for another process's write. Each takes milliseconds, so whoever has
/// waited this long waits for something that hangs.
pub(crate) const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Opens the database at `path`, or makes it with the check that `new` gives, and reads the check it
/// was made with.
pub(crate) fn open(
    path: &Path,
    busy_wait: Duration,
    new: impl FnOnce() -> Result<KeyCheck, StoreError>,
) -> Result<(Database, KeyCheck), StoreError> {
    let explain = |error: rusqlite::Error| failure::explain(path, busy_wait, &error);
    let connection = match std::fs::metadata(path) {
        Ok(metadata) => {
            files::close_to_others(path, &metadata);
            let connection = connect(path, busy_wait).map_err(explain)?;
            match version(&connection).map_err(explain)? {
                schema::VERSION => connection,
                _ => renew(path, connection, busy_wait, new)?,
            }
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            files::make_private_parent(path)?;
            files::create_private(path)?;
            let connection = connect(path, busy_wait).map_err(explain)?;
            renew(path, connection, busy_wait, new)?
        }
        Err(error) => return Err(files::explain(path, &error)),
    };
    let check = check(&connection).map_err(explain)?;
    let database = Database {
        path: path.to_owned(),
        busy_wait,
        writer: Mutex::new(Writer {
            connection,
            keep: None,
        }),
        reader: Mutex::new(None),
    };
    Ok((database, check))
}

fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

/// Brings a new or an old database to the schema of this release. Processes that come at once do
/// it one after the other; the later find it done.
fn renew(
    path: &Path,
    mut connection: Connection,
    busy_wait: Duration,
    new: impl FnOnce() -> Result<KeyCheck, StoreError>,
) -> Result<Connection, StoreError> {
    let explain = |error: rusqlite::Error| failure::explain(path, busy_wait, &error);
    let _turn = take_turn(path)?;
    let found = version(&connection).map_err(explain)?;
    if found > schema::VERSION {
        return Err(StoreError::SchemaTooNew {
            path: path.to_owned(),
            found,
            known: schema::VERSION,
        });
    }
    refuse_foreign(path, &connection, found, busy_wait)?;
    // Kept in the file; writers and readers do not wait for each other from here on.
    connection
        .pragma_update(None, "journal_mode", "WAL")
        .map_err(explain)?;
    let change = || -> Result<(), Failure> {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found = version(&transaction)?;
        if found < schema::VERSION {
            schema::migrate(&transaction, found)?;
        }
        if found == 0 {
            let check = new()?;
            transaction.execute(
                "INSERT INTO key_check (salt, value) VALUES (?1, ?2)",
                (check.salt, check.value),
            )?;
        }
        transaction.commit()?;
        Ok(())
    };
    change().map_err(|failure| match failure {
        Failure::Sqlite(error) => explain(error),
        Failure::Store(error) => error,
    })?;
    Ok(connection)
}

/// Waits for whoever else is making or renewing this database. A file of its own: locks on the
/// database's file are SQLite's.
fn take_turn(path: &Path) -> Result<File, StoreError> {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".lock");
    let beside: PathBuf = path.with_file_name(name);
    files::create_private(&beside)?;
    let file = File::options()
        .write(true)
        .open(&beside)
        .map_err(|error| files::explain(&beside, &error))?;
    file.lock()
        .map_err(|error| files::explain(&beside, &error))?;
    Ok(file)
}

/// A database that is not empty and not ours is left alone.
fn refuse_foreign(
    path: &Path,
    connection: &Connection,
    version: i64,
    busy_wait: Duration,
) -> Result<(), StoreError> {
    let foreign = (|| {
        let id: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let fresh = version == 0 && id == 0 && tables == 0;
        Ok(id != schema::APPLICATION_ID && !fresh)
    })()
    .map_err(|error| failure::explain(path, busy_wait, &error))?;
    if foreign {
        return Err(StoreError::Damaged {
            store: path.display().to_string(),
            detail: "it is another program's database".into(),
        });
    }
    Ok(())
}

/// By which the database knows its key. One without is damaged: making another check would hide that
/// nothing in it opens.
fn check(connection: &Connection) -> rusqlite::Result<KeyCheck> {
    connection.query_row("SELECT salt, value FROM key_check", [], |row| {
        Ok(KeyCheck {
            salt: row.get(0)?,
            value: row.get(1)?,
        })
    })
}
