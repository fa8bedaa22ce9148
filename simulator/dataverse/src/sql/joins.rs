//! FROM and JOIN: the tables that a SELECT names, and how each is joined.

use sqlparser::ast::{
    BinaryOperator, Expr, JoinConstraint, JoinOperator, ObjectName, Select, TableFactor,
};

use super::tables::{Join, Source, Tables};
use super::{condition, unsupported, wrong};
use crate::fetchxml::ast::{Content, Filter, LinkKind};
use crate::http::SimError;

/// Most joined tables, as in FetchXML.
const MAX_JOINS: usize = 15;

impl Tables {
    /// Reads FROM and the joins behind it.
    pub(super) fn read(select: &Select) -> Result<Self, SimError> {
        let from = match select.from.as_slice() {
            [from] => from,
            [] => return Err(wrong("FROM is missing.")),
            _ => return Err(unsupported("More than one table in FROM")),
        };
        if from.joins.len() > MAX_JOINS {
            return Err(wrong(format_args!("It has more than {MAX_JOINS} joins.")));
        }
        let (table, alias) = named(&from.relation)?;
        let mut tables = Self(vec![Source {
            table,
            alias,
            join: None,
            content: Content::default(),
        }]);
        for join in &from.joins {
            let (table, alias) = named(&join.relation)?;
            if tables
                .0
                .iter()
                .any(|known| known.alias.eq_ignore_ascii_case(&alias))
            {
                return Err(wrong(format_args!(
                    "The name '{alias}' stands for more than one table."
                )));
            }
            let (kind, constraint) = match &join.join_operator {
                JoinOperator::Join(constraint) | JoinOperator::Inner(constraint) => {
                    (LinkKind::Inner, constraint)
                }
                JoinOperator::Left(constraint) | JoinOperator::LeftOuter(constraint) => {
                    (LinkKind::Outer, constraint)
                }
                _ => return Err(unsupported("Any join but INNER JOIN and LEFT JOIN")),
            };
            let JoinConstraint::On(on) = constraint else {
                return Err(wrong(format_args!("The join of '{alias}' needs ON.")));
            };
            tables.0.push(Source {
                table,
                alias,
                join: None,
                content: Content::default(),
            });
            tables.join(kind, on)?;
        }
        Ok(tables)
    }

    /// Joins the last table.
    fn join(&mut self, kind: LinkKind, on: &Expr) -> Result<(), SimError> {
        let last = self.0.len().saturating_sub(1);
        let mut found = None;
        let mut rest = Filter::default();
        for part in condition::all_of(on) {
            match (&found, self.way(last, part)?) {
                (None, Some((parent, to, from))) => {
                    found = Some(Join {
                        parent,
                        from,
                        to,
                        kind,
                    })
                }
                // The link's own filter: names inside it are its own.
                _ => rest.items.push(condition::item(self, part, Some(last))?),
            }
        }
        let Some(join) = found else {
            return Err(wrong(format_args!(
                "ON has to compare a column of each table, and '{on}' does not."
            )));
        };
        if let Some(source) = self.0.get_mut(last) {
            source.join = Some(join);
            if !rest.items.is_empty() {
                source.content.filters.push(rest);
            }
        }
        Ok(())
    }

    /// `a.x = b.y` as the earlier table, its column, and the column of the last table.
    fn way(&self, last: usize, part: &Expr) -> Result<Option<(usize, String, String)>, SimError> {
        let Expr::BinaryOp {
            left,
            op: BinaryOperator::Eq,
            right,
        } = part
        else {
            return Ok(None);
        };
        let is_column =
            |side: &Expr| matches!(side, Expr::Identifier(_) | Expr::CompoundIdentifier(_));
        if !is_column(left) || !is_column(right) {
            return Ok(None);
        }
        let (left, right) = (self.column(left)?, self.column(right)?);
        Ok(match (left.0 == last, right.0 == last) {
            (true, false) => Some((right.0, right.1, left.1)),
            (false, true) => Some((left.0, left.1, right.1)),
            _ => None,
        })
    }
}

fn named(factor: &TableFactor) -> Result<(String, String), SimError> {
    let TableFactor::Table {
        name,
        alias,
        args: None,
        ..
    } = factor
    else {
        return Err(unsupported(format_args!("'{factor}' in FROM")));
    };
    let table = last_part(name).ok_or_else(|| wrong(format_args!("'{name}' is no table.")))?;
    let alias = alias
        .as_ref()
        .map_or_else(|| table.clone(), |alias| alias.name.value.clone());
    Ok((table, alias))
}

/// `dbo.account` is `account`.
fn last_part(name: &ObjectName) -> Option<String> {
    Some(name.0.last()?.as_ident()?.value.to_lowercase())
}
