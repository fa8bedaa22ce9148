//! A query under construction: its tables by name, and the parameters in the order of their marks.
//!
//! Layer: fetchxml, pure.

use super::planned::Planned;
use crate::fetchxml::ast::{Fetch, Link};
use crate::fetchxml::compile::source::Source;
use crate::fetchxml::errors;
use crate::http::SimError;
use crate::query::compile::{Compiler, Property, ROOT, Scene};
use crate::schema::Table;

/// A query under construction.
pub struct Statement<'a> {
    /// Compiles conditions and keeps the parameters.
    pub compiler: Compiler<'a>,
    pub(super) sources: Vec<Source<'a>>,
    /// Which source a link became; links are told apart by where they are in the query.
    pub(super) places: Vec<(*const Link, usize)>,
    pub(super) links: usize,
    pub(super) raw_order: bool,
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
            multiplies: planned.iter().any(Planned::multiplies),
        })
    }

    /// A column of a source by its logical name, companions such as `owneridname` included.
    ///
    /// # Errors
    /// 400 `0x80041103` when the table lacks it.
    pub fn property(&self, source: usize, name: &str) -> Result<Property<'a>, SimError> {
        self.source(source)?.property(&self.compiler, name)
    }

    pub(super) fn place(&self, link: &Link) -> Result<usize, SimError> {
        let found = self
            .places
            .iter()
            .find(|(known, _)| std::ptr::eq(*known, link));
        found
            .map(|(_, place)| *place)
            .ok_or_else(|| errors::no_link(&link.table))
    }

    pub(super) fn source(&self, index: usize) -> Result<&Source<'a>, SimError> {
        self.sources
            .get(index)
            .ok_or_else(|| errors::invalid("The query has no table."))
    }
}

impl<'a> Statement<'a> {
    /// Adds the table of a link and tells its place.
    ///
    /// # Errors
    /// When there is no such table, or the alias is taken.
    pub(super) fn add_source(
        &mut self,
        table: &str,
        alias: Option<&str>,
    ) -> Result<usize, SimError> {
        let table = self.table(table)?;
        self.links += 1;
        let name = match alias {
            Some(alias) => alias.to_owned(),
            None => format!("{}{}", table.logical_name, self.links),
        };
        if self.sources.iter().any(|known| known.name == name) && alias.is_some() {
            let root = self.sources.first().is_some_and(|root| root.name == name);
            if !root {
                return Err(errors::invalid(format!(
                    "The alias '{name}' is used by more than one link-entity of the query."
                )));
            }
        }
        let source = Source {
            name,
            generated: alias.is_none(),
            table,
            alias: self.compiler.new_alias('l'),
        };
        self.sources.push(source);
        Ok(self.sources.len() - 1)
    }

    /// A table by its logical name.
    pub(super) fn table(&self, name: &str) -> Result<&'a Table, SimError> {
        let schema = self.compiler.scene().schema;
        schema.table(name).ok_or_else(|| errors::no_table(name))
    }

    /// The place of a link by its alias, or by its table's name when it has none.
    pub(super) fn find_source(&self, name: &str) -> Result<usize, SimError> {
        let by_alias = self
            .sources
            .iter()
            .rposition(|source| source.name == name && !source.generated);
        let by_table = || {
            self.sources.iter().rposition(|source| {
                source.generated && (source.table.logical_name == name || source.name == name)
            })
        };
        by_alias
            .or_else(by_table)
            .ok_or_else(|| errors::no_link(name))
    }
}
