//! Where a column lives in SQLite: its name, its encoding, and which columns have no place at all.
//!
//! Layer: storage, pure. One SQLite table per Dataverse table and one SQLite column per Dataverse column; a reference that
//! may point at several tables has a companion that names the table.

use crate::schema::{Column, ColumnKind, DateTimeBehaviour, Derivation, Table};

use super::decimal::{DECIMAL_SCALE, MAX_SCALE, MONEY_SCALE};

/// How the cells of a column are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// Sixteen bytes.
    Guid,
    /// UTF-8, compared without regard to case.
    Text,
    /// An integer.
    Integer,
    /// 0 or 1.
    Boolean,
    /// An integer that is this many powers of ten too large.
    Scaled(u8),
    /// The same for decimals with more digits than 64 bits hold: sixteen bytes in the order of the numbers.
    Wide(u8),
    /// A floating-point number.
    Double,
    /// Seconds since 1970.
    Moment,
    /// Days since 1970.
    Day,
    /// The sixteen bytes of a row's id; `polymorphic` ones have a companion column.
    Reference {
        /// Whether the target table differs from row to row.
        polymorphic: bool,
    },
}

impl Encoding {
    /// The encoding of a column, `None` when it is not kept: companions, parties, files.
    pub fn of(column: &Column) -> Option<Self> {
        if column.attribute_of.is_some()
            || matches!(
                column.derivation,
                Some(Derivation::PrincipalId | Derivation::Version)
            )
        {
            return None;
        }
        Self::of_kind(&column.kind)
    }

    /// The encoding of values of this kind.
    pub fn of_kind(kind: &ColumnKind) -> Option<Self> {
        Some(match kind {
            // A file column holds the id of its file, an image column its thumbnail as Base64.
            ColumnKind::Uniqueidentifier | ColumnKind::File { .. } => Self::Guid,
            ColumnKind::String { .. }
            | ColumnKind::Memo { .. }
            | ColumnKind::MultiChoice { .. }
            | ColumnKind::EntityName
            | ColumnKind::Image { .. } => Self::Text,
            ColumnKind::Integer { .. }
            | ColumnKind::BigInt
            | ColumnKind::Choice { .. }
            | ColumnKind::State { .. }
            | ColumnKind::Status { .. } => Self::Integer,
            ColumnKind::Boolean { .. } | ColumnKind::ManagedProperty => Self::Boolean,
            ColumnKind::Decimal {
                min,
                max,
                precision,
            } => Self::of_decimal(min.abs().max(max.abs()), (*precision).min(MAX_SCALE)),
            ColumnKind::Money { .. } => Self::Scaled(MONEY_SCALE),
            ColumnKind::Double { .. } => Self::Double,
            ColumnKind::DateTime {
                behaviour: DateTimeBehaviour::DateOnly,
                ..
            } => Self::Day,
            ColumnKind::DateTime { .. } => Self::Moment,
            ColumnKind::Lookup { targets }
            | ColumnKind::Customer { targets }
            | ColumnKind::Owner { targets } => Self::Reference {
                polymorphic: targets.len() > 1,
            },
            ColumnKind::PartyList { .. } | ColumnKind::Virtual => {
                return None;
            }
        })
    }

    /// Rates have twelve digits behind the point and no currency's has many before it: they fit into 64 bits.
    fn of_decimal(limit: f64, scale: u8) -> Self {
        // Precision is lost beyond 2^53, where limits are round numbers anyway.
        #[allow(clippy::cast_precision_loss)]
        let most = i64::MAX as f64;
        if scale <= DECIMAL_SCALE && limit * 10f64.powi(i32::from(scale)) >= most {
            Self::Wide(scale)
        } else {
            Self::Scaled(scale)
        }
    }

    /// The declared type, and the collation of text.
    pub fn declaration(self) -> &'static str {
        match self {
            Self::Guid | Self::Reference { .. } | Self::Wide(_) => "BLOB",
            Self::Text => "TEXT COLLATE NOCASE",
            Self::Integer | Self::Boolean | Self::Scaled(_) | Self::Moment | Self::Day => "INTEGER",
            Self::Double => "REAL",
        }
    }
}

/// The kept columns of a table, in metadata order.
pub fn stored(table: &Table) -> impl Iterator<Item = (usize, &Column, Encoding)> {
    table
        .columns
        .iter()
        .enumerate()
        .filter_map(|(index, column)| Some((index, column, Encoding::of(column)?)))
}

/// The row version: the digits of the ETag, and `versionnumber`.
pub const VERSION: &str = "\"$version\"";

/// Where deletions are remembered, so that versions never go back and deletions can be told.
pub const DELETED: &str = "\"$deleted\"";

/// The quoted SQLite column that holds a column's value. `ownerid` of a principal is its primary id.
pub fn sql_column(table: &Table, column: &Column) -> String {
    match column.derivation {
        Some(Derivation::PrincipalId) => quoted(&table.primary_id),
        Some(Derivation::Version) => VERSION.to_owned(),
        _ => quoted(&column.logical_name),
    }
}

/// The quoted companion that names the table a polymorphic reference points at.
pub fn type_column(column: &Column) -> String {
    quoted(&format!("{}$type", column.logical_name))
}

/// An SQL identifier.
pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// An SQL text constant, for names that come from the schema.
pub fn text_constant(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
