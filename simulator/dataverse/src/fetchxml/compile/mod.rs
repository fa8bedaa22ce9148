//! A FetchXML query to SQL: one `SELECT` whose parameters are collected in the order of their marks.
//!
//! Layer: fetchxml, pure: schema in, text and values out. Names in the text are generated or come from the schema.

mod columns;
mod condition;
mod groups;
mod join;
mod order;
mod source;

use crate::http::SimError;
use crate::query::compile::{Compiler, Property, ROOT, Scene};
use crate::schema::Table;

use super::ast::{Fetch, Link};
use super::errors;
use source::Source;

pub use columns::Columns;
pub use order::Sorting;

/// A query under construction.
pub struct Statement<'a> {
    /// Compiles conditions and keeps the parameters.
    pub compiler: Compiler<'a>,
    sources: Vec<Source<'a>>,
    /// Which source a link became; links are told apart by where they are in the query.
    places: Vec<(*const Link, usize)>,
    links: usize,
    raw_order: bool,
}

/// `FROM` and `WHERE` of a query, with the parameters of both.
pub struct Scope {
    /// What stands behind `FROM`.
    pub from: String,
    /// What stands behind `WHERE`; never empty.
    pub condition: String,
    /// Whether a row of the queried table can come more than once.
    pub multiplies: bool,
}

impl<'a> Statement<'a> {
    /// A query over a table.
    pub fn new(scene: Scene<'a>, table: &'a Table, raw_order: bool) -> Self {
        let root = Source {
            name: table.logical_name.clone(),
            generated: true,
            table,
            alias: ROOT.to_owned(),
        };
        Self {
            compiler: Compiler::new(scene, table),
            sources: vec![root],
            places: Vec::new(),
            links: 0,
            raw_order,
        }
    }

    /// Compiles links and filters. `tie` narrows the queried table's rows further, without parameters; `through` takes the
    /// place of the table itself where rows are reached through an intersect table.
    ///
    /// # Errors
    /// What the query names and the organisation lacks, and what does not go together.
    pub fn scope(
        &mut self,
        fetch: &Fetch,
        through: Option<String>,
        tie: Option<String>,
    ) -> Result<Scope, SimError> {
        let planned = self.plan(&fetch.content.links, 0)?;
        let mut from = through.unwrap_or_else(|| self.compiler.source());
        self.joins(&planned, &mut from)?;
        let mut conditions: Vec<String> = tie.into_iter().collect();
        conditions.extend(self.filters(&fetch.content.filters, 0)?);
        conditions.extend(self.semi_joins(&planned)?);
        if conditions.is_empty() {
            conditions.push("1".to_owned());
        }
        Ok(Scope {
            from,
            condition: conditions.join(" AND "),
            multiplies: planned.iter().any(join::Planned::multiplies),
        })
    }

    /// A column of a source by its logical name, companions such as `owneridname` included.
    ///
    /// # Errors
    /// 400 `0x80041103` when the table lacks it.
    pub fn property(&self, source: usize, name: &str) -> Result<Property<'a>, SimError> {
        self.source(source)?.property(&self.compiler, name)
    }

    fn place(&self, link: &Link) -> Result<usize, SimError> {
        let found = self
            .places
            .iter()
            .find(|(known, _)| std::ptr::eq(*known, link));
        found
            .map(|(_, place)| *place)
            .ok_or_else(|| errors::no_link(&link.table))
    }

    fn source(&self, index: usize) -> Result<&Source<'a>, SimError> {
        self.sources
            .get(index)
            .ok_or_else(|| errors::invalid("The query has no table."))
    }
}
