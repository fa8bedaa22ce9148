//! The full-text tables: one for each searched table, brought up to date by row versions when somebody searches.
//!
//! Layer: search, above the row store. Rows that a running transaction has written are not found until it commits. The
//! memory is given back when the rows are put back to an earlier state, and with the process.

use std::collections::HashMap;

use parking_lot::Mutex;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use uuid::Uuid;

use crate::query::compile::{choice_label, lookup_name};
use crate::rows::StoreError;
use crate::rows::storage::database::Database;
use crate::rows::storage::encoding::{as_guid, guid};
use crate::rows::storage::layout::{DELETED, Encoding, VERSION, quoted, sql_column};
use crate::schema::searching::found_by;
use crate::schema::{Column, Schema, Table};

/// What the rows go by in the statement that reads them.
const ALIAS: &str = "r";

/// The full-text tables of an organisation.
#[derive(Default)]
pub struct Index {
    state: Mutex<Option<State>>,
}

struct State {
    connection: Connection,
    tables: HashMap<String, Held>,
}

/// What is held of a table.
struct Held {
    /// What it was when its text was taken: a table or columns that changed begin anew.
    shape: String,
    /// The version up to which its rows are in.
    version: i64,
}

/// The full-text table of one table, up to date.
pub(super) struct Texts<'a> {
    /// Where it is.
    pub(super) connection: &'a Connection,
    /// Its quoted name.
    pub(super) name: String,
    /// The columns whose text it holds, in its own order.
    pub(super) columns: Vec<&'a Column>,
}

impl Index {
    /// Runs `work` with the text of a table.
    ///
    /// # Errors
    /// What `work` returns, or that SQLite failed.
    pub(super) fn with<T, E: From<StoreError>>(
        &self,
        database: &Database,
        schema: &Schema,
        table: &Table,
        work: impl FnOnce(&Texts<'_>) -> Result<T, E>,
    ) -> Result<T, E> {
        let mut state = self.state.lock();
        let state = match &mut *state {
            Some(state) => state,
            empty => empty.insert(State {
                connection: Connection::open_in_memory().map_err(StoreError::from)?,
                tables: HashMap::new(),
            }),
        };
        state.follow(database, schema, table)?;
        work(&Texts {
            connection: &state.connection,
            name: quoted(&table.logical_name),
            columns: found_by(table),
        })
    }

    /// Forgets everything, because the rows are others now.
    pub fn forget(&self) {
        *self.state.lock() = None;
    }

    /// Bytes that the texts take.
    pub(super) fn size(&self) -> i64 {
        let state = self.state.lock();
        let Some(state) = &*state else {
            return 0;
        };
        let number = |pragma: &str| {
            let value = state.connection.query_row(pragma, [], |row| row.get(0));
            value.unwrap_or(0_i64)
        };
        number("PRAGMA page_count").saturating_mul(number("PRAGMA page_size"))
    }
}

impl State {
    /// Takes in what changed of a table since the last time.
    fn follow(
        &mut self,
        database: &Database,
        schema: &Schema,
        table: &Table,
    ) -> Result<(), StoreError> {
        let columns = found_by(table);
        let names: Vec<&str> = columns
            .iter()
            .map(|column| column.logical_name.as_str())
            .collect();
        let shape = format!("{} {}", table.metadata_id(), names.join(" "));
        let known = self.tables.get(&table.logical_name);
        let since = known
            .filter(|held| held.shape == shape)
            .map(|held| held.version);
        if since.is_none() {
            self.begin(table, columns.len())?;
        }
        // What is not committed may never be.
        let version = match database.is_writing() {
            true => since.unwrap_or_default(),
            false => database.read_consistently(|rows| {
                let version = newest(rows, table)?;
                if since != Some(version) {
                    let since = since.unwrap_or(i64::MIN);
                    self.take(rows, schema, table, &columns, since)?;
                }
                Ok::<_, StoreError>(version)
            })?,
        };
        let held = Held { shape, version };
        self.tables.insert(table.logical_name.clone(), held);
        Ok(())
    }

    fn begin(&self, table: &Table, columns: usize) -> Result<(), StoreError> {
        let name = &table.logical_name;
        let texts: Vec<String> = (0..columns).map(|number| format!("c{number}")).collect();
        let (texts_of, keys, words) = (
            quoted(name),
            quoted(&format!("{name}$key")),
            quoted(&format!("{name}$word")),
        );
        self.connection.execute_batch(&format!(
            "DROP TABLE IF EXISTS {words}; DROP TABLE IF EXISTS {texts_of}; DROP TABLE IF EXISTS {keys};
             CREATE TABLE {keys} (doc INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE);
             CREATE VIRTUAL TABLE {texts_of} USING fts5({}, tokenize = \"unicode61 remove_diacritics 2\");
             CREATE VIRTUAL TABLE {words} USING fts5vocab({texts_of}, 'row');",
            texts.join(", ")
        ))?;
        Ok(())
    }

    fn take(
        &self,
        rows: &Connection,
        schema: &Schema,
        table: &Table,
        columns: &[&Column],
        since: i64,
    ) -> Result<(), StoreError> {
        let transaction = self.connection.unchecked_transaction()?;
        let keys = quoted(&format!("{}$key", table.logical_name));
        let texts = quoted(&table.logical_name);
        let drop = |id: Uuid| -> Result<(), StoreError> {
            let sql = format!("SELECT doc FROM {keys} WHERE id = ?");
            let mut statement = transaction.prepare_cached(&sql)?;
            let doc: Option<i64> = statement
                .query_row([guid(id)], |row| row.get(0))
                .optional()?;
            if let Some(doc) = doc {
                let sql = format!("DELETE FROM {texts} WHERE rowid = ?");
                transaction.prepare_cached(&sql)?.execute([doc])?;
                let sql = format!("DELETE FROM {keys} WHERE doc = ?");
                transaction.prepare_cached(&sql)?.execute([doc])?;
            }
            Ok(())
        };
        if since > i64::MIN {
            let sql = format!("SELECT id FROM {DELETED} WHERE \"table\" = ? AND version > ?");
            let mut statement = rows.prepare_cached(&sql)?;
            let mut gone = statement.query(params![table.logical_name, since])?;
            while let Some(row) = gone.next()? {
                drop(as_guid(row.get_ref(0)?).unwrap_or_default())?;
            }
        }
        let read: Vec<String> = columns
            .iter()
            .map(|column| text_of(schema, table, column))
            .collect();
        let sql = format!(
            "SELECT {ALIAS}.{}, {} FROM {} AS {ALIAS} WHERE {ALIAS}.{VERSION} > ?",
            quoted(&table.primary_id),
            read.join(", "),
            texts
        );
        let marks = vec!["?"; columns.len() + 1].join(", ");
        let names: Vec<String> = (0..columns.len())
            .map(|number| format!("c{number}"))
            .collect();
        let put = format!(
            "INSERT INTO {texts} (rowid, {}) VALUES ({marks})",
            names.join(", ")
        );
        let mut statement = rows.prepare(&sql)?;
        let mut changed = statement.query([since])?;
        while let Some(row) = changed.next()? {
            let id = as_guid(row.get_ref(0)?).unwrap_or_default();
            if since > i64::MIN {
                drop(id)?;
            }
            let sql = format!("INSERT INTO {keys} (id) VALUES (?)");
            transaction.prepare_cached(&sql)?.execute([guid(id)])?;
            let mut values = vec![Value::Integer(transaction.last_insert_rowid())];
            for slot in 0..columns.len() {
                values.push(row.get(slot + 1)?);
            }
            transaction
                .prepare_cached(&put)?
                .execute(params_from_iter(values))?;
        }
        transaction.commit()?;
        Ok(())
    }
}

/// The text of a column as people read it: names of lookups, labels of choices.
fn text_of(schema: &Schema, table: &Table, column: &Column) -> String {
    if column.is_lookup() {
        return lookup_name(schema, ALIAS, column);
    }
    let sql = format!("{ALIAS}.{}", sql_column(table, column));
    match (column.options(), Encoding::of(column)) {
        (Some(options), Some(Encoding::Integer)) => choice_label(&sql, options),
        (_, Some(Encoding::Text)) => sql,
        _ => "NULL".to_owned(),
    }
}

/// The version of the newest change of a table's rows, deletions among them.
fn newest(rows: &Connection, table: &Table) -> Result<i64, StoreError> {
    let sql = format!(
        "SELECT max(coalesce((SELECT max({VERSION}) FROM {}), 0), \
         coalesce((SELECT max(version) FROM {DELETED} WHERE \"table\" = ?), 0))",
        quoted(&table.logical_name)
    );
    Ok(rows
        .prepare_cached(&sql)?
        .query_row([&table.logical_name], |row| row.get(0))?)
}
