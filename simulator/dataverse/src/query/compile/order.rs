//! Sort keys to SQL, and "what comes after this row" to a condition.
//!
//! Layer: query, pure. Every order ends in the primary id, so that it is total and a page can be continued after any row.

use rusqlite::types::Value;

use crate::http::SimError;
use crate::query::cookie;
use crate::query::parse::SortKey;
use crate::rows::storage::layout::{Encoding, quoted};

use super::{Compiler, lookup_key};

/// Columns that are never null, for which a descending page can start at a bound.
const ALWAYS_SET: &[&str] = &["createdon", "modifiedon", "statecode", "versionnumber"];

/// One sort key in SQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// What the paging cookie calls it.
    pub name: String,
    /// The expression.
    pub sql: String,
    /// How its values are kept.
    pub encoding: Encoding,
    /// Whether the largest value comes first.
    pub descending: bool,
    /// Whether rows without a value must be reckoned with.
    pub nullable: bool,
}

/// The terms of `$orderby`, ending in the primary id. A lookup sorts by the name of its target (reference §3.3).
pub fn terms(compiler: &mut Compiler<'_>, keys: &[SortKey]) -> Result<Vec<Term>, SimError> {
    let mut terms = Vec::with_capacity(keys.len() + 1);
    let mut total = false;
    for key in keys {
        let property = compiler.property(&key.path)?;
        let by_name = matches!(property.encoding, Encoding::Reference { .. });
        let (sql, encoding) = if by_name {
            (
                lookup_key(compiler.scene.schema, &property.alias, property.column),
                Encoding::Text,
            )
        } else {
            (property.sql, property.encoding)
        };
        let own = key.path.segments.len() == 1;
        let is_primary = own && property.column.logical_name == property.table.primary_id;
        total |= is_primary;
        terms.push(Term {
            name: key.path.segments.join("."),
            sql,
            encoding,
            descending: key.descending,
            nullable: !(is_primary
                || own && ALWAYS_SET.contains(&property.column.logical_name.as_str())),
        });
    }
    if !total && let Some(scope) = compiler.scopes.first() {
        // In the direction of the key before it, so that an index over both can be walked either way.
        let descending = terms.last().is_some_and(|term: &Term| term.descending);
        terms.push(Term {
            name: scope.table.primary_id.clone(),
            sql: format!("{}.{}", scope.alias, quoted(&scope.table.primary_id)),
            encoding: Encoding::Guid,
            descending,
            nullable: false,
        });
    }
    Ok(terms)
}

/// What stands behind `ORDER BY`.
pub fn order_by(terms: &[Term]) -> String {
    let keys: Vec<String> = terms
        .iter()
        .map(|term| format!("{}{}", term.sql, if term.descending { " DESC" } else { "" }))
        .collect();
    keys.join(", ")
}

/// The sort values that a paging cookie tells, by the names of its keys. `None` when it is another query's.
pub fn place_values(terms: &[Term], told: &[(String, Option<String>)]) -> Option<Vec<Value>> {
    if told.len() != terms.len() {
        return None;
    }
    told.iter()
        .zip(terms)
        .map(|((name, text), term)| {
            let same = *name == term.name;
            same.then(|| cookie::value(term.encoding, text.as_deref()))?
        })
        .collect()
}

/// The condition that a row sorts after the one with these values, and its parameters. Nulls sort lowest.
pub fn after(terms: &[Term], values: &[Value]) -> (String, Vec<Value>) {
    let Some(((term, value), rest)) = terms
        .iter()
        .zip(values)
        .next()
        .map(|first| (first, (terms.get(1..), values.get(1..))))
    else {
        return ("0".to_owned(), Vec::new());
    };
    let (later, later_parameters) = later(term, value);
    let (Some(terms @ [_, ..]), Some(values @ [_, ..])) = rest else {
        return (later, later_parameters);
    };
    let (beyond, beyond_parameters) = after(terms, values);
    let mut parameters = Vec::new();
    let (same, bound) = match value {
        Value::Null => (format!("{} IS NULL", term.sql), None),
        _ => (format!("{} = ?", term.sql), bound(term)),
    };
    // Implied by the rest, but the only part from which SQLite sees where in an index to start.
    let prefix = match bound {
        Some(bound) => {
            parameters.push(value.clone());
            format!("{bound} AND ")
        }
        None => String::new(),
    };
    parameters.extend(later_parameters);
    if *value != Value::Null {
        parameters.push(value.clone());
    }
    parameters.extend(beyond_parameters);
    (
        format!("{prefix}({later} OR ({same} AND ({beyond})))"),
        parameters,
    )
}

fn later(term: &Term, value: &Value) -> (String, Vec<Value>) {
    let sql = &term.sql;
    match (value, term.descending) {
        (Value::Null, false) => (format!("{sql} IS NOT NULL"), Vec::new()),
        (Value::Null, true) => ("0".to_owned(), Vec::new()),
        (value, false) => (format!("{sql} > ?"), vec![value.clone()]),
        (value, true) if term.nullable => {
            (format!("({sql} < ? OR {sql} IS NULL)"), vec![value.clone()])
        }
        (value, true) => (format!("{sql} < ?"), vec![value.clone()]),
    }
}

fn bound(term: &Term) -> Option<String> {
    match (term.descending, term.nullable) {
        (false, _) => Some(format!("{} >= ?", term.sql)),
        (true, false) => Some(format!("{} <= ?", term.sql)),
        (true, true) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(sql: &str, descending: bool, nullable: bool) -> Term {
        Term {
            name: sql.to_owned(),
            sql: sql.to_owned(),
            encoding: Encoding::Integer,
            descending,
            nullable,
        }
    }

    /// Pages through every order with an in-memory table and checks that each row comes exactly once.
    #[test]
    fn pages_cover_every_row_once_in_every_order() {
        let connection = rusqlite::Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE r (a INTEGER, b INTEGER, id INTEGER)")
            .unwrap();
        for id in 0..27i64 {
            let null_or = |digit: i64| (digit > 0).then_some(digit);
            connection
                .execute(
                    "INSERT INTO r VALUES (?, ?, ?)",
                    (null_or(id / 9), null_or(id / 3 % 3), id * 7 % 27),
                )
                .unwrap();
        }
        for directions in 0..8 {
            let terms = [
                term("a", directions & 1 > 0, true),
                term("b", directions & 2 > 0, true),
                term("id", directions & 4 > 0, false),
            ];
            let whole = page(&connection, &terms, "1", &[], 100);
            let mut paged = page(&connection, &terms, "1", &[], 4);
            while let Some(last) = paged.last().cloned() {
                let (condition, parameters) = after(&terms, &last);
                let next = page(&connection, &terms, &condition, &parameters, 4);
                if next.is_empty() {
                    break;
                }
                paged.extend(next);
            }
            assert_eq!(paged.len(), 27);
            assert_eq!(paged, whole, "directions {directions}");
        }
    }

    fn page(
        connection: &rusqlite::Connection,
        terms: &[Term],
        condition: &str,
        parameters: &[Value],
        limit: usize,
    ) -> Vec<Vec<Value>> {
        let sql = format!(
            "SELECT a, b, id FROM r WHERE {condition} ORDER BY {} LIMIT {limit}",
            order_by(terms)
        );
        let mut statement = connection.prepare(&sql).unwrap();
        statement
            .query_map(rusqlite::params_from_iter(parameters), |row| {
                Ok(vec![row.get(0)?, row.get(1)?, row.get(2)?])
            })
            .unwrap()
            .map(Result::unwrap)
            .collect()
    }
}
