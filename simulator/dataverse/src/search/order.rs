//! The order of hits: by score, or by columns that are asked for.
//!
//! Layer: search, pure.

use std::cmp::Ordering;

use serde_json::Value;

use super::hit::{Hit, value};
use super::refusal;
use crate::http::SimError;

/// What stands for the score.
const SCORE: &str = "@search.score";

/// A key of the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Key {
    /// The column, or the score.
    column: String,
    is_falling: bool,
}

/// The keys of clauses such as `modifiedon desc`.
///
/// # Errors
/// 400 for a clause that is none.
pub(super) fn keys(clauses: &[String]) -> Result<Vec<Key>, SimError> {
    clauses
        .iter()
        .flat_map(|clauses| clauses.split(','))
        .map(|clause| {
            let mut words = clause.split_whitespace();
            let (column, direction, more) = (words.next(), words.next(), words.next());
            let is_falling = match direction.map(str::to_ascii_lowercase).as_deref() {
                None | Some("asc") => false,
                Some("desc") => true,
                Some(_) => {
                    return Err(refusal::parameter("orderby", "is a column and asc or desc"));
                }
            };
            match (column, more) {
                (Some(column), None) => Ok(Key {
                    column: column.to_owned(),
                    is_falling,
                }),
                _ => Err(refusal::parameter("orderby", "is a column and asc or desc")),
            }
        })
        .collect()
}

/// The columns that an order needs of the rows.
pub(super) fn columns(keys: &[Key]) -> impl Iterator<Item = &str> {
    let names = keys.iter().map(|key| key.column.as_str());
    names.filter(|name| *name != SCORE)
}

/// Puts hits in order: best first where nothing else is asked for, and always the same way.
pub(super) fn sort(hits: &mut [Hit<'_>], keys: &[Key]) {
    hits.sort_by(|one, other| {
        for key in keys {
            let order = match key.column.as_str() {
                SCORE => one.score.total_cmp(&other.score),
                name => compare(of(one, name), of(other, name)),
            };
            let order = if key.is_falling {
                order.reverse()
            } else {
                order
            };
            if order != Ordering::Equal {
                return order;
            }
        }
        other
            .score
            .total_cmp(&one.score)
            .then_with(|| one.id.cmp(&other.id))
    });
}

fn of<'h>(hit: &'h Hit<'_>, name: &str) -> &'h Value {
    hit.table
        .column(name)
        .map_or(&Value::Null, |column| value(&hit.row, column))
}

/// Which of two values comes first.
pub(super) fn compare(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Null, Value::Null) => Ordering::Equal,
        (Value::Null, _) => Ordering::Less,
        (_, Value::Null) => Ordering::Greater,
        (Value::Number(one), Value::Number(other)) => {
            let number = |of: &serde_json::Number| of.as_f64().unwrap_or_default();
            number(one).total_cmp(&number(other))
        }
        (Value::String(one), Value::String(other)) => one.to_lowercase().cmp(&other.to_lowercase()),
        (one, other) => one.to_string().cmp(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn clauses_are_columns_with_directions() {
        let of = |clauses: &[&str]| {
            let clauses: Vec<String> = clauses.iter().map(|clause| (*clause).to_owned()).collect();
            keys(&clauses)
        };
        let found = of(&[
            "@search.score desc",
            "modifiedon",
            "name ASC,createdon desc",
        ])
        .unwrap();
        let told: Vec<_> = found
            .iter()
            .map(|key| (key.column.as_str(), key.is_falling))
            .collect();
        let expected = [
            (SCORE, true),
            ("modifiedon", false),
            ("name", false),
            ("createdon", true),
        ];
        assert_eq!(told, expected);
        assert_eq!(columns(&found).count(), 3);
        for wrong in ["", "name up", "name asc desc"] {
            assert!(of(&[wrong]).is_err(), "{wrong}");
        }
    }

    #[test]
    fn values_are_compared_by_their_kind() {
        for (one, other) in [
            (json!(null), json!(1)),
            (json!(2), json!(10)),
            (json!("a"), json!("B")),
            (json!(false), json!(true)),
        ] {
            assert_eq!(compare(&one, &other), Ordering::Less, "{one} {other}");
        }
    }
}
