//! A FetchXML query to SQL: one `SELECT` whose parameters are collected in the order of their marks.
//!
//! Layer: fetchxml, pure: schema in, text and values out. Names in the text are generated or come from the schema.

mod columns;
mod condition;
mod groups;
mod join;
mod order;
mod planned;
mod source;
mod statement;

use source::Source;
pub use statement::{Scope, Statement};

pub use columns::Columns;
pub use order::Sorting;
