//! `$filter` over definitions: comparisons with `and`, `or` and `not`, as far as the service goes for metadata.

use std::cmp::Ordering;

use serde_json::{Map, Value};

use crate::http::SimError;
use crate::query::ast::{Comparison, Expression, Literal};

/// Whether a document fits an expression.
pub(super) fn fits(
    document: &Map<String, Value>,
    expression: &Expression,
) -> Result<bool, SimError> {
    match expression {
        Expression::And(left, right) => Ok(fits(document, left)? && fits(document, right)?),
        Expression::Or(left, right) => Ok(fits(document, left)? || fits(document, right)?),
        Expression::Not(inner) => Ok(!fits(document, inner)?),
        Expression::Compare(comparison, left, right) => compare(document, *comparison, left, right),
        Expression::Path(path) => Ok(value(document, &path.segments) == Some(&Value::Bool(true))),
        Expression::Literal(Literal::Boolean(value)) => Ok(*value),
        Expression::Call(name, _) | Expression::Dataverse(name, _) => Err(unsupported(name)),
        Expression::Literal(_) | Expression::Lambda { .. } => Err(unsupported("this expression")),
    }
}

fn compare(
    document: &Map<String, Value>,
    comparison: Comparison,
    left: &Expression,
    right: &Expression,
) -> Result<bool, SimError> {
    let (path, literal, comparison) = match (left, right) {
        (Expression::Path(path), Expression::Literal(literal)) => (path, literal, comparison),
        (Expression::Literal(literal), Expression::Path(path)) => {
            (path, literal, comparison.mirrored())
        }
        _ => return Err(unsupported("comparing other than a property with a value")),
    };
    let value = value(document, &path.segments).unwrap_or(&Value::Null);
    if value.is_object() {
        return Err(SimError::bad_url(format!(
            "A binary operator with incompatible types was detected. Compare a part of '{}' instead.",
            path.segments.join("/")
        )));
    }
    Ok(match (order(value, literal), comparison) {
        (Some(order), Comparison::Equal) => order == Ordering::Equal,
        (Some(order), Comparison::NotEqual) => order != Ordering::Equal,
        (None, comparison) => comparison == Comparison::NotEqual,
        (Some(order), Comparison::Greater) => order == Ordering::Greater,
        (Some(order), Comparison::GreaterOrEqual) => order != Ordering::Less,
        (Some(order), Comparison::Less) => order == Ordering::Less,
        (Some(order), Comparison::LessOrEqual) => order != Ordering::Greater,
    })
}

/// How a value stands to a literal; `None` when they cannot be equal.
fn order(value: &Value, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (Value::Null, Literal::Null) => Some(Ordering::Equal),
        (Value::Bool(value), Literal::Boolean(literal)) => Some(value.cmp(literal)),
        (Value::Number(value), Literal::Number(literal)) => value.as_f64()?.partial_cmp(
            &literal
                .trim_end_matches(['L', 'M', 'd', 'f'])
                .parse()
                .ok()?,
        ),
        (Value::String(value), Literal::Guid(literal)) => {
            Some(value.as_str().cmp(literal.to_string().as_str()))
        }
        (Value::String(value), Literal::Text(literal)) => Some(value.cmp(literal)),
        (Value::String(value), Literal::Enumeration(_, member)) => Some(value.cmp(member)),
        (Value::String(value), Literal::Moment(literal)) => Some(value.cmp(literal)),
        _ => None,
    }
}

/// The value at `CanCreateAttributes/Value` and its like.
fn value<'a>(document: &'a Map<String, Value>, segments: &[String]) -> Option<&'a Value> {
    let (first, rest) = segments.split_first()?;
    rest.iter()
        .try_fold(document.get(first)?, |value, segment| value.get(segment))
}

/// Names of the properties an expression asks about, without what follows a slash.
pub(super) fn properties<'a>(expression: &'a Expression, found: &mut Vec<&'a str>) {
    match expression {
        Expression::And(left, right)
        | Expression::Or(left, right)
        | Expression::Compare(_, left, right) => {
            properties(left, found);
            properties(right, found);
        }
        Expression::Not(inner) => properties(inner, found),
        Expression::Path(path) => found.extend(path.segments.first().map(String::as_str)),
        _ => {}
    }
}

fn unsupported(what: &str) -> SimError {
    SimError::new(
        http::StatusCode::NOT_IMPLEMENTED,
        "0x80060888",
        format!("The filter on metadata does not support {what}."),
    )
}
