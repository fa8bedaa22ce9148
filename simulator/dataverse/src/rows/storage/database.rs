//! The SQLite file: one writer, as many readers as there are requests at once.
//!
//! Layer: storage. Write-ahead logging lets readers go on while the writer writes. "In memory" is a file in a temporary
//! folder that is never forced to disk: SQLite's own memory databases let either one writer or readers in, never both.

use std::borrow::Borrow;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use parking_lot::{Condvar, Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::rows::{Storage, StoreError};
use crate::schema::Schema;

use super::{
    ddl,
    event::Event,
    layout::{DELETED, VERSION, quoted},
    session::{Session, Whole},
    sql_functions,
};

/// Statements a connection remembers: a few shapes for each of a few dozen tables.
const PREPARED_STATEMENTS: usize = 512;

/// Bytes of the file mapped into memory, so that pages are read without copying: SQLite's own upper bound.
const MAPPED_BYTES: i64 = 0x7fff_0000;

/// Readers of a store whose file has no name any more and that can therefore get no others. More than this many requests
/// at once wait for one another; each takes microseconds.
const NAMELESS_READERS: usize = 8;

/// Databases opened by this process.
static DATABASES: AtomicU64 = AtomicU64::new(0);

/// The row store's file and its connections.
pub struct Database {
    /// `None` when the file has no name any more.
    path: Option<PathBuf>,
    /// Tells the databases of one process apart.
    identity: u64,
    /// `None` only while a transaction runs, and then under lock.
    writer: Mutex<Option<Connection>>,
    readers: Mutex<Vec<Connection>>,
    returned: Condvar,
    /// The version of the newest committed change.
    version: AtomicI64,
    identity_generation: AtomicU64,
    /// What committed writes did to rows that somebody listens to, until it is taken.
    events: Mutex<Vec<Event>>,
    /// Removes the folder of an in-memory store; declared last so that the connections close first.
    _folder: Option<TempDir>,
}

impl Database {
    /// Opens or creates the file and its tables.
    ///
    /// # Errors
    /// When SQLite cannot, for example because the folder is missing or the disk is full.
    pub fn open(storage: &Storage, schema: &Schema) -> Result<Self, StoreError> {
        Self::open_with(storage, |_| Ok(schema)).map(|(database, _)| database)
    }

    /// Opens or creates the file and the tables of a schema that may depend on what the file keeps.
    ///
    /// # Errors
    /// As for [`open`](Self::open), and what `schema` returns.
    pub fn open_with<S: Borrow<Schema>>(
        storage: &Storage,
        schema: impl FnOnce(&Connection) -> Result<S, StoreError>,
    ) -> Result<(Self, S), StoreError> {
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
        let given = schema(&writer)?;
        let schema = given.borrow();
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
        let database = Self {
            path: named,
            identity: DATABASES.fetch_add(1, Ordering::Relaxed),
            writer: Mutex::new(Some(writer)),
            readers: Mutex::new(readers),
            returned: Condvar::new(),
            version,
            identity_generation: AtomicU64::new(0),
            events: Mutex::default(),
            _folder: folder,
        };
        Ok((database, given))
    }

    /// Runs `work` with a connection that sees everything committed so far and, inside a write on the same thread, what
    /// that write did.
    ///
    /// # Errors
    /// What `work` returns, or that no connection can be opened.
    pub fn read<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(session) = Session::current(self.identity) {
            return work(session.connection());
        }
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
            if !connection.is_autocommit() {
                return work(connection);
            }
            let transaction = connection
                .unchecked_transaction()
                .map_err(StoreError::from)?;
            work(&transaction)
        })
    }

    /// Runs `work` in a transaction that commits when it returns `Ok` and leaves no trace otherwise. Inside another write
    /// on the same thread it is a part of that one, and undone with it.
    ///
    /// # Errors
    /// What `work` returns, or that the transaction cannot begin or commit.
    pub fn write<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce(&Write<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(session) = Session::current(self.identity) {
            let part = session.part().map_err(StoreError::from)?;
            let result = work(&Write { session: &session })?;
            part.keep().map_err(StoreError::from)?;
            return Ok(result);
        }
        let mut home = self.writer.lock();
        let version = self.version.load(Ordering::Acquire);
        let whole = Whole::begin(self.identity, &mut home, version).map_err(StoreError::from)?;
        let lost = || StoreError::Database("the connection that writes is lost".to_owned());
        let whole = whole.ok_or_else(lost)?;
        let session = whole.session().cloned().ok_or_else(lost)?;
        let result = work(&Write { session: &session });
        let identities = session.changed_identities();
        let events = session.take_events();
        drop(session);
        let result = match result {
            Ok(result) => {
                let committed = whole.commit().map_err(StoreError::from)?;
                // Only now: whoever reads the number and then the rows misses none up to it.
                self.version
                    .store(committed.unwrap_or(version), Ordering::Release);
                if !events.is_empty() {
                    self.events.lock().extend(events);
                }
                Ok(result)
            }
            Err(error) => {
                drop(whole);
                Err(error)
            }
        };
        if identities {
            self.identity_generation.fetch_add(1, Ordering::AcqRel);
        }
        result
    }

    /// The version of the newest change that a read which starts now can see.
    pub fn version(&self) -> i64 {
        Session::current(self.identity).map_or_else(
            || self.version.load(Ordering::Acquire),
            |session| session.version(),
        )
    }

    /// What committed writes did to rows since the last time somebody asked.
    pub fn take_events(&self) -> Vec<Event> {
        std::mem::take(&mut *self.events.lock())
    }

    /// Whether a write runs on this thread, whose rows nobody else sees yet.
    pub fn is_writing(&self) -> bool {
        Session::current(self.identity).is_some()
    }

    /// Changes whenever [`note_identities`](Self::note_identities) was called and the rows are there for all to see.
    pub fn identity_generation(&self) -> u64 {
        self.identity_generation.load(Ordering::Acquire)
    }

    /// Notes that users, teams or business units changed: at the end of the write that runs on this thread, or now.
    pub fn note_identities(&self) {
        match Session::current(self.identity) {
            Some(session) => session.note_identities(),
            None => {
                self.identity_generation.fetch_add(1, Ordering::AcqRel);
            }
        }
    }

    /// Puts the store in order after many rows came: the log is folded into the file, and the memory that the insert
    /// needed is given back. Inside a write this is left to others.
    ///
    /// # Errors
    /// When SQLite cannot.
    pub fn settle(&self) -> Result<(), StoreError> {
        if Session::current(self.identity).is_some() {
            return Ok(());
        }
        match &*self.writer.lock() {
            Some(writer) => Ok(
                writer.execute_batch("PRAGMA wal_checkpoint(TRUNCATE); PRAGMA shrink_memory")?
            ),
            None => Ok(()),
        }
    }

    /// The connection that writes; other writers wait while it is held.
    pub(super) fn writer(&self) -> MutexGuard<'_, Option<Connection>> {
        self.writer.lock()
    }

    /// Says which version is the newest, after the rows came from elsewhere.
    pub(super) fn set_version(&self, version: i64) {
        self.version.store(version, Ordering::Release);
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
    session: &'a Session,
}

impl Write<'_> {
    /// The next row version, larger than every one before.
    pub fn next_version(&self) -> i64 {
        self.session.next_version()
    }

    /// Remembers what was done to a row, for when the write has committed.
    pub fn raise(&self, event: Event) {
        self.session.raise(event);
    }
}

impl std::ops::Deref for Write<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.session.connection()
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

/// The newest version among the rows there are and those that were deleted.
pub fn latest_version(connection: &Connection, schema: &Schema) -> rusqlite::Result<i64> {
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
#[path = "database_tests.rs"]
mod tests;
