//! What the command line prints: one document in the format that was asked for.
//!
//! An answer with a `rows` array is a table to a person; every other answer is a document. Each
//! format is its own file and writes to any `io::Write`, so that tests need no terminal.

mod columns;
mod csv;
mod described;
mod document;
mod format;
mod guard;
mod known;
mod layout;
mod notice;
mod query;
mod record;
mod sink;
mod table;
mod text;
mod yaml;

pub use columns::{Rows, Wish, rows_of, rows_property, shown};
pub use csv::{CsvError, CsvLines, LeftOut, Style as CsvStyle};
pub use described::{Described, described};
pub use document::{Unprinted, write};
pub use format::{Format, choose};
pub use guard::Guard;
pub use known::Known;
pub use layout::Layout;
pub use notice::{LAST, NEXT_PAGE, Paging, counted, notice, quoted};
pub use query::{Query, QueryError};
pub use sink::{OutputError, Sink};
pub use table::{grid, pairs};
pub use text::{clean, clean_lines};
