//! All rows of an organisation, for those who need no request to read or write them.
//!
//! Layer: rows, above [`storage`](super::storage), below reading and writing.

use std::sync::Arc;

use super::storage::database::{Database, latest_version};
use super::storage::definitions;
use super::storage::draft::load;
use super::storage::encoding::{as_guid, single};
use super::storage::layout::{Encoding, quoted};
use rusqlite::OptionalExtension;
use uuid::Uuid;

use super::plans::Plans;
use super::storage::copy::Copy;
use super::{Cell, Origin, Storage, StoreError, bulk};
use crate::schema::{Schema, SchemaParts, Table};

/// All rows of an organisation.
pub struct RowStore {
    pub(super) database: Database,
    plans: Plans,
    /// What the schema was before anybody changed it.
    base: SchemaParts,
}

impl RowStore {
    /// Opens or creates the store and brings its tables in line with the schema.
    pub fn open(storage: &Storage, schema: &Schema) -> Result<Self, StoreError> {
        Ok(Self {
            database: Database::open(storage, schema)?,
            plans: Plans::default(),
            base: schema.parts(),
        })
    }

    /// Opens or creates the store together with the schema it keeps: the base for a new store, the base with all changes
    /// since for an old one. A base that is `imported` is kept in the store itself, which then needs no base again.
    pub fn open_with_schema(
        storage: &Storage,
        base: SchemaParts,
        imported: bool,
    ) -> Result<(Self, Arc<Schema>), StoreError> {
        let (database, schema) = Database::open_with(storage, |connection| {
            let schema = definitions::load(connection, &base)?.build();
            if imported && !definitions::is_whole(connection)? {
                definitions::store_whole(connection, &schema)?;
            }
            Ok(Arc::new(schema))
        })?;
        let store = Self {
            database,
            plans: Plans::default(),
            base,
        };
        Ok((store, schema))
    }

    /// The schema as the store keeps it, for when its file came to another state than memory knows.
    pub fn stored_schema(&self) -> Result<Schema, StoreError> {
        self.database
            .read(|connection| Ok(definitions::load(connection, &self.base)?.build()))
    }

    /// Copies all rows and definitions.
    ///
    /// # Errors
    /// That the store failed, for example because the disk is full.
    pub fn copy(&self) -> Result<Copy, StoreError> {
        self.database.copy()
    }

    /// Puts a copy back. `settled` gets its schema before anybody writes again.
    ///
    /// # Errors
    /// That the store failed.
    pub fn put_back(&self, copy: &Copy, settled: impl FnOnce(Schema)) -> Result<(), StoreError> {
        self.database.put_back(copy, |connection| {
            let schema = definitions::load(connection, &self.base)?.build();
            let version = latest_version(connection, &schema)?;
            settled(schema);
            Ok(version)
        })
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Runs `work` as one change: every read and write of these rows on this thread joins one transaction, which commits
    /// when `work` returns `Ok` and leaves no trace otherwise. Calls may nest; an inner one that fails is undone alone.
    /// Other writers wait meanwhile, readers go on with what was there before.
    ///
    /// # Errors
    /// What `work` returns, or that the transaction cannot begin or commit.
    pub fn atomically<T, E: From<StoreError>>(
        &self,
        work: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        self.database.write(|_| work())
    }

    pub(crate) fn plans(&self) -> &Plans {
        &self.plans
    }

    /// Inserts many rows of one table through one prepared statement in one transaction: the path of seeds. Columns
    /// are logical names, cells in the same order; absent columns get the defaults of an ordinary create (primary
    /// id, state, owner, dates, version). Cells are trusted: no validation. Returns the number of rows.
    pub fn bulk_insert(
        &self,
        schema: &Schema,
        origin: &Origin,
        table: &str,
        columns: &[&str],
        rows: &mut dyn Iterator<Item = Vec<Cell>>,
    ) -> Result<u64, StoreError> {
        let count = bulk::insert(&self.database, schema, origin, table, columns, rows)?;
        schema
            .table(table)
            .into_iter()
            .for_each(|table| self.written(table));
        Ok(count)
    }

    /// One row by primary id: logical column names with their cells, nulls left out. For the server's own needs
    /// (sign-in, WhoAmI), not for requests.
    pub fn row(
        &self,
        schema: &Schema,
        table: &str,
        id: Uuid,
    ) -> Result<Option<Vec<(String, Cell)>>, StoreError> {
        let table = schema
            .table(table)
            .ok_or_else(|| StoreError::NoTable(table.to_owned()))?;
        let found = self
            .database
            .read(|connection| Ok::<_, StoreError>(load(connection, table, id)?))?;
        Ok(found.map(|(draft, _)| {
            let cells = table
                .columns
                .iter()
                .enumerate()
                .map(|(index, column)| (column, draft.cell(index)));
            let given = cells.filter(|(_, cell)| **cell != Cell::Null);
            given
                .map(|(column, cell)| (column.logical_name.clone(), cell.clone()))
                .collect()
        }))
    }

    /// Primary id of the first row whose column equals the cell.
    pub fn find(
        &self,
        schema: &Schema,
        table: &str,
        column: &str,
        value: &Cell,
    ) -> Result<Option<Uuid>, StoreError> {
        let table = schema
            .table(table)
            .ok_or_else(|| StoreError::NoTable(table.to_owned()))?;
        let no_column = || StoreError::NoColumn(column.to_owned(), table.logical_name.clone());
        let encoding = table
            .column(column)
            .and_then(Encoding::of)
            .ok_or_else(no_column)?;
        let sql = format!(
            "SELECT {} FROM {} WHERE {} = ? LIMIT 1",
            quoted(&table.primary_id),
            quoted(&table.logical_name),
            quoted(column)
        );
        self.database.read(|connection| {
            let found = connection
                .prepare_cached(&sql)?
                .query_row([single(encoding, value.clone())], |row| {
                    Ok(as_guid(row.get_ref(0)?))
                })
                .optional()?;
            Ok(found.flatten())
        })
    }

    /// Number of rows of a table.
    pub fn count(&self, schema: &Schema, table: &str) -> Result<u64, StoreError> {
        let table = schema
            .table(table)
            .ok_or_else(|| StoreError::NoTable(table.to_owned()))?;
        let sql = format!("SELECT count(*) FROM {}", quoted(&table.logical_name));
        let count: i64 = self.database.read(|connection| {
            Ok::<_, StoreError>(
                connection
                    .prepare_cached(&sql)?
                    .query_row([], |row| row.get(0))?,
            )
        })?;
        Ok(count.unsigned_abs())
    }

    /// Changes whenever a row of `systemuser`, `team` or `businessunit` is written, so that sign-in can remember
    /// whom it knows. Reading it costs one atomic load.
    pub fn identity_generation(&self) -> u64 {
        self.database.identity_generation()
    }

    /// Notes that rows of a table changed.
    pub(super) fn written(&self, table: &Table) {
        const IDENTITIES: &[&str] = &[
            "systemuser",
            "team",
            "businessunit",
            "teammembership",
            "role",
            "systemuserroles",
            "teamroles",
            "roleprivileges",
        ];
        if IDENTITIES.contains(&table.logical_name.as_str()) {
            self.database.note_identities();
        }
    }
}
