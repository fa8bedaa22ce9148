//! CSV (RFC 4180), of an answer that is there and of rows while they come.
//!
//! A header has to be written before the last row is known. Where the connector says which columns
//! will come it is written first and rows follow as they arrive. Otherwise rows wait in a file until
//! every column is known: no column is ever lost for having come late.

mod cells;
mod error;
mod lines;
mod row;
mod waiting;

pub use cells::Style;
pub use error::CsvError;
pub use lines::{CsvLines, LeftOut};

use super::columns::Rows;
use cells::Cells;
use serde_json::Value;
use std::io::{self, Write};

/// Writes rows with their header; nothing where there is no column at all.
pub(super) fn write(out: &mut dyn Write, rows: &Rows<'_>, style: Style) -> io::Result<()> {
    if rows.columns.is_empty() {
        return Ok(());
    }
    let mut cells = Cells::begin(out, style, &rows.columns)?;
    for row in &rows.rows {
        cells.record(rows.columns.iter().map(|column| {
            let text = matches!(row.get(*column), Some(Value::String(_)));
            (Rows::cell(row, column), text)
        }))?;
    }
    cells.finish()
}
