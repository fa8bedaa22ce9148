//! Where the annotations of a property come from.
//!
//! Layer: read, pure (reference §1.6).

use crate::rows::storage::layout::Encoding;
use crate::schema::{
    Column, ColumnKind, DateTimeFormat, IntegerFormat, PrecisionSource, Schema, Table,
};

use crate::query::compile::lookup_name;

use super::builder::Builder;
use super::node::ExtraValue;

impl Builder<'_, '_> {
    /// The value as people read it; `None` for texts, ids and what has no other form. `symbol` remembers where the symbol
    /// of the row's currency is.
    pub(super) fn formatted(
        &mut self,
        table: &Table,
        alias: &str,
        column: &Column,
        encoding: Encoding,
        symbol: &mut Option<usize>,
    ) -> Option<ExtraValue> {
        Some(match &column.kind {
            ColumnKind::Choice { options, .. }
            | ColumnKind::State { options, .. }
            | ColumnKind::Status { options } => ExtraValue::Label(options.clone()),
            ColumnKind::MultiChoice { options } => ExtraValue::Labels(options.clone()),
            ColumnKind::Boolean {
                true_label,
                false_label,
                ..
            } => ExtraValue::YesNo(true_label.text().to_owned(), false_label.text().to_owned()),
            ColumnKind::Integer {
                format: IntegerFormat::None | IntegerFormat::Duration,
                ..
            }
            | ColumnKind::BigInt => ExtraValue::Whole,
            ColumnKind::Decimal { precision, .. } => match encoding {
                Encoding::Scaled(scale) | Encoding::Wide(scale) => {
                    ExtraValue::Decimal(scale, *precision)
                }
                _ => return None,
            },
            ColumnKind::Double { precision, .. } => ExtraValue::Double(*precision),
            ColumnKind::Money {
                precision,
                precision_source,
                base_of,
                ..
            } => {
                let precision = match precision_source {
                    PrecisionSource::Column => *precision,
                    // Two digits: the pricing precision of a new organisation and of nearly every currency.
                    PrecisionSource::Pricing | PrecisionSource::Currency => 2,
                };
                let slot = if base_of.is_some() {
                    self.slot(base_symbol(self.compiler.scene().schema))
                } else {
                    match *symbol {
                        Some(slot) => slot,
                        None => self.slot(row_symbol(self.compiler.scene().schema, table, alias)),
                    }
                };
                if base_of.is_none() {
                    *symbol = Some(slot);
                }
                ExtraValue::Money(precision, slot)
            }
            ColumnKind::DateTime { format, .. } => match (encoding, format) {
                (Encoding::Day, _) => ExtraValue::Day,
                (_, DateTimeFormat::DateOnly) => ExtraValue::MomentDay,
                (_, DateTimeFormat::DateAndTime) => ExtraValue::Moment,
            },
            ColumnKind::Lookup { .. } | ColumnKind::Customer { .. } | ColumnKind::Owner { .. } => {
                let sql = lookup_name(self.compiler.scene().schema, alias, column);
                ExtraValue::Slot(self.slot(sql))
            }
            _ => return None,
        })
    }
}

/// The navigation property of a lookup towards each of its targets.
pub(super) fn by_target(
    table: &Table,
    column: &Column,
    named: Option<usize>,
) -> Option<ExtraValue> {
    // On activities an owner is navigated by a name of the table's own and by `ownerid`; the annotation names the latter.
    if matches!(column.kind, ColumnKind::Owner { .. }) {
        return Some(ExtraValue::Fixed(column.logical_name.clone()));
    }
    let navigation = |target: &String| {
        table
            .lookup(&column.logical_name, target)
            .map(|relationship| relationship.referencing_navigation.clone())
    };
    match named {
        Some(slot) => {
            let names = column
                .targets()
                .iter()
                .filter_map(|target| Some((target.clone(), navigation(target)?)));
            Some(ExtraValue::ByTable(slot, names.collect()))
        }
        None => column
            .targets()
            .first()
            .and_then(navigation)
            .map(ExtraValue::Fixed),
    }
}

/// The symbol of a row's own currency.
fn row_symbol(schema: &Schema, table: &Table, alias: &str) -> String {
    if schema.table("transactioncurrency").is_none()
        || table.column("transactioncurrencyid").is_none()
    {
        return "'$'".to_owned();
    }
    format!(
        "(SELECT c.\"currencysymbol\" FROM \"transactioncurrency\" AS c WHERE c.\"transactioncurrencyid\" = \
         {alias}.\"transactioncurrencyid\")"
    )
}

/// The symbol of the organisation's currency.
pub(super) fn base_symbol(schema: &Schema) -> String {
    if schema.table("transactioncurrency").is_none() || schema.table("organization").is_none() {
        return "'$'".to_owned();
    }
    "(SELECT c.\"currencysymbol\" FROM \"organization\" AS o JOIN \"transactioncurrency\" AS c ON \
     c.\"transactioncurrencyid\" = o.\"basecurrencyid\" LIMIT 1)"
        .to_owned()
}
