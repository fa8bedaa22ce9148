//! `aggregate='true'`: every attribute is an aggregate or a group.
//!
//! Layer: fetchxml, pure (reference §3.9). Orders name aliases.

use crate::http::SimError;
use crate::query::compile::Term;
use crate::rows::read::aggregate::{Aggregated, aggregate, dated};
use crate::rows::read::builder::Builder;
use crate::rows::read::node::Wanted;
use crate::rows::read::rules::Rules;
use crate::rows::storage::layout::Encoding;

use super::super::ast::{Attribute, Content, Fetch, Order, OrderBy};
use super::super::errors;
use super::columns::{bare_node, name_of};
use super::{Columns, Statement};

/// One attribute of an aggregate query, compiled.
struct Result1 {
    alias: String,
    sql: String,
    /// The column itself, where rows sort by its label or name.
    column: Option<(usize, String)>,
}

impl<'a> Statement<'a> {
    /// The columns and sort keys of an aggregate query.
    ///
    /// # Errors
    /// Unknown columns, attributes without an alias, attributes that are neither aggregate nor group.
    pub fn aggregated(
        &mut self,
        fetch: &Fetch,
        wanted: Wanted,
    ) -> Result<(Columns, Vec<Term>), SimError> {
        let mut contents: Vec<(usize, &Content)> = vec![(0, &fetch.content)];
        self.linked_attributes(&fetch.content, &mut contents)?;
        let mut node = bare_node(self.source(0)?.table);
        let mut groups = Vec::new();
        let mut results: Vec<Result1> = Vec::new();
        let mut select = Vec::new();
        for (place, content) in &contents {
            if content.all {
                return Err(errors::plain_in_aggregate("all-attributes"));
            }
            for attribute in &content.attributes {
                let property = self.property(*place, &attribute.name)?;
                let alias = alias_of(attribute)?;
                if results.iter().any(|known| known.alias == alias) {
                    return Err(errors::repeated_alias(alias));
                }
                let mut builder = Builder {
                    compiler: &mut self.compiler,
                    columns: std::mem::take(&mut select),
                    wanted,
                    expansion: Rules::of(&[], 1),
                };
                let (found, column) = match (attribute.aggregate, attribute.group) {
                    (Some(how), false) => (
                        aggregate(&mut builder, &property, how, attribute.distinct, alias)?,
                        None,
                    ),
                    (None, true) => {
                        let (found, column) = match attribute.date_part {
                            Some(part) => (dated(&mut builder, &property, part, alias)?, None),
                            None => {
                                let field = builder
                                    .named_field(
                                        property.table,
                                        &property.alias,
                                        property.column,
                                        alias,
                                        true,
                                        &mut None,
                                    )
                                    .ok_or_else(|| errors::plain_in_aggregate(&attribute.name))?;
                                let sql = property.sql.clone();
                                let column = Some((*place, attribute.name.clone()));
                                (Aggregated { field, sql }, column)
                            }
                        };
                        groups.push(found.sql.clone());
                        (found, column)
                    }
                    (Some(_), true) => return Err(errors::both_in_aggregate()),
                    (None, false) => return Err(errors::plain_in_aggregate(&attribute.name)),
                };
                select = builder.columns;
                results.push(Result1 {
                    alias: alias.to_owned(),
                    sql: found.sql,
                    column,
                });
                node.fields.push(found.field);
            }
        }
        if results.is_empty() {
            return Err(errors::invalid("An aggregate query needs attributes."));
        }
        let mut terms = Vec::new();
        for order in contents.iter().flat_map(|(_, content)| &content.orders) {
            terms.push(self.result_term(order, &results)?);
        }
        // Groups come in the order of their values where the query wants no other.
        terms.extend(groups.iter().map(|sql| term(sql, false)));
        let names = node.fields.iter().map(name_of).collect();
        let columns = Columns {
            select,
            node,
            marks: Vec::new(),
            groups,
            names: Some(names),
        };
        Ok((columns, terms))
    }

    fn result_term(&self, order: &Order, results: &[Result1]) -> Result<Term, SimError> {
        let OrderBy::Alias(alias) = &order.by else {
            return Err(errors::aggregate_ordered_by_column());
        };
        let found = results
            .iter()
            .find(|result| result.alias == *alias)
            .ok_or_else(|| errors::invalid(format!("The alias '{alias}' is unknown.")))?;
        match &found.column {
            Some((place, column)) => self.term(*place, column, order.descending),
            None => Ok(term(&found.sql, order.descending)),
        }
    }
}

fn alias_of(attribute: &Attribute) -> Result<&str, SimError> {
    let alias = attribute.alias.as_deref();
    alias.ok_or_else(|| errors::no_alias(&attribute.name))
}

fn term(sql: &str, descending: bool) -> Term {
    Term {
        name: String::new(),
        sql: sql.to_owned(),
        encoding: Encoding::Integer,
        descending,
        nullable: true,
    }
}
