//! What a new row of a table gets besides what its creator gives.
//!
//! Layer: write. Made once per request or bulk insert, so that each row costs no look-up by name.

use std::borrow::Cow;

use time::OffsetDateTime;
use time::macros::datetime;
use uuid::Uuid;

use crate::rows::storage::draft::{Draft, position};
use crate::rows::{Cell, StoreError};
use crate::schema::{Column, ColumnKind, OptionDetail, Ownership, RequiredLevel, Table};
use crate::seed::ACTIVE_SOLUTION;

use super::derive::Derivations;
use super::facts::Facts;

/// `overwritetime` of a component that no solution has overwritten.
const NEVER_OVERWRITTEN: OffsetDateTime = datetime!(1900-01-01 0:00 UTC);

/// The defaults and derived columns of a table.
pub struct Recipe {
    defaults: Vec<(usize, Preset)>,
    derivations: Derivations,
}

/// Where a default comes from.
#[derive(Debug, Clone, PartialEq)]
enum Preset {
    NewId,
    Now,
    Caller,
    RealCaller,
    BusinessUnit,
    BaseCurrency,
    ExchangeRate { currency: usize },
    CreatedOn { overridden: Option<usize> },
    Constant(Cell),
}

impl Recipe {
    /// The recipe of a table.
    pub fn new(table: &Table) -> Self {
        let has_money = table
            .columns
            .iter()
            .any(|column| matches!(column.kind, ColumnKind::Money { .. }));
        let defaults = table
            .columns
            .iter()
            .enumerate()
            .filter_map(|(index, column)| Some((index, preset(table, column, has_money)?)))
            .collect();
        Self {
            defaults,
            derivations: Derivations::of(table),
        }
    }

    /// Fills in what a new row lacks and computes what is derived.
    ///
    /// # Errors
    /// When a currency or owner cannot be read.
    pub fn complete(&self, draft: &mut Draft, facts: &Facts<'_>) -> Result<(), StoreError> {
        for (index, preset) in &self.defaults {
            if *draft.cell(*index) != Cell::Null {
                continue;
            }
            let cell = match preset {
                Preset::NewId => Cell::Guid(Uuid::new_v4()),
                Preset::Now => Cell::Moment(facts.origin.now),
                // A row that is brought over from elsewhere keeps its date, and gets the moment of the import beside it.
                Preset::CreatedOn { overridden } => {
                    let now = Cell::Moment(facts.origin.now);
                    match overridden.map(|index| (index, draft.cell(index).clone())) {
                        Some((index, given @ Cell::Moment(_))) => {
                            draft.set(index, now);
                            given
                        }
                        _ => now,
                    }
                }
                Preset::Caller => user(facts.origin.caller.user_id),
                Preset::RealCaller => facts.origin.caller.on_behalf_of.map_or(Cell::Null, user),
                Preset::BusinessUnit => business_unit(facts.origin.caller.business_unit_id),
                Preset::BaseCurrency => facts.base_currency()?.map_or(Cell::Null, currency),
                Preset::ExchangeRate { currency } => match draft.cell(*currency) {
                    Cell::Lookup { id, .. } => {
                        facts.exchange_rate(*id)?.map_or(Cell::Null, Cell::from)
                    }
                    _ => Cell::Null,
                },
                Preset::Constant(cell) => cell.clone(),
            };
            draft.set(*index, cell);
        }
        self.derive(draft, facts).map(|_| ())
    }

    /// Whether the recipe can set the column at this position.
    pub fn fills(&self, index: usize) -> bool {
        self.defaults.iter().any(|(column, _)| *column == index) || self.derivations.fills(index)
    }

    /// Computes the derived columns again and tells which of them changed.
    ///
    /// # Errors
    /// When a currency or owner cannot be read.
    pub fn derive(&self, draft: &mut Draft, facts: &Facts<'_>) -> Result<Vec<usize>, StoreError> {
        self.derivations.apply(draft, facts)
    }
}

fn preset(table: &Table, column: &Column, has_money: bool) -> Option<Preset> {
    if column.attribute_of.is_some() {
        return None;
    }
    if column.logical_name == table.primary_id {
        return Some(Preset::NewId);
    }
    let owned = table.ownership == Ownership::User;
    match (column.logical_name.as_str(), &column.kind) {
        ("createdon", _) => Some(Preset::CreatedOn {
            overridden: position(table, "overriddencreatedon"),
        }),
        ("modifiedon", _) => Some(Preset::Now),
        ("activitytypecode", ColumnKind::EntityName) if table.is_activity => {
            Some(Preset::Constant(Cell::Text(table.logical_name.clone())))
        }
        ("createdby" | "modifiedby", ColumnKind::Lookup { .. }) => Some(Preset::Caller),
        ("administratorid", ColumnKind::Lookup { .. })
            if column.required == RequiredLevel::System =>
        {
            Some(Preset::Caller)
        }
        ("createdonbehalfby" | "modifiedonbehalfby", ColumnKind::Lookup { .. }) => {
            Some(Preset::RealCaller)
        }
        ("transactioncurrencyid", ColumnKind::Lookup { .. }) if has_money => {
            Some(Preset::BaseCurrency)
        }
        ("exchangerate", ColumnKind::Decimal { .. }) => position(table, "transactioncurrencyid")
            .map(|currency| Preset::ExchangeRate { currency }),
        ("businessunitid", ColumnKind::Lookup { .. })
            if column.required == RequiredLevel::System =>
        {
            Some(Preset::BusinessUnit)
        }
        (_, ColumnKind::Owner { .. }) if owned => Some(Preset::Caller),
        (_, ColumnKind::Boolean { default, .. }) => Some(Preset::Constant(Cell::Bool(*default))),
        (_, ColumnKind::ManagedProperty) => Some(Preset::Constant(Cell::Bool(true))),
        ("overwritetime", ColumnKind::DateTime { .. }) => {
            Some(Preset::Constant(Cell::Moment(NEVER_OVERWRITTEN)))
        }
        ("solutionid", ColumnKind::Uniqueidentifier) if !column.valid_for_create => {
            Some(Preset::Constant(Cell::Guid(ACTIVE_SOLUTION)))
        }
        (name, ColumnKind::Uniqueidentifier)
            if !column.valid_for_create && name.ends_with("idunique") =>
        {
            Some(Preset::NewId)
        }
        (
            _,
            ColumnKind::Choice {
                default: Some(value),
                ..
            },
        ) => Some(Preset::Constant(Cell::Integer((*value).into()))),
        (_, ColumnKind::State { default, .. }) => {
            Some(Preset::Constant(Cell::Integer((*default).into())))
        }
        (_, ColumnKind::Status { .. }) => {
            first_status(table).map(|status| Preset::Constant(Cell::Integer(status)))
        }
        _ => None,
    }
}

/// The status of a row in the default state.
fn first_status(table: &Table) -> Option<i64> {
    table.columns.iter().find_map(|column| match &column.kind {
        ColumnKind::State { options, default } => match options.option(*default)?.detail {
            OptionDetail::State { default_status, .. } => Some(default_status.into()),
            _ => None,
        },
        _ => None,
    })
}

fn user(id: Uuid) -> Cell {
    Cell::Lookup {
        table: Cow::Borrowed("systemuser"),
        id,
    }
}

fn business_unit(id: Uuid) -> Cell {
    Cell::Lookup {
        table: Cow::Borrowed("businessunit"),
        id,
    }
}

fn currency(id: Uuid) -> Cell {
    Cell::Lookup {
        table: Cow::Borrowed("transactioncurrency"),
        id,
    }
}
