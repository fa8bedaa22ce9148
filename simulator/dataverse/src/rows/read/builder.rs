//! What is collected while one SQL statement and the nodes that read its rows are built.
//!
//! Layer: read, pure. [`projection`](super::projection) fills it with columns, [`expansion`](super::expansion) with
//! collections, [`annotations`](super::annotations) with what stands beside values.

use crate::query::compile::Compiler;
use crate::query::expand::Expand;
use crate::schema::{Column, Table};

use super::node::Wanted;
use super::rules::Rules;

/// Collects the columns of one SQL statement while nodes are built.
pub struct Builder<'c, 'a> {
    /// The statement.
    pub compiler: &'c mut Compiler<'a>,
    /// What stands behind `SELECT`.
    pub columns: Vec<String>,
    /// What the caller wants.
    pub wanted: Wanted,
    /// Rules that depend on the whole query.
    pub expansion: Rules,
}

/// The rows to read of one table and what to read of them.
pub struct Shape<'s, 'a> {
    /// The table.
    pub table: &'a Table,
    /// The name that its rows go by in the statement.
    pub alias: &'s str,
    /// `$select`.
    pub select: Option<&'s [String]>,
    /// `$expand`.
    pub expand: &'s [Expand],
    /// Columns to add to a selection.
    pub also: Vec<&'a Column>,
}
