//! The SQLite file: one writer, as many readers as there are requests at once.
//!
//! Layer: storage. Write-ahead logging lets readers go on while the writer writes. "In memory" is a file in a temporary
//! folder that is never forced to disk: SQLite's own memory databases let either one writer or readers in, never both.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::{Condvar, Mutex};
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tempfile::TempDir;

use crate::rows::{Storage, StoreError};
use crate::schema::Schema;

use super::{
    ddl,
    layout::{DELETED, VERSION, quoted},
    sql_functions,
};

/// Statements a connection remembers: a few shapes for each of a few dozen tables.
const PREPARED_STATEMENTS: usize = 512;

/// Bytes of the file mapped into memory, so that pages are read without copying: SQLite's own upper bound.
const MAPPED_BYTES: i64 = 0x7fff_0000;

/// Readers of a store whose file has no name any more and that can therefore get no others. More than this many requests
/// at once wait for one another; each takes microseconds.
const NAMELESS_READERS: usize = 8;

/// The row store's file and its connections.
pub struct Database {
    /// `None` when the file has no name any more.
    path: Option<PathBuf>,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
    version: AtomicI64,
    /// Removes the folder of an in-memory store; declared last so that the connections close first.
    _folder: Option<TempDir>,
}

impl Database {
    /// Opens or creates the file and its tables.
    ///
    /// # Errors
    /// When SQLite cannot, for example because the folder is missing or the disk is full.
    pub fn open(storage: &Storage, schema: &Schema) -> Result<Self, StoreError> {
        let (path, folder) = match storage {
            Storage::File(path) => (path.clone(), None),
            Storage::Memory => {
                let folder = tempfile::Builder::new()
                    .prefix("dataverse-sim-")
                    .tempdir()
                    .map_err(|error| {
                        StoreError::Database(format!("no temporary folder: {error}"))
                    })?;
                (folder.path().join("rows.sqlite"), Some(folder))
            }
        };
        let writer = connect(&path)?;
        writer.pragma_update(None, "journal_mode", "WAL")?;
        // What is gone with the process need not reach the disk.
        writer.pragma_update(
            None,
            "synchronous",
            if folder.is_some() { "OFF" } else { "NORMAL" },
        )?;
        // Bulk inserts sort and shuffle index pages: 256 MiB at most, and only while they need them.
        writer.pragma_update(None, "cache_size", -262_144)?;
        writer.pragma_update(None, "threads", 2)?;
        ddl::align(&writer, schema)?;
        let version = AtomicI64::new(latest_version(&writer, schema)?);
        let mut readers = Vec::new();
        let mut named = Some(path);
        if let Some(folder) = &folder
            && cfg!(unix)
            && let Some(path) = named.take()
        {
            for _ in 0..NAMELESS_READERS {
                readers.push(reader(&path)?);
            }
            // Open files outlive their names: even a killed process leaves no gigabytes behind.
            std::fs::remove_dir_all(folder.path()).map_err(|error| {
                StoreError::Database(format!("the temporary folder stays: {error}"))
            })?;
        }
        Ok(Self {
            path: named,
            writer: Mutex::new(writer),
            readers: Mutex::new(readers),
            returned: Condvar::new(),
            version,
            _folder: folder,
        })
    }

    /// Runs `work` with a connection that sees everything committed so far.
    ///
    /// # Errors
    /// What `work` returns, or that no connection can be opened.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        let borrowed = self.borrow()?;
        match &borrowed.connection {
            Some(connection) => work(connection),
            None => Err(StoreError::Database("no connection".to_owned()).into()),
        }
    }

    /// Runs `work` with a connection on which several statements see the same rows.
    ///
    /// # Errors
    /// What `work` returns, or that no connection can be opened.
    pub fn read_consistently<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        self.read(|connection| {
            let transaction = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            work(&transaction)
        })
    }

    /// Runs `work` in a transaction that commits when it returns `Ok` and leaves no trace otherwise.
    ///
    /// # Errors
    /// What `work` returns, or that the transaction cannot begin or commit.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut connection = self.writer.lock();
        let transaction = connection
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(StoreError::from)?;
        let write = Write {
            transaction,
            version: &self.version,
        };
        let result = work(&write)?;
        write.transaction.commit().map_err(StoreError::from)?;
        Ok(result)
    }

    /// Puts the store in order after many rows came: the log is folded into the file, and the memory that the insert
    /// needed is given back.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn settle(&self) -> Result<(), StoreError> {
        Ok(self
            .writer
            .lock()
            .execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory")?)
    }

    fn borrow(&self) -> Result<Borrowed<'_>, StoreError> {
        let mut idle = self.readers.lock();
        let connection = loop {
            match (idle.pop(), &self.path) {
                (Some(connection), _) => break connection,
                (None, Some(path)) => {
                    drop(idle);
                    break reader(path)?;
                }
                (None, None) => self.returned.wait(&mut idle),
            }
        };
        Ok(Borrowed {
            database: self,
            connection: Some(connection),
        })
    }
}

/// A reader in use, which goes back however its use ends.
struct Borrowed<'a> {
    database: &'a Database,
    connection: Option<Connection>,
}

impl Drop for Borrowed<'_> {
    fn drop(&mut self) {
        self.database.readers.lock().extend(self.connection.take());
        self.database.returned.notify_one();
    }
}

/// A write in progress.
pub struct Write<'a> {
    transaction: Transaction<'a>,
    version: &'a AtomicI64,
}

impl Write<'_> {
    /// The next row version, larger than every one before.
    pub fn next_version(&self) -> i64 {
        self.version.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl std::ops::Deref for Write<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.transaction
    }
}

fn reader(path: &Path) -> Result<Connection, StoreError> {
    let reader = connect(path)?;
    reader.pragma_update(None, "query_only", true)?;
    // SQLite opens the log and its index only when it first reads, and they may lose their names before that.
    reader.query_row("SELECT count(*) FROM sqlite_schema", [], |_| Ok(()))?;
    Ok(reader)
}

fn connect(path: &Path) -> Result<Connection, StoreError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(PREPARED_STATEMENTS);
    connection.pragma_update(None, "mmap_size", MAPPED_BYTES)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    sql_functions::register(&connection)?;
    Ok(connection)
}

fn latest_version(connection: &Connection, schema: &Schema) -> rusqlite::Result<i64> {
    let mut latest: i64 = connection.query_row(
        &format!("SELECT coalesce(max(version), 0) FROM {DELETED}"),
        [],
        |row| row.get(0),
    )?;
    for table in schema.tables() {
        let sql = format!(
            "SELECT coalesce(max({VERSION}), 0) FROM {}",
            quoted(&table.logical_name)
        );
        latest = latest.max(connection.query_row(&sql, [], |row| row.get(0))?);
    }
    Ok(latest)
}

#[cfg(test)]
mod tests {
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
}
