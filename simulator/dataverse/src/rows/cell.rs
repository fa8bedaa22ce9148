//! One typed value, as seeds give it and the store keeps it.

use std::borrow::Cow;

use time::{Date, OffsetDateTime};
use uuid::Uuid;

/// A value of a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// No value.
    Null,
    /// Yes or no.
    Bool(bool),
    /// Whole numbers, choice, state and status values.
    Integer(i64),
    /// Exact decimals and money: `unscaled / 10^scale`.
    Decimal {
        /// The digits.
        unscaled: i128,
        /// Digits after the point.
        scale: u8,
    },
    /// Floating point.
    Double(f64),
    /// Text, and multi-choice values as `1,3,7`.
    Text(String),
    /// A GUID that is no lookup.
    Guid(Uuid),
    /// A moment, second precision, UTC.
    Moment(OffsetDateTime),
    /// A day.
    Day(Date),
    /// A reference to a row.
    Lookup {
        /// Logical name of the target table.
        table: Cow<'static, str>,
        /// Primary id of the target row.
        id: Uuid,
    },
}

impl Cell {
    /// The id of a row, whether a lookup holds it or a plain column.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Guid(id) | Self::Lookup { id, .. } => Some(*id),
            _ => None,
        }
    }
}
