//! The text to a SELECT, and the limits on how much of it.

use sqlparser::ast::{
    Distinct, Expr, LimitClause, OrderByExpr, OrderByKind, Query, Select, SetExpr, Statement, Top,
    TopQuantity, Value,
};
use sqlparser::dialect::MsSqlDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use super::{unsupported, wrong};
use crate::http::SimError;

/// Most conditions joined by AND and OR, as in FetchXML: they nest in the parser's tree, which is dropped recursively.
const MAX_CONDITIONS: usize = 500;
/// How deep expressions nest.
const MAX_DEPTH: usize = 40;
/// Largest TOP and FETCH NEXT.
const MAX_ROWS: usize = 5_000;

/// A SELECT that holds nothing foreign.
pub(super) struct Selection {
    /// Its body.
    pub(super) select: Box<Select>,
    /// ORDER BY.
    pub(super) order: Vec<OrderByExpr>,
    /// Rows that TOP or FETCH NEXT leaves; nothing for all.
    pub(super) top: Option<usize>,
    /// Rows that OFFSET leaves out.
    pub(super) skip: usize,
}

/// Parses a text.
pub(super) fn select(text: &str) -> Result<Selection, SimError> {
    let tokens = Tokenizer::new(&MsSqlDialect {}, text)
        .tokenize()
        .map_err(wrong)?;
    let joins = |token: &Token| match token {
        Token::Word(word) => matches!(
            word.keyword,
            Keyword::AND | Keyword::OR | Keyword::NOT | Keyword::JOIN
        ),
        Token::Plus | Token::Minus | Token::Mul | Token::Div | Token::Mod => true,
        _ => false,
    };
    if tokens.iter().filter(|token| joins(token)).count() > MAX_CONDITIONS {
        return Err(wrong(format_args!(
            "It has more than {MAX_CONDITIONS} conditions."
        )));
    }
    let mut statements = Parser::new(&MsSqlDialect {})
        .with_recursion_limit(MAX_DEPTH)
        .with_tokens(tokens)
        .parse_statements()
        .map_err(wrong)?;
    let Some(Statement::Query(query)) = statements.pop() else {
        return Err(wrong("Only SELECT statements are supported."));
    };
    if !statements.is_empty() {
        return Err(wrong("Only a single SELECT statement is supported."));
    }
    let Query {
        with,
        body,
        order_by,
        limit_clause,
        fetch,
        for_clause,
        ..
    } = *query;
    if with.is_some() {
        return Err(unsupported("WITH"));
    }
    if for_clause.is_some() {
        return Err(unsupported("FOR"));
    }
    let select = match *body {
        SetExpr::Select(select) => select,
        SetExpr::SetOperation { op, .. } => return Err(unsupported(op)),
        _ => return Err(wrong("Only SELECT statements are supported.")),
    };
    refuse(&select)?;
    let order = match order_by.map(|order| order.kind) {
        None => Vec::new(),
        Some(OrderByKind::Expressions(order)) => order,
        Some(OrderByKind::All(_)) => return Err(unsupported("ORDER BY ALL")),
    };
    let top = select.top.as_ref().map(top).transpose()?;
    let (skip, rows) = match (limit_clause, fetch) {
        (None, None) => (None, None),
        (
            Some(LimitClause::LimitOffset {
                limit: None,
                offset,
                limit_by,
            }),
            fetch,
        ) if limit_by.is_empty() => {
            let rows = match fetch {
                Some(fetch) if !fetch.percent && !fetch.with_ties => {
                    fetch.quantity.as_ref().map(fetched).transpose()?
                }
                Some(_) => return Err(unsupported("FETCH with PERCENT or TIES")),
                None => None,
            };
            let skip = offset.map(|offset| number(&offset.value)).transpose()?;
            (skip, rows)
        }
        _ => return Err(unsupported("LIMIT")),
    };
    if skip.is_some() && top.is_some() {
        return Err(wrong("TOP cannot be used together with OFFSET."));
    }
    if skip.is_some() && order.is_empty() {
        return Err(wrong("OFFSET needs ORDER BY."));
    }
    Ok(Selection {
        select,
        order,
        top: top.or(rows),
        skip: skip.unwrap_or_default(),
    })
}

/// Clauses that the service does not have.
fn refuse(select: &Select) -> Result<(), SimError> {
    for (clause, is_there) in [
        ("HAVING", select.having.is_some()),
        ("INTO", select.into.is_some()),
        ("WINDOW", !select.named_window.is_empty()),
        ("QUALIFY", select.qualify.is_some()),
        (
            "DISTINCT ON",
            matches!(select.distinct, Some(Distinct::On(_))),
        ),
    ] {
        if is_there {
            return Err(unsupported(clause));
        }
    }
    Ok(())
}

fn top(top: &Top) -> Result<usize, SimError> {
    if top.percent || top.with_ties {
        return Err(unsupported("TOP with PERCENT or TIES"));
    }
    let rows = match &top.quantity {
        Some(TopQuantity::Constant(rows)) => usize::try_from(*rows).unwrap_or(usize::MAX),
        Some(TopQuantity::Expr(rows)) => number(rows)?,
        None => return Err(wrong("TOP needs a number.")),
    };
    if rows <= MAX_ROWS {
        Ok(rows)
    } else {
        Err(wrong(format_args!("TOP must be between 0 and {MAX_ROWS}.")))
    }
}

fn fetched(expression: &Expr) -> Result<usize, SimError> {
    let rows = number(expression)?;
    if (1..=MAX_ROWS).contains(&rows) {
        Ok(rows)
    } else {
        Err(wrong(format_args!(
            "FETCH NEXT must be between 1 and {MAX_ROWS}."
        )))
    }
}

fn number(expression: &Expr) -> Result<usize, SimError> {
    let digits = match expression {
        Expr::Value(value) => match &value.value {
            Value::Number(digits, _) => digits.parse().ok(),
            _ => None,
        },
        Expr::Nested(inner) => return number(inner),
        _ => None,
    };
    digits.ok_or_else(|| wrong(format_args!("'{expression}' is no number of rows.")))
}
