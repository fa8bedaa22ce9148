//! The SQLite file: one writer, as many readers as there are requests at once.
//!
//! Layer: storage. Write-ahead logging lets readers go on while the writer writes. "In memory" is a file in a temporary
//! folder that is never forced to disk: SQLite's own memory databases let either one writer or readers in, never both.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use rusqlite::{Connection, OpenFlags, Transaction, TransactionBehavior};
use tempfile::TempDir;

use crate::rows::{Storage, StoreError};
use crate::schema::{Schema, Table};

use super::{
    ddl,
    layout::{DELETED, VERSION, quoted},
    sql_functions,
};

/// Statements a connection remembers: a few shapes for each of a few dozen tables.
const PREPARED_STATEMENTS: usize = 512;

/// Bytes of the file mapped into memory, so that pages are read without copying: SQLite's own upper bound.
const MAPPED_BYTES: i64 = 0x7fff_0000;

/// The row store's file and its connections.
pub struct Database {
    path: PathBuf,
    writer: Mutex<Connection>,
    readers: Mutex<Vec<Connection>>,
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
        Ok(Self {
            path,
            writer: Mutex::new(writer),
            readers: Mutex::new(Vec::new()),
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
        let reader = self.readers.lock().pop();
        let reader = match reader {
            Some(reader) => reader,
            None => self.new_reader()?,
        };
        let result = work(&reader);
        self.readers.lock().push(reader);
        result
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

    /// Puts the store in order after many rows came: SQLite learns how the values of the table are spread, the log is
    /// folded into the file, and the memory that the insert needed is given back.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn settle(&self, table: &Table) -> Result<(), StoreError> {
        // A sample of this many entries per index tells as much as all of them.
        let sql = format!(
            "PRAGMA analysis_limit = 1000; ANALYZE {}; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory",
            quoted(&table.logical_name)
        );
        // Readers learn the statistics when they open, and an idle one would keep the log from shrinking.
        self.readers.lock().clear();
        Ok(self.writer.lock().execute_batch(&sql)?)
    }

    fn new_reader(&self) -> Result<Connection, StoreError> {
        let reader = connect(&self.path)?;
        reader.pragma_update(None, "query_only", true)?;
        Ok(reader)
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
