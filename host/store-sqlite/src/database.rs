//! An open database: who may use which connection, and how safely a change is kept.
//!
//! Store layer. One connection serves a process; a second is opened only when a reader would have
//! to wait for a writer, which in WAL mode it need not: a process that waits for another's lock
//! still answers questions.

use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, MutexGuard, PoisonError, TryLockError};
use std::time::Duration;

use airlock_store::StoreError;
use airlock_store::driver::Keep;
use rusqlite::config::DbConfig;
use rusqlite::{OpenFlags, Transaction, TransactionBehavior};

use crate::failure;

/// An open database.
pub(crate) struct Database {
    pub(crate) path: PathBuf,
    pub(crate) busy_wait: Duration,
    pub(crate) writer: Mutex<Writer>,
    pub(crate) reader: Mutex<Option<rusqlite::Connection>>,
}

/// The connection that writes, and the `synchronous` setting it has at the moment.
pub(crate) struct Writer {
    pub(crate) connection: rusqlite::Connection,
    pub(crate) keep: Option<Keep>,
}

/// A connection to a database that exists. SQLite is not to make one: its file would be open to
/// others for a moment.
pub(crate) fn connect(path: &Path, busy_wait: Duration) -> rusqlite::Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_EXRESCODE;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(busy_wait)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_FKEY, true)?;
    // Emptying the log takes the disk some milliseconds, which is as long as a whole command may
    // take. It is done when the log has grown, not whenever a command ends.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, true)?;
    Ok(connection)
}

/// A panic inside a transaction rolled it back; the connection is good.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Database {
    /// Runs one read. It sees every change committed before.
    pub(crate) fn read<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let result = match self.writer.try_lock() {
            Ok(writer) => work(&writer.connection),
            Err(TryLockError::Poisoned(poisoned)) => work(&poisoned.into_inner().connection),
            Err(TryLockError::WouldBlock) => self.read_beside(work),
        };
        result.map_err(|error| self.explain(&error))
    }

    fn read_beside<T>(
        &self,
        work: impl FnOnce(&rusqlite::Connection) -> rusqlite::Result<T>,
    ) -> rusqlite::Result<T> {
        let mut reader = lock(&self.reader);
        let connection = match reader.take() {
            Some(open) => open,
            None => connect(&self.path, self.busy_wait)?,
        };
        work(reader.insert(connection))
    }

    /// Runs one change: all of it, or none of it if `work` fails.
    pub(crate) fn write<T>(
        &self,
        keep: Keep,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, StoreError> {
        self.transact(keep, work).map_err(|failure| match failure {
            Failure::Sqlite(error) => self.explain(&error),
            Failure::Store(error) => error,
        })
    }

    fn transact<T>(
        &self,
        keep: Keep,
        work: impl FnOnce(&Transaction<'_>) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let mut writer = lock(&self.writer);
        if writer.keep != Some(keep) {
            let level = match keep {
                Keep::Synced => "FULL",
                Keep::Written => "NORMAL",
            };
            writer
                .connection
                .pragma_update(None, "synchronous", level)?;
            writer.keep = Some(keep);
        }
        // Immediate: a transaction that begins with a read cannot be upgraded if another process
        // has written meanwhile.
        let transaction = writer
            .connection
            .transaction_with_behavior(TransactionBehavior::Immediate)?;
        let value = work(&transaction)?;
        transaction.commit()?;
        Ok(value)
    }

    /// Moves what the log holds into the database and empties the log, so that neither keeps what
    /// was just deleted. Left for later, without an error, while others read.
    pub(crate) fn forget_deleted(&self) {
        let writer = lock(&self.writer);
        let _ = writer
            .connection
            .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()));
    }

    fn explain(&self, error: &rusqlite::Error) -> StoreError {
        failure::explain(&self.path, self.busy_wait, error)
    }

    pub(crate) fn place(&self) -> String {
        self.path.display().to_string()
    }

    /// Reads a name that stands in a row; another text there is what no release writes.
    pub(crate) fn parse<T: FromStr<Err: ToString>>(&self, text: &str) -> Result<T, StoreError> {
        text.parse().map_err(|error: T::Err| StoreError::Damaged {
            store: self.place(),
            detail: error.to_string(),
        })
    }
}

/// Why a change was not made.
pub(crate) enum Failure {
    /// SQLite failed.
    Sqlite(rusqlite::Error),
    /// The change is not allowed, or what it builds on is broken.
    Store(StoreError),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Failure::Sqlite(error)
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        Failure::Store(error)
    }
}
