//! Many rows at once: the path of seeds.
//!
//! Layer: rows. One prepared statement in one transaction. Indexes that only serve reading are dropped when many rows come
//! and made again at the end: sorting a million keys once is several times faster than inserting them one by one.

use rusqlite::params_from_iter;

use crate::schema::{Schema, Table};

use super::storage::database::{Database, Write};
use super::storage::ddl::secondary_indexes;
use super::storage::draft::{Draft, Inserter, position};
use super::storage::layout::quoted;
use super::write::{facts::Facts, recipe::Recipe};
use super::{Cell, Origin, StoreError};

/// Rows from which on the indexes are made again afterwards.
const MANY: u64 = 20_000;

/// Inserts rows as [`RowStore::bulk_insert`](super::RowStore::bulk_insert) promises.
pub(super) fn insert(
    database: &Database,
    schema: &Schema,
    origin: &Origin,
    table: &str,
    columns: &[&str],
    rows: &mut dyn Iterator<Item = Vec<Cell>>,
) -> Result<u64, StoreError> {
    let table = schema
        .table(table)
        .ok_or_else(|| StoreError::NoTable(table.to_owned()))?;
    let positions: Vec<usize> = columns
        .iter()
        .map(|name| {
            position(table, name)
                .ok_or_else(|| StoreError::NoColumn((*name).to_owned(), table.logical_name.clone()))
        })
        .collect::<Result<_, _>>()?;
    let count = database.write(|write| {
        let facts = Facts::new(schema, *origin, write);
        let recipe = Recipe::new(table);
        // What neither the seed nor the recipe ever sets need not be bound a million times.
        let inserter = Inserter::of(table, |index| {
            positions.contains(&index) || recipe.fills(index)
        });
        let mut draft = Draft::empty(table);
        let mut count = 0;
        for cells in rows {
            for (index, cell) in positions.iter().zip(cells) {
                draft.set(*index, cell);
            }
            recipe.complete(&mut draft, &facts)?;
            let values = inserter.take(&mut draft, write.next_version());
            write
                .prepare_cached(&inserter.sql)?
                .execute(params_from_iter(values))?;
            count += 1;
            if count == MANY {
                drop_indexes(write, table)?;
            }
        }
        if count >= MANY {
            make_indexes(write, table)?;
        }
        Ok::<_, StoreError>(count)
    })?;
    if count >= MANY {
        database.settle()?;
    }
    Ok(count)
}

fn drop_indexes(write: &Write<'_>, table: &Table) -> rusqlite::Result<()> {
    let names = secondary_indexes(table)
        .into_iter()
        .map(|index| format!("DROP INDEX IF EXISTS {};", index.name));
    write.execute_batch(&names.collect::<String>())
}

/// Makes the indexes again and lets SQLite learn how their values are spread. Both in the transaction of the insert: its
/// changed schema is what makes readers look at the statistics.
fn make_indexes(write: &Write<'_>, table: &Table) -> rusqlite::Result<()> {
    for index in secondary_indexes(table) {
        write.execute_batch(&index.create)?;
    }
    // A sample of this many entries per index tells as much as all of them.
    let name = quoted(&table.logical_name);
    write.execute_batch(&format!("PRAGMA analysis_limit = 1000; ANALYZE {name}"))
}
