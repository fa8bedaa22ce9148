//! A row that was found, and what of it is told.
//!
//! Layer: search, pure data.

use indexmap::IndexMap;
use serde_json::{Map, Value};
use uuid::Uuid;

use crate::rows::read::node::FORMATTED;
use crate::schema::{Column, Table};

/// A row as the data API tells it, with annotations.
pub(super) type Row = Map<String, Value>;

/// A row that was found.
#[derive(Clone, Debug)]
pub(super) struct Hit<'a> {
    /// Its table.
    pub(super) table: &'a Table,
    /// Its id.
    pub(super) id: Uuid,
    /// Its number among the texts.
    pub(super) document: i64,
    /// How well it fits.
    pub(super) score: f64,
    /// What of it was found, by column.
    pub(super) highlights: IndexMap<String, Vec<String>>,
    /// Its values.
    pub(super) row: Row,
}

/// What a question found.
#[derive(Debug)]
pub(super) struct Findings<'a> {
    /// The hits of the page.
    pub(super) hits: Vec<Hit<'a>>,
    /// The groups of all hits, by what they were asked for.
    pub(super) facets: IndexMap<String, Vec<Group>>,
    /// How many hits there are; `None` when nobody asked.
    pub(super) count: Option<usize>,
}

/// A group of hits.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Group {
    /// Those with one value, and what people see in its place.
    Value {
        /// The value.
        value: Value,
        /// What people see.
        label: Option<String>,
        /// How many.
        count: usize,
    },
    /// Those from one value on and below another.
    Range {
        /// The first value.
        from: Option<String>,
        /// The value behind the last.
        to: Option<String>,
        /// How many.
        count: usize,
    },
}

/// The value of a column.
pub(super) fn value<'r>(row: &'r Row, column: &Column) -> &'r Value {
    column
        .property()
        .and_then(|property| row.get(&property))
        .unwrap_or(&Value::Null)
}

/// What stands beside the value of a column.
pub(super) fn annotation<'r>(row: &'r Row, column: &Column, name: &str) -> Option<&'r str> {
    row.get(&format!("{}@{name}", column.property()?))?.as_str()
}

/// The value of a column as people read it.
pub(super) fn formatted<'r>(row: &'r Row, column: &Column) -> Option<&'r str> {
    annotation(row, column, FORMATTED)
}
