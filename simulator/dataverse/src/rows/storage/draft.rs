//! One whole row in memory: read from its table, changed, written back.
//!
//! Layer: storage.

use rusqlite::{Connection, OptionalExtension, params_from_iter, types::Value};
use uuid::Uuid;

use crate::rows::Cell;
use crate::schema::{Column, Table};

use super::{
    encoding::{cell, guid, push},
    layout::{Encoding, VERSION, quoted, stored, type_column},
};

/// The cells of a row in the order of the table's columns. Columns that are not kept are null.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    cells: Vec<Cell>,
}

impl Draft {
    /// A row without values.
    pub fn empty(table: &Table) -> Self {
        Self {
            cells: vec![Cell::Null; table.columns.len()],
        }
    }

    /// The cell of a column by its position.
    pub fn cell(&self, index: usize) -> &Cell {
        self.cells.get(index).unwrap_or(&Cell::Null)
    }

    /// The cell of a column by its logical name; null when there is no such column.
    pub fn named(&self, table: &Table, logical_name: &str) -> &Cell {
        position(table, logical_name).map_or(&Cell::Null, |index| self.cell(index))
    }

    /// Sets a cell.
    pub fn set(&mut self, index: usize, value: Cell) {
        if let Some(cell) = self.cells.get_mut(index) {
            *cell = value;
        }
    }

    /// Sets the cell of a column, where the table has it, and tells its position.
    pub fn set_named(&mut self, table: &Table, logical_name: &str, value: Cell) -> Option<usize> {
        let index = position(table, logical_name)?;
        self.set(index, value);
        Some(index)
    }

    /// The text of a column, `None` when it has none.
    pub fn text(&self, table: &Table, logical_name: &str) -> Option<&str> {
        match self.named(table, logical_name) {
            Cell::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// Position of a column in metadata order.
pub fn position(table: &Table, logical_name: &str) -> Option<usize> {
    // `Table::column` looks the name up in an index; where it stands follows from where it lies.
    let column = table.column(logical_name)?;
    table
        .columns
        .iter()
        .position(|candidate| std::ptr::eq(candidate, column))
}

/// An `INSERT` for some columns of a table and the version.
pub struct Inserter {
    /// The statement.
    pub sql: String,
    columns: Vec<(usize, Encoding)>,
}

impl Inserter {
    /// Inserts every kept column.
    pub fn new(table: &Table) -> Self {
        Self::of(table, |_| true)
    }

    /// Inserts the kept columns whose position is `used`; the others stay null.
    pub fn of(table: &Table, used: impl Fn(usize) -> bool) -> Self {
        let kept: Vec<(usize, &Column, Encoding)> =
            stored(table).filter(|(index, _, _)| used(*index)).collect();
        let names: Vec<String> = std::iter::once(VERSION.to_owned())
            .chain(
                kept.iter()
                    .flat_map(|(_, column, encoding)| sql_names(column, *encoding)),
            )
            .collect();
        let marks = vec!["?"; names.len()].join(",");
        let table = quoted(&table.logical_name);
        Self {
            sql: format!("INSERT INTO {table} ({}) VALUES ({marks})", names.join(",")),
            columns: kept
                .into_iter()
                .map(|(index, _, encoding)| (index, encoding))
                .collect(),
        }
    }

    /// The parameters for a row. They are taken out of the draft, which is empty afterwards and can be filled again.
    pub fn take(&self, draft: &mut Draft, version: i64) -> Vec<Value> {
        let mut values = Vec::with_capacity(self.columns.len() + 4);
        values.push(Value::Integer(version));
        for (index, encoding) in &self.columns {
            let cell = draft
                .cells
                .get_mut(*index)
                .map_or(Cell::Null, |cell| std::mem::replace(cell, Cell::Null));
            push(&mut values, *encoding, cell);
        }
        values
    }
}

/// Inserts a row.
pub fn insert(
    connection: &Connection,
    table: &Table,
    mut draft: Draft,
    version: i64,
) -> rusqlite::Result<()> {
    let inserter = Inserter::new(table);
    let values = inserter.take(&mut draft, version);
    connection
        .prepare_cached(&inserter.sql)?
        .execute(params_from_iter(values))?;
    Ok(())
}

/// Reads a row and its version.
pub fn load(
    connection: &Connection,
    table: &Table,
    id: Uuid,
) -> rusqlite::Result<Option<(Draft, i64)>> {
    let columns: Vec<String> = stored(table)
        .flat_map(|(_, column, encoding)| sql_names(column, encoding))
        .collect();
    let sql = format!(
        "SELECT {VERSION},{} FROM {} WHERE {} = ?",
        columns.join(","),
        quoted(&table.logical_name),
        quoted(&table.primary_id)
    );
    connection
        .prepare_cached(&sql)?
        .query_row([guid(id)], |row| {
            let mut draft = Draft::empty(table);
            let mut slot = 1;
            for (index, column, encoding) in stored(table) {
                let polymorphic = encoding == Encoding::Reference { polymorphic: true };
                let target = if polymorphic {
                    Some(row.get_ref(slot + 1)?)
                } else {
                    None
                };
                draft.set(index, cell(column, encoding, row.get_ref(slot)?, target));
                slot += 1 + usize::from(polymorphic);
            }
            Ok((draft, row.get(0)?))
        })
        .optional()
}

/// Writes the changed columns of a row and its new version.
pub fn update(
    connection: &Connection,
    table: &Table,
    id: Uuid,
    draft: &Draft,
    changed: &[usize],
    version: i64,
) -> rusqlite::Result<()> {
    let mut assignments = vec![format!("{VERSION}=?")];
    let mut values = vec![Value::Integer(version)];
    for (index, column, encoding) in stored(table).filter(|(index, _, _)| changed.contains(index)) {
        assignments.extend(sql_names(column, encoding).map(|name| format!("{name}=?")));
        push(&mut values, encoding, draft.cell(index).clone());
    }
    values.push(guid(id));
    let sql = format!(
        "UPDATE {} SET {} WHERE {}=?",
        quoted(&table.logical_name),
        assignments.join(","),
        quoted(&table.primary_id)
    );
    connection
        .prepare_cached(&sql)?
        .execute(params_from_iter(values))?;
    Ok(())
}

fn sql_names(column: &Column, encoding: Encoding) -> impl Iterator<Item = String> {
    let companion =
        (encoding == Encoding::Reference { polymorphic: true }).then(|| type_column(column));
    std::iter::once(quoted(&column.logical_name)).chain(companion)
}
