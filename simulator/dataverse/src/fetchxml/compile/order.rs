//! `<order>` to sort keys.
//!
//! Layer: fetchxml, pure. The queried table's orders come first, then those of its links. Lookups sort by the name of their
//! target, choices by their label unless the query wants numbers (reference §3.3, §3.9).

use crate::http::SimError;
use crate::query::compile::{ROOT, Term, choice_label, lookup_key};
use crate::rows::storage::layout::{Encoding, quoted};
use crate::schema::ColumnKind;

use super::super::ast::{Content, Fetch, Link, Order, OrderBy};
use super::super::errors;
use super::Statement;

/// How the rows of a query are sorted.
pub struct Sorting {
    /// The sort keys.
    pub terms: Vec<Term>,
    /// Whether a cookie can say where a page ended: all keys are the queried table's own.
    pub has_cookie: bool,
}

impl<'a> Statement<'a> {
    /// The sort keys of a query that returns rows, ending in the primary id unless `distinct` forbids it.
    ///
    /// # Errors
    /// Unknown columns, and keys of a distinct query that it does not return.
    pub fn sorting(&mut self, fetch: &Fetch) -> Result<Sorting, SimError> {
        let mut keys = Vec::new();
        collect(&fetch.content, None, &mut keys);
        let mut terms = Vec::new();
        let mut has_cookie = !fetch.distinct;
        for (order, place) in keys {
            let (source, column) = self.ordered_column(&fetch.content, order, place)?;
            if fetch.distinct && !self.returns(fetch, source, &column)? {
                return Err(errors::invalid(format!(
                    "A distinct query can only be ordered by columns that it returns, and '{column}' is none."
                )));
            }
            has_cookie &= source == 0;
            terms.push(self.term(source, &column, order.descending)?);
        }
        let root = self.source(0)?.table;
        let is_total = terms.iter().any(|term| term.name == root.primary_id);
        if !fetch.distinct && !is_total {
            terms.push(Term {
                name: root.primary_id.clone(),
                sql: format!("{ROOT}.{}", quoted(&root.primary_id)),
                encoding: Encoding::Guid,
                descending: terms.last().is_some_and(|term: &Term| term.descending),
                nullable: false,
            });
        }
        Ok(Sorting { terms, has_cookie })
    }

    /// One sort key.
    pub(super) fn term(
        &self,
        source: usize,
        column: &str,
        descending: bool,
    ) -> Result<Term, SimError> {
        let property = self.property(source, column)?;
        let is_id = property.table.primary_id == column;
        let (sql, encoding) = match (property.encoding, property.column.options()) {
            (Encoding::Reference { .. }, _) => (
                lookup_key(
                    self.compiler.scene().schema,
                    &property.alias,
                    property.column,
                ),
                Encoding::Text,
            ),
            (Encoding::Integer, Some(options)) if !self.raw_order => {
                (choice_label(&property.sql, options), Encoding::Text)
            }
            (encoding, _) => (property.sql.clone(), encoding),
        };
        if matches!(property.column.kind, ColumnKind::MultiChoice { .. }) {
            return Err(errors::invalid(format!(
                "The choices column '{column}' can't be ordered by."
            )));
        }
        Ok(Term {
            name: column.to_owned(),
            sql,
            encoding,
            descending,
            nullable: !is_id,
        })
    }

    /// The column that an order names, through its alias if need be.
    fn ordered_column(
        &self,
        root: &Content,
        order: &Order,
        place: Option<&Link>,
    ) -> Result<(usize, String), SimError> {
        let own = match place {
            None => 0,
            Some(link) => self.place(link)?,
        };
        let source = match &order.link {
            None => own,
            Some(link) => self.find_source(link)?,
        };
        match &order.by {
            OrderBy::Column(column) => Ok((source, column.clone())),
            OrderBy::Alias(alias) => {
                let (source, column) = self
                    .aliased(root, 0, alias)?
                    .ok_or_else(|| errors::invalid(format!("The alias '{alias}' is unknown.")))?;
                Ok((source, column))
            }
        }
    }

    /// The column behind an alias.
    fn aliased(
        &self,
        content: &Content,
        source: usize,
        alias: &str,
    ) -> Result<Option<(usize, String)>, SimError> {
        for attribute in &content.attributes {
            if attribute.alias.as_deref() == Some(alias) {
                return Ok(Some((source, attribute.name.clone())));
            }
        }
        for link in content.links.iter().filter(|link| link.kind.has_columns()) {
            let place = self.place(link)?;
            if let Some(found) = self.aliased(&link.content, place, alias)? {
                return Ok(Some(found));
            }
        }
        Ok(None)
    }

    fn returns(&self, fetch: &Fetch, source: usize, column: &str) -> Result<bool, SimError> {
        let mut content = vec![(0, &fetch.content)];
        while let Some((place, next)) = content.pop() {
            let named = next.attributes.iter().any(|known| known.name == column);
            if place == source && (named || next.all || next.attributes.is_empty() && place == 0) {
                return Ok(true);
            }
            for link in next.links.iter().filter(|link| link.kind.has_columns()) {
                let place = self.place(link)?;
                content.push((place, &link.content));
            }
        }
        Ok(false)
    }
}

/// All orders with the link they stand in, the outer ones first.
fn collect<'q>(
    content: &'q Content,
    place: Option<&'q Link>,
    found: &mut Vec<(&'q Order, Option<&'q Link>)>,
) {
    found.extend(content.orders.iter().map(|order| (order, place)));
    for link in content.links.iter().filter(|link| link.kind.has_columns()) {
        collect(&link.content, Some(link), found);
    }
}
