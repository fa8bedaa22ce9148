//! Values of many rows made one, and the groups they are made in: what FetchXML's aggregates and `$apply` share.
//!
//! Layer: read, pure. Nulls do not count; a sum over nothing but nulls is 0 (reference §3.7, §3.9).

use http::StatusCode;

use crate::http::SimError;
use crate::query::ast::Aggregate;
use crate::query::compile::{Property, date_part};
use crate::rows::storage::layout::Encoding;
use crate::rows::storage::sql_functions::{WIDE_AVERAGE, WIDE_SUM};
use crate::schema::ColumnKind;

use super::annotations::base_symbol;
use super::builder::Builder;
use super::json;
use super::node::{Extra, ExtraValue, FORMATTED, Field, Show};
use super::projection::show;

/// Source rows that an aggregate goes through at most (reference §10.2).
pub const MAX_SOURCE_ROWS: usize = 50_000;

/// One column of an aggregated result.
pub struct Aggregated {
    /// How it is written.
    pub field: Field,
    /// Its expression, which orders may repeat.
    pub sql: String,
}

/// An aggregate of a column.
///
/// # Errors
/// When the column's type has no such aggregate.
pub fn aggregate(
    builder: &mut Builder<'_, '_>,
    property: &Property<'_>,
    how: Aggregate,
    distinct: bool,
    name: &str,
) -> Result<Aggregated, SimError> {
    let column = &property.sql;
    let is_number = matches!(
        property.column.kind,
        ColumnKind::Integer { .. }
            | ColumnKind::BigInt
            | ColumnKind::Decimal { .. }
            | ColumnKind::Double { .. }
            | ColumnKind::Money { .. }
    );
    let allowed = match how {
        Aggregate::Count | Aggregate::CountColumn => true,
        Aggregate::Sum | Aggregate::Average => is_number,
        Aggregate::Minimum | Aggregate::Maximum => is_number || property.is_temporal(),
    };
    if !allowed {
        let column = property.column;
        return Err(SimError::new(
            StatusCode::BAD_REQUEST,
            "0x8004112f",
            format!(
                "Aggregate {} is not supported for attribute of type {}. The attribute is '{}' of '{}'.",
                how.name(),
                type_name(&column.kind),
                column.logical_name,
                property.table.logical_name
            ),
        ));
    }
    let sql = match (how, property.encoding) {
        (Aggregate::Count, _) => "count(*)".to_owned(),
        (Aggregate::CountColumn, _) if distinct => format!("count(DISTINCT {column})"),
        (Aggregate::CountColumn, _) => format!("count({column})"),
        (Aggregate::Sum, Encoding::Wide(_)) => format!("{WIDE_SUM}({column})"),
        (Aggregate::Average, Encoding::Wide(_)) => format!("{WIDE_AVERAGE}({column})"),
        (Aggregate::Sum, Encoding::Double) => format!("coalesce(sum({column}), 0.0)"),
        // In two parts, because SQLite's own sum fails where a number grows too large.
        (Aggregate::Sum, _) => {
            format!("coalesce(sum({column} / 1000000) * 1000000 + sum({column} % 1000000), 0)")
        }
        (Aggregate::Average, Encoding::Double) => format!("avg({column})"),
        (Aggregate::Average, Encoding::Scaled(_)) => {
            format!("CAST(round(avg({column})) AS INTEGER)")
        }
        (Aggregate::Average, _) => format!("CAST(avg({column}) AS INTEGER)"),
        (Aggregate::Minimum, _) => format!("min({column})"),
        (Aggregate::Maximum, _) => format!("max({column})"),
    };
    let counts = matches!(how, Aggregate::Count | Aggregate::CountColumn);
    let formatted = match &property.column.kind {
        _ if !builder.wanted.formatted => None,
        _ if counts => Some(ExtraValue::Whole),
        ColumnKind::Money { .. } => {
            let symbol = base_symbol(builder.compiler.scene().schema);
            Some(ExtraValue::Money(2, builder.slot(symbol)))
        }
        _ => builder.formatted(
            property.table,
            &property.alias,
            property.column,
            property.encoding,
            &mut None,
        ),
    };
    let field = Field {
        typed: Vec::new(),
        key: json::key(name),
        slot: Some(builder.slot(sql.clone())),
        show: if counts {
            Show::Integer
        } else {
            show(property.column, property.encoding)
        },
        extras: annotated(name, formatted),
    };
    Ok(Aggregated { field, sql })
}

/// The type of a column that cannot be aggregated in every way, as the service calls it.
fn type_name(kind: &ColumnKind) -> &'static str {
    match kind {
        ColumnKind::String { .. } => "String",
        ColumnKind::Memo { .. } => "Memo",
        ColumnKind::Boolean { .. } => "Boolean",
        ColumnKind::DateTime { .. } => "DateTime",
        ColumnKind::Choice { .. } => "Picklist",
        ColumnKind::State { .. } => "State",
        ColumnKind::Status { .. } => "Status",
        ColumnKind::Lookup { .. } => "Lookup",
        ColumnKind::Customer { .. } => "Customer",
        ColumnKind::Owner { .. } => "Owner",
        ColumnKind::Uniqueidentifier => "Uniqueidentifier",
        ColumnKind::EntityName => "EntityName",
        _ => "Virtual",
    }
}

/// A part of a date that groups are made by.
///
/// # Errors
/// When the column is no date.
pub fn dated(
    builder: &mut Builder<'_, '_>,
    property: &Property<'_>,
    part: &str,
    name: &str,
) -> Result<Aggregated, SimError> {
    if !property.is_temporal() {
        return Err(SimError::invalid_argument(format!(
            "The column '{}' of the entity '{}' is no date and can't be grouped by a part of one.",
            property.column.logical_name, property.table.logical_name
        )));
    }
    let (year, quarter) = (date_part("year", property), date_part("quarter", property));
    let sql = match part {
        // The number that stands for a fiscal period is not documented; this one sorts as periods do (unverified).
        "fiscal-period" => format!("({year} * 100 + {quarter})"),
        "fiscal-year" => year.clone(),
        part => date_part(part, property),
    };
    let formatted = match part {
        _ if !builder.wanted.formatted => None,
        "fiscal-period" => {
            let text = format!("'Quarter ' || {quarter} || ' FY' || {year}");
            Some(ExtraValue::Slot(builder.slot(text)))
        }
        "fiscal-year" => Some(ExtraValue::Slot(builder.slot(format!("'FY' || {year}")))),
        _ => Some(ExtraValue::Whole),
    };
    let field = Field {
        typed: Vec::new(),
        key: json::key(name),
        slot: Some(builder.slot(sql.clone())),
        show: Show::Integer,
        extras: annotated(name, formatted),
    };
    Ok(Aggregated { field, sql })
}

fn annotated(name: &str, formatted: Option<ExtraValue>) -> Vec<Extra> {
    let extra = formatted.map(|value| Extra {
        key: json::key(&format!("{name}@{FORMATTED}")),
        value,
    });
    extra.into_iter().collect()
}
