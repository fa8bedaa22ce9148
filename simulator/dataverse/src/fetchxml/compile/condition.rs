//! `<filter>` and `<condition>` to SQL.
//!
//! Layer: fetchxml, pure. An empty filter holds for every row.

use crate::http::SimError;
use crate::query::compile::{Arity, Misuse, Property, balanced, compared, comparison};

use super::super::ast::{Condition, Filter, Item};
use super::super::{errors, operators};
use super::Statement;

impl<'a> Statement<'a> {
    /// The filters of an element, each a condition.
    pub(super) fn filters(
        &mut self,
        filters: &[Filter],
        source: usize,
    ) -> Result<Vec<String>, SimError> {
        filters
            .iter()
            .filter(|filter| !filter.items.is_empty())
            .map(|filter| self.filter(filter, source))
            .collect()
    }

    fn filter(&mut self, filter: &Filter, source: usize) -> Result<String, SimError> {
        let mut conditions = Vec::new();
        for item in &filter.items {
            match item {
                Item::Condition(condition) => conditions.push(self.condition(condition, source)?),
                Item::Filter(inner) if inner.items.is_empty() => {}
                Item::Filter(inner) => conditions.push(self.filter(inner, source)?),
                Item::Link(link) => conditions.push(self.linked(link, source)?),
            }
        }
        Ok(balanced(
            &conditions,
            if filter.any { " OR " } else { " AND " },
        ))
    }

    fn condition(&mut self, condition: &Condition, source: usize) -> Result<String, SimError> {
        let source = match &condition.link {
            None => source,
            Some(link) => self.find_source(link)?,
        };
        let property = self.property(source, &condition.column)?;
        if let Some(other) = &condition.other {
            return self.column_comparison(condition, &property, other, source);
        }
        // Clients send empty values along with operators that take none.
        let values: &[String] = match Arity::of(condition.operator) {
            Some(Arity::None) => &[],
            _ => &condition.values,
        };
        self.compiler
            .operator(&property, condition.operator, values)
            .map_err(|misuse| refusal(misuse, condition, &property))
    }

    fn column_comparison(
        &mut self,
        condition: &Condition,
        property: &Property<'a>,
        other: &str,
        source: usize,
    ) -> Result<String, SimError> {
        let name = operators::name(condition.operator);
        let Some(comparison) = comparison(condition.operator) else {
            return Err(errors::operator(format!(
                "The condition operator '{name}' is not supported for a comparison of columns."
            )));
        };
        let (source, column) = match other.split_once('.') {
            None => (source, other),
            Some((link, column)) => (self.find_source(link)?, column),
        };
        let other = self.property(source, column)?;
        if other.encoding != property.encoding {
            return Err(errors::operator(format!(
                "The columns '{}' and '{column}' are not of the same type and can't be compared.",
                condition.column
            )));
        }
        Ok(compared(&property.sql, comparison, &other.sql))
    }
}

fn refusal(misuse: Misuse, condition: &Condition, property: &Property<'_>) -> SimError {
    let name = operators::name(condition.operator);
    let (table, column) = (&property.table.logical_name, &condition.column);
    match misuse {
        Misuse::Unknown => {
            errors::operator(format!("The condition operator '{name}' is not valid."))
        }
        Misuse::Count(wanted) => errors::invalid(format!(
            "The condition operator '{name}' takes {wanted}, and the condition on '{column}' has {}.",
            condition.values.len()
        )),
        Misuse::Value(_, value) => errors::invalid(format!(
            "The value '{value}' of the condition on '{table}.{column}' does not fit the column."
        )),
        Misuse::Column(needed) => errors::operator(format!(
            "The condition operator '{name}' needs {needed}, and '{table}.{column}' is none."
        )),
        Misuse::Flat => errors::operator(format!(
            "The condition operator '{name}' needs a hierarchical relationship, and '{table}.{column}' has none."
        )),
        Misuse::NoFullText => errors::operator(format!(
            "Full-text search is not enabled for the entity '{table}'."
        )),
    }
}
