//! Copies of all rows and definitions, taken and put back while requests go on.
//!
//! Layer: storage. SQLite copies page by page, so that definitions kept beside the rows come along. Readers see what was
//! there before until the copy is complete.

use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use super::database::Database;
use crate::rows::StoreError;

/// All pages at once: nothing may change in between.
const ALL_PAGES: i32 = -1;
/// SQLite's name for a database of its own making, which has no other name and is gone when it is closed.
const NAMELESS: &str = "";

/// Everything that a store held at a moment.
pub struct Copy {
    database: Mutex<Connection>,
    bytes: u64,
}

impl Copy {
    /// How large it is.
    pub fn bytes(&self) -> u64 {
        self.bytes
    }
}

impl Database {
    /// Copies all rows and definitions.
    ///
    /// # Errors
    /// When SQLite cannot, for example because the disk is full.
    pub fn copy(&self) -> Result<Copy, StoreError> {
        let mut database = Connection::open(NAMELESS)?;
        self.read(|connection| all(connection, &mut database))?;
        let sql = "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()";
        let bytes: i64 = database.query_row(sql, [], |row| row.get(0))?;
        Ok(Copy {
            database: Mutex::new(database),
            bytes: bytes.unsigned_abs(),
        })
    }

    /// Puts a copy back, row versions included. Before anybody writes again, `settled` looks at the rows and says which
    /// is their newest version.
    ///
    /// # Errors
    /// When SQLite cannot, and what `settled` returns.
    pub fn put_back(
        &self,
        copy: &Copy,
        settled: impl FnOnce(&Connection) -> Result<i64, StoreError>,
    ) -> Result<(), StoreError> {
        let mut home = self.writer();
        let lost = || StoreError::Database("the connection that writes is lost".to_owned());
        let writer = home.as_mut().ok_or_else(lost)?;
        all(&copy.database.lock(), writer)?;
        let version = settled(writer)?;
        self.set_version(version);
        self.note_identities();
        drop(home);
        self.settle()
    }
}

fn all(from: &Connection, to: &mut Connection) -> Result<(), StoreError> {
    match Backup::new(from, to)?.step(ALL_PAGES)? {
        StepResult::Done => Ok(()),
        other => Err(StoreError::Database(format!(
            "the rows could not be copied: {other:?}"
        ))),
    }
}
