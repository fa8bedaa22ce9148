//! WHERE and what ON holds besides the join: expressions to filters.

use sqlparser::ast::{BinaryOperator, Expr, UnaryOperator, Value};

use super::tables::Tables;
use super::{unsupported, wrong};
use crate::fetchxml::ast::{Condition, Filter, Item};
use crate::fetchxml::operators;
use crate::http::SimError;

/// The filter of a WHERE.
pub(super) fn filter(tables: &Tables, expression: &Expr) -> Result<Filter, SimError> {
    Ok(match item(tables, expression, None)? {
        Item::Filter(filter) => filter,
        item => Filter {
            any: false,
            items: vec![item],
        },
    })
}

/// The parts that AND joins, in their order.
pub(super) fn all_of(expression: &Expr) -> Vec<&Expr> {
    chain(expression, &BinaryOperator::And)
}

/// The parts that one operator joins. The parser nests them to the left.
fn chain<'a>(expression: &'a Expr, operator: &BinaryOperator) -> Vec<&'a Expr> {
    let mut parts = Vec::new();
    let mut rest = expression;
    loop {
        match rest {
            Expr::BinaryOp { left, op, right } if op == operator => {
                parts.push(&**right);
                rest = left;
            }
            Expr::Nested(inner) if matches!(&**inner, Expr::BinaryOp { op, .. } if op == operator) => {
                rest = inner
            }
            _ => break,
        }
    }
    parts.push(rest);
    parts.reverse();
    parts
}

/// One part of a condition. `inside` is the table whose own filter it becomes part of. The depth is the parser's.
pub(super) fn item(
    tables: &Tables,
    expression: &Expr,
    inside: Option<usize>,
) -> Result<Item, SimError> {
    match expression {
        Expr::Nested(inner) => item(tables, inner, inside),
        Expr::BinaryOp {
            op: op @ (BinaryOperator::And | BinaryOperator::Or),
            ..
        } => {
            let parts = chain(expression, op);
            let items = parts
                .into_iter()
                .map(|part| item(tables, part, inside))
                .collect::<Result<_, _>>()?;
            Ok(Item::Filter(Filter {
                any: *op == BinaryOperator::Or,
                items,
            }))
        }
        Expr::BinaryOp { left, op, right } => comparison(tables, left, op, right, inside),
        Expr::IsNull(column) => leaf(tables, column, "null", Vec::new(), inside),
        Expr::IsNotNull(column) => leaf(tables, column, "not-null", Vec::new(), inside),
        Expr::InList {
            expr,
            list,
            negated,
        } => {
            let values = list.iter().map(literal).collect::<Result<_, _>>()?;
            leaf(
                tables,
                expr,
                if *negated { "not-in" } else { "in" },
                values,
                inside,
            )
        }
        Expr::Between {
            expr,
            negated,
            low,
            high,
        } => {
            let values = vec![literal(low)?, literal(high)?];
            leaf(
                tables,
                expr,
                if *negated { "not-between" } else { "between" },
                values,
                inside,
            )
        }
        Expr::Like {
            negated,
            any: false,
            expr,
            pattern,
            escape_char: None,
        } => {
            let values = vec![literal(pattern)?];
            leaf(
                tables,
                expr,
                if *negated { "not-like" } else { "like" },
                values,
                inside,
            )
        }
        _ => Err(unsupported(format_args!("The condition '{expression}'"))),
    }
}

fn comparison(
    tables: &Tables,
    left: &Expr,
    operator: &BinaryOperator,
    right: &Expr,
    inside: Option<usize>,
) -> Result<Item, SimError> {
    let (name, turned) = match operator {
        BinaryOperator::Eq => ("eq", "eq"),
        BinaryOperator::NotEq => ("ne", "ne"),
        BinaryOperator::Gt => ("gt", "lt"),
        BinaryOperator::GtEq => ("ge", "le"),
        BinaryOperator::Lt => ("lt", "gt"),
        BinaryOperator::LtEq => ("le", "ge"),
        _ => return Err(unsupported(format_args!("The operator '{operator}'"))),
    };
    match (literal(left), literal(right)) {
        (Err(_), Ok(value)) => leaf(tables, left, name, vec![value], inside),
        (Ok(value), Err(_)) => leaf(tables, right, turned, vec![value], inside),
        (Ok(_), Ok(_)) => Err(wrong(format_args!(
            "'{left} {operator} {right}' compares no column."
        ))),
        (Err(_), Err(_)) => {
            let (place, column) = tables.column(right)?;
            let mut condition = condition(tables, left, name, Vec::new(), inside)?;
            condition.other = Some(match tables.link(place).filter(|_| inside != Some(place)) {
                Some(link) => format!("{link}.{column}"),
                None => column,
            });
            Ok(Item::Condition(condition))
        }
    }
}

fn leaf(
    tables: &Tables,
    column: &Expr,
    operator: &str,
    values: Vec<String>,
    inside: Option<usize>,
) -> Result<Item, SimError> {
    condition(tables, column, operator, values, inside).map(Item::Condition)
}

fn condition(
    tables: &Tables,
    column: &Expr,
    operator: &str,
    values: Vec<String>,
    inside: Option<usize>,
) -> Result<Condition, SimError> {
    let (place, column) = tables.column(column)?;
    let operator = operators::function(operator)
        .ok_or_else(|| unsupported(format_args!("The operator '{operator}'")))?;
    let link = tables.link(place).filter(|_| inside != Some(place));
    Ok(Condition {
        column,
        operator,
        values,
        other: None,
        link,
    })
}

/// A constant as FetchXML writes it.
fn literal(expression: &Expr) -> Result<String, SimError> {
    match expression {
        Expr::Nested(inner) => literal(inner),
        Expr::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => literal(expr).map(|digits| format!("-{digits}")),
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => Ok(digits.clone()),
            Value::SingleQuotedString(text) | Value::NationalStringLiteral(text) => {
                Ok(text.clone())
            }
            Value::Boolean(truth) => Ok(u8::from(*truth).to_string()),
            _ => Err(unsupported(format_args!("The constant '{value}'"))),
        },
        _ => Err(wrong(format_args!("'{expression}' is no constant."))),
    }
}
