//! Keys in URLs: the primary id or an alternate key, and the row they stand for.
//!
//! Layer: rows. The names in an alternate key are those of the data API, so a lookup goes by `_x_value`; their order does
//! not matter, but together they must be one declared key (reference §2.6).

use rusqlite::{Connection, OptionalExtension, params_from_iter};
use uuid::Uuid;

use crate::http::SimError;
use crate::query::ast::Literal;
use crate::query::lexer::{TokenKind, tokens};
use crate::query::parse::Aliases;
use crate::schema::{Derivation, KeyStatus, Table};

use super::path::malformed;
use super::storage::{
    decimal::Decimal,
    draft::position,
    encoding::{as_guid, guid, single},
    layout::{Encoding, quoted},
    moment::{parse_day, parse_moment},
};
use super::{Cell, StoreError};

/// What addresses a row.
#[derive(Debug, Clone, PartialEq)]
pub enum RowKey {
    /// The primary id.
    Id(Uuid),
    /// The columns of an alternate key by position, with their cells.
    Alternate(Vec<(usize, Cell)>),
}

impl RowKey {
    /// Parses what stands in the parentheses of a request's address. A value with a slash of either kind is not read there,
    /// however it is spelt; a parameter alias carries one.
    ///
    /// # Errors
    /// As [`parse`](Self::parse).
    pub fn of_address(table: &Table, text: &str, aliases: &Aliases) -> Result<Self, SimError> {
        if text.contains(['/', '\\']) {
            return Err(malformed());
        }
        Self::parse(table, text, aliases)
    }

    /// Parses what stands in the parentheses.
    ///
    /// # Errors
    /// 400 when it is neither a GUID nor one of the table's keys.
    pub fn parse(table: &Table, text: &str, aliases: &Aliases) -> Result<Self, SimError> {
        let parts = read(text, aliases).ok_or_else(malformed)?;
        match parts.as_slice() {
            [(None, Literal::Guid(id))] => return Ok(Self::Id(*id)),
            [(Some(name), Literal::Guid(id))] if is_primary(table, name) => {
                return Ok(Self::Id(*id));
            }
            _ => {}
        }
        let mut cells = Vec::with_capacity(parts.len());
        for (name, literal) in parts {
            let name = name.ok_or_else(malformed)?;
            let index = table
                .property_index(&name)
                .ok_or_else(|| undeclared(table))?;
            let encoding = table
                .columns
                .get(index)
                .and_then(Encoding::of)
                .ok_or_else(|| undeclared(table))?;
            cells.push((index, cell(encoding, &literal).ok_or_else(malformed)?));
        }
        let declared = table
            .keys
            .iter()
            .filter(|key| key.status == KeyStatus::Active)
            .any(|key| {
                let columns = key
                    .columns
                    .iter()
                    .filter_map(|column| position(table, column));
                key.columns.len() == cells.len()
                    && columns
                        .into_iter()
                        .all(|index| cells.iter().any(|(i, _)| *i == index))
            });
        if declared {
            Ok(Self::Alternate(cells))
        } else {
            Err(undeclared(table))
        }
    }

    /// The id of the row, `None` when there is none.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn find(&self, connection: &Connection, table: &Table) -> Result<Option<Uuid>, StoreError> {
        let id = quoted(&table.primary_id);
        let (condition, values) = match self {
            Self::Id(id_value) => (format!("{id} = ?"), vec![guid(*id_value)]),
            Self::Alternate(cells) => {
                let mut values = Vec::with_capacity(cells.len());
                let mut tests = Vec::with_capacity(cells.len());
                for (index, cell) in cells {
                    let Some(column) = table.columns.get(*index) else {
                        return Ok(None);
                    };
                    let Some(encoding) = Encoding::of(column) else {
                        return Ok(None);
                    };
                    tests.push(format!("{} = ?", quoted(&column.logical_name)));
                    values.push(single(encoding, cell.clone()));
                }
                (tests.join(" AND "), values)
            }
        };
        let sql = format!(
            "SELECT {id} FROM {} WHERE {condition}",
            quoted(&table.logical_name)
        );
        let found = connection
            .prepare_cached(&sql)?
            .query_row(params_from_iter(values), |row| Ok(as_guid(row.get_ref(0)?)))
            .optional()?;
        Ok(found.flatten())
    }

    /// The refusal when there is no such row.
    pub fn not_found(&self, table: &Table) -> SimError {
        match self {
            Self::Id(id) => SimError::row_not_found(&table.logical_name, *id),
            Self::Alternate(_) => SimError::new(
                http::StatusCode::NOT_FOUND,
                "0x80060891",
                format!(
                    "A record with the specified key values does not exist in {} entity",
                    table.logical_name
                ),
            ),
        }
    }
}

/// The primary id's name in a key; users and teams go by `ownerid` (reference §2.2).
fn is_primary(table: &Table, name: &str) -> bool {
    if table.is_principal {
        return table
            .column(name)
            .is_some_and(|column| column.derivation == Some(Derivation::PrincipalId));
    }
    name == table.primary_id
}

type Part = (Option<String>, Literal);

fn read(text: &str, aliases: &Aliases) -> Option<Vec<Part>> {
    let mut tokens = tokens(text).ok()?.into_iter().map(|token| token.kind);
    let mut parts = Vec::new();
    loop {
        let (name, value) = match tokens.next()? {
            TokenKind::Name(name) if !matches!(name.as_str(), "null" | "true" | "false") => {
                if tokens.next()? != TokenKind::Assign {
                    return None;
                }
                (Some(name), tokens.next()?)
            }
            value => (None, value),
        };
        parts.push((name, literal(value, aliases, true)?));
        match tokens.next()? {
            TokenKind::Comma => {}
            TokenKind::End => return Some(parts),
            _ => return None,
        }
    }
}

fn literal(kind: TokenKind, aliases: &Aliases, follow: bool) -> Option<Literal> {
    Some(match kind {
        TokenKind::Guid(id) => Literal::Guid(id),
        TokenKind::Text(text) => Literal::Text(text),
        TokenKind::Number(number) => Literal::Number(number),
        TokenKind::Moment(moment) => Literal::Moment(moment),
        TokenKind::Name(name) if name == "true" => Literal::Boolean(true),
        TokenKind::Name(name) if name == "false" => Literal::Boolean(false),
        TokenKind::Alias(name) if follow => {
            let value = tokens(aliases.get(&name)?).ok()?;
            let [value, end] = value.as_slice() else {
                return None;
            };
            if end.kind != TokenKind::End {
                return None;
            }
            literal(value.kind.clone(), aliases, false)?
        }
        _ => return None,
    })
}

fn cell(encoding: Encoding, literal: &Literal) -> Option<Cell> {
    Some(match (encoding, literal) {
        (Encoding::Guid | Encoding::Reference { .. }, Literal::Guid(id)) => Cell::Guid(*id),
        (Encoding::Text, Literal::Text(text)) => Cell::Text(text.clone()),
        (Encoding::Integer, Literal::Number(text)) => Cell::Integer(text.parse().ok()?),
        (Encoding::Boolean, Literal::Boolean(value)) => Cell::Bool(*value),
        (Encoding::Scaled(_) | Encoding::Wide(_), Literal::Number(text)) => {
            let Decimal { unscaled, scale } = Decimal::parse(text)?;
            Cell::Decimal { unscaled, scale }
        }
        (Encoding::Double, Literal::Number(text)) => Cell::Double(text.parse().ok()?),
        (Encoding::Moment, Literal::Moment(text)) => Cell::Moment(parse_moment(text)?),
        (Encoding::Day, Literal::Moment(text)) => Cell::Day(parse_day(text)?),
        _ => return None,
    })
}

fn undeclared(table: &Table) -> SimError {
    let kind = format!("Microsoft.Dynamics.CRM.{}", table.logical_name);
    SimError::bad_url(format!(
        "The key in the request URI is not valid for resource '{kind}'. Ensure that the names and number of key properties \
         match the declared or alternate key properties for the resource '{kind}'."
    ))
}
