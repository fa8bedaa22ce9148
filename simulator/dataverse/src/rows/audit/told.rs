//! The old and the new values of an audit entry as the data API shows them: properties, and annotations where asked for.
//!
//! Layer: rows, read. Values are told by the columns as they are now; of columns that are gone only the names are left.

use indexmap::IndexMap;
use rusqlite::types::ValueRef;
use serde_json::value::{RawValue, to_raw_value};

use crate::rows::read::formatted;
use crate::rows::read::node::{FORMATTED, LOOKUP_TABLE, NAVIGATION, Wanted};
use crate::rows::read::projection::show;
use crate::rows::read::value::write_value;
use crate::rows::storage::encoding::single;
use crate::rows::storage::layout::Encoding;
use crate::rows::write::facts::Facts;
use crate::rows::{Cell, StoreError};
use crate::schema::{Column, ColumnKind, DateTimeFormat, IntegerFormat, Table};

use super::change::{Change, cell};

/// Members of an object, values unread.
type Members = IndexMap<String, Box<RawValue>>;

/// Before or after the change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Before.
    Old,
    /// After.
    New,
}

/// Tells what entries hold.
pub struct Reader<'a> {
    /// Where names of other rows are looked up.
    pub facts: &'a Facts<'a>,
    /// The table of the changed row.
    pub table: &'a Table,
    /// Which annotations are wanted.
    pub wanted: Wanted,
}

impl Reader<'_> {
    /// One side of some changes as a row: its type and the properties that had a value.
    ///
    /// # Errors
    /// When SQLite fails.
    pub fn row(&self, changes: &[Change], side: Side) -> Result<Members, StoreError> {
        let mut row = Members::new();
        let kind = format!("#Microsoft.Dynamics.CRM.{}", self.table.logical_name);
        row.insert("@odata.type".to_owned(), text(&kind));
        for change in changes {
            let value = match side {
                Side::Old => &change.old_value,
                Side::New => &change.new_value,
            };
            let (Some(value), Some(column)) = (value, self.table.column(&change.logical_name))
            else {
                continue;
            };
            if let (Some(property), Some(cell)) = (column.property(), cell(column, value)) {
                self.property(&property, column, cell, &mut row)?;
            }
        }
        Ok(row)
    }

    /// The changed columns that the table has no more.
    pub fn gone(&self, changes: &[Change]) -> Vec<String> {
        changes
            .iter()
            .filter(|change| self.table.column(&change.logical_name).is_none())
            .map(|change| change.logical_name.clone())
            .collect()
    }

    fn property(
        &self,
        name: &str,
        column: &Column,
        cell: Cell,
        row: &mut Members,
    ) -> Result<(), StoreError> {
        let Some(encoding) = Encoding::of(column) else {
            return Ok(());
        };
        let mut annotate = |annotation: &str, value: &str| {
            row.insert(format!("{name}@{annotation}"), text(value));
        };
        if self.wanted.formatted
            && let Some(value) = self.formatted(column, &cell)?
        {
            annotate(FORMATTED, &value);
        }
        if let Cell::Lookup { table, .. } = &cell {
            if self.wanted.navigation
                && let Some(navigation) = self.navigation(column, table)
            {
                annotate(NAVIGATION, &navigation);
            }
            if self.wanted.lookup_table {
                annotate(LOOKUP_TABLE, table);
            }
        }
        let mut out = Vec::new();
        let value = single(encoding, cell);
        write_value(show(column, encoding), ValueRef::from(&value), &mut out);
        let json = String::from_utf8(out)
            .ok()
            .and_then(|json| RawValue::from_string(json).ok());
        row.extend(json.map(|json| (name.to_owned(), json)));
        Ok(())
    }

    fn navigation(&self, column: &Column, target: &str) -> Option<String> {
        if matches!(column.kind, ColumnKind::Owner { .. }) {
            return Some(column.logical_name.clone());
        }
        let relationship = self.table.lookup(&column.logical_name, target)?;
        Some(relationship.referencing_navigation.clone())
    }

    /// The value as people read it.
    fn formatted(&self, column: &Column, cell: &Cell) -> Result<Option<String>, StoreError> {
        Ok(match (&column.kind, cell) {
            (
                ColumnKind::Choice { options, .. }
                | ColumnKind::State { options, .. }
                | ColumnKind::Status { options },
                Cell::Integer(value),
            ) => i32::try_from(*value)
                .ok()
                .and_then(|value| options.label(value))
                .map(str::to_owned),
            (ColumnKind::MultiChoice { options }, Cell::Text(values)) => {
                let labels = values.split(',').map(|value| {
                    let value = value.trim();
                    let known = value.parse().ok();
                    known
                        .and_then(|known| options.label(known))
                        .unwrap_or(value)
                });
                Some(labels.collect::<Vec<_>>().join("; "))
            }
            (
                ColumnKind::Boolean {
                    true_label,
                    false_label,
                    ..
                },
                Cell::Bool(value),
            ) => {
                let label = if *value { true_label } else { false_label };
                Some(label.text().to_owned())
            }
            (
                ColumnKind::Integer {
                    format: IntegerFormat::None | IntegerFormat::Duration,
                    ..
                }
                | ColumnKind::BigInt,
                Cell::Integer(value),
            ) => Some(formatted::whole(*value)),
            (ColumnKind::Decimal { precision, .. }, Cell::Decimal { unscaled, scale }) => {
                Some(formatted::decimal(*unscaled, *scale, *precision))
            }
            (ColumnKind::Double { precision, .. }, Cell::Double(value)) => {
                Some(formatted::double(*value, *precision))
            }
            (ColumnKind::Money { .. }, Cell::Decimal { unscaled, scale }) => {
                let symbol = match self.facts.base_currency()? {
                    Some(id) => self
                        .facts
                        .text("transactioncurrency", id, "currencysymbol")?,
                    None => None,
                };
                let symbol = symbol.unwrap_or_else(|| "$".to_owned());
                i64::try_from(*unscaled)
                    .ok()
                    .map(|unscaled| formatted::money(unscaled, *scale, 2, &symbol))
            }
            (
                ColumnKind::DateTime {
                    format: DateTimeFormat::DateOnly,
                    ..
                },
                Cell::Moment(moment),
            ) => Some(formatted::day(moment.date())),
            (ColumnKind::DateTime { .. }, Cell::Moment(moment)) => Some(formatted::moment(*moment)),
            (ColumnKind::DateTime { .. }, Cell::Day(day)) => Some(formatted::day(*day)),
            (_, Cell::Lookup { table, id }) => {
                let name = self
                    .facts
                    .schema
                    .table(table)
                    .map(|table| &table.primary_name);
                match name.filter(|name| !name.is_empty()) {
                    Some(name) => self.facts.text(table, *id, name)?,
                    None => None,
                }
            }
            _ => None,
        })
    }
}

fn text(value: &str) -> Box<RawValue> {
    // A text is JSON whatever it holds.
    to_raw_value(value).unwrap_or_default()
}
