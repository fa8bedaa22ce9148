//! Rows in SQLite, and the data API over them.

mod cell;
mod key;
mod path;
mod plans;
mod read;
pub mod storage;

use std::path::PathBuf;
use std::sync::atomic::AtomicU64;

pub use cell::Cell;
use uuid::Uuid;

use crate::http::{ODataRequest, Response, SimError};
use crate::organisation::{Caller, OrgContext};
use crate::schema::Schema;

use plans::Plans;
use storage::database::Database;

/// Where rows are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Storage {
    /// In memory; gone with the simulator.
    Memory,
    /// In an SQLite file, created when missing.
    File(PathBuf),
}

/// All rows of an organisation.
pub struct RowStore {
    database: Database,
    plans: Plans,
    identity_generation: AtomicU64,
}

/// Why the store itself failed.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// SQLite could not do it.
    #[error("the row store failed: {0}")]
    Database(String),
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error.to_string())
    }
}

impl From<StoreError> for SimError {
    fn from(error: StoreError) -> Self {
        Self::unexpected(error)
    }
}

/// Who and when, for rows that are written without a request.
#[derive(Clone, Copy, Debug)]
pub struct Origin {
    /// Creator and owner.
    pub caller: Caller,
    /// `createdon` and `modifiedon`.
    pub now: time::OffsetDateTime,
}

impl RowStore {
    /// Opens or creates the store and brings its tables in line with the schema.
    pub fn open(storage: &Storage, schema: &Schema) -> Result<Self, StoreError> {
        Ok(Self {
            database: Database::open(storage, schema)?,
            plans: Plans::default(),
            identity_generation: AtomicU64::new(0),
        })
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.plans
    }

    /// Inserts many rows of one table through one prepared statement in one transaction: the path of seeds. Columns
    /// are logical names, cells in the same order; absent columns get the defaults of an ordinary create (primary
    /// id, state, owner, dates, version). Cells are trusted: no validation. Returns the number of rows.
    pub fn bulk_insert(
        &self,
        _schema: &Schema,
        _origin: &Origin,
        _table: &str,
        _columns: &[&str],
        _rows: &mut dyn Iterator<Item = Vec<Cell>>,
    ) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// One row by primary id: logical column names with their cells, nulls left out. For the server's own needs
    /// (sign-in, WhoAmI), not for requests.
    pub fn row(&self, _schema: &Schema, _table: &str, _id: Uuid) -> Result<Option<Vec<(String, Cell)>>, StoreError> {
        Ok(None)
    }

    /// Primary id of the first row whose column equals the cell.
    pub fn find(&self, _schema: &Schema, _table: &str, _column: &str, _value: &Cell) -> Result<Option<Uuid>, StoreError> {
        Ok(None)
    }

    /// Number of rows of a table.
    pub fn count(&self, _schema: &Schema, _table: &str) -> Result<u64, StoreError> {
        Ok(0)
    }

    /// Changes whenever a row of `systemuser`, `team` or `businessunit` is written, so that sign-in can remember
    /// whom it knows. Reading it costs one atomic load.
    pub fn identity_generation(&self) -> u64 {
        0
    }
}

/// Answers a request whose first path segment is an entity set: rows, their properties, links and counts.
pub fn handle(_context: &OrgContext<'_>, request: &ODataRequest) -> Result<Response, SimError> {
    Err(SimError::not_simulated(&request.path))
}
