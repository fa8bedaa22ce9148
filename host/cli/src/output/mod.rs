//! What the command line prints: one document in the format that was asked for.
//!
//! An answer with a `rows` array is a table to a person; every other answer is a document. Each
//! format is its own file and writes to any `io::Write`, so that tests need no terminal.

mod columns;
mod csv_lines;
mod document;
mod format;
mod notice;
mod sink;
mod table;
mod text;
mod yaml;

pub use columns::{Rows, rows_of, rows_property, shown};
pub use csv_lines::CsvLines;
pub use document::{Layout, write};
pub use format::{Format, choose};
pub use notice::{Paging, notice};
pub use sink::{OutputError, Sink};
pub use table::{grid, pairs};
pub use text::{clean, clean_lines};
