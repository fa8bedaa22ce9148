//! What only columns of one kind have: the shape of a date, the length of a text, the range of a number. Metadata
//! keeps each under a cast to the kind.

use airlock_connector::by_name::ByName;
use serde::Deserialize;

use super::column::{ColumnKind, Valued};

/// Whether a date has a time on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateShape {
    /// `2026-03-25`.
    DateOnly,
    /// `2026-03-25T17:42:47Z`.
    DateTime,
}

/// Shape of dates, by column.
pub type DateShapes = ByName<DateShape>;

/// What a column's own settings allow of what its type could hold.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Bound {
    /// Of a text.
    Length {
        /// Most characters, counted as the service does: in UTF-16 units.
        most: u32,
        /// Whether it has no line breaks.
        one_line: bool,
    },
    /// Of a number.
    Range {
        /// Smallest.
        least: f64,
        /// Largest.
        most: f64,
        /// Places behind the point that are kept, where the column itself says.
        places: Option<u8>,
    },
}

/// What columns of one kind allow, by column.
pub type Bounds = ByName<Bound>;

/// The cast under which metadata keeps what the column allows, and what to read there.
pub(super) fn bounds_cast(kind: &ColumnKind) -> Option<(&'static str, &'static str)> {
    match kind {
        ColumnKind::Text => Some(("String", "LogicalName,MaxLength,FormatName")),
        ColumnKind::Memo => Some(("Memo", "LogicalName,MaxLength")),
        ColumnKind::Whole => Some(("Integer", "LogicalName,MinValue,MaxValue")),
        ColumnKind::Decimal => Some(("Decimal", "LogicalName,MinValue,MaxValue,Precision")),
        ColumnKind::Double => Some(("Double", "LogicalName,MinValue,MaxValue,Precision")),
        ColumnKind::Money => Some((
            "Money",
            "LogicalName,MinValue,MaxValue,Precision,PrecisionSource",
        )),
        _ => None,
    }
}

/// What the casts to text, number and date columns send.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Facet {
    logical_name: String,
    max_length: Option<u32>,
    format_name: Option<Valued<String>>,
    min_value: Option<f64>,
    max_value: Option<f64>,
    precision: Option<u8>,
    precision_source: Option<u8>,
    date_time_behavior: Option<Valued<String>>,
}

/// Formats of a text that are one line each; an area, rich text or JSON is not.
const ONE_LINE: [&str; 5] = ["Text", "Email", "Phone", "Url", "TickerSymbol"];

impl Facet {
    pub(super) fn into_bound(self) -> Option<(String, Bound)> {
        let format = self.format_name.and_then(|wrapped| wrapped.value);
        let bound = match (self.max_length, self.min_value, self.max_value) {
            (Some(most), ..) => Bound::Length {
                most,
                one_line: format.is_some_and(|name| ONE_LINE.contains(&name.as_str())),
            },
            (None, Some(least), Some(most)) => Bound::Range {
                least,
                most,
                // The other sources are the organisation's and the currency's own settings.
                places: self
                    .precision
                    .filter(|_| self.precision_source.unwrap_or_default() == 0),
            },
            _ => return None,
        };
        Some((self.logical_name, bound))
    }

    pub(super) fn into_shape(self) -> (String, DateShape) {
        let behaviour = self.date_time_behavior.and_then(|wrapped| wrapped.value);
        // The format (`DateOnly`) only concerns forms; the behaviour decides the wire type.
        let shape = match behaviour.as_deref() {
            Some("DateOnly") => DateShape::DateOnly,
            _ => DateShape::DateTime,
        };
        (self.logical_name, shape)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_column_allows_is_read_of_its_own_settings() {
        let length = |most, one_line| Some(Bound::Length { most, one_line });
        let range = |places| {
            Some(Bound::Range {
                least: -0.5,
                most: 100_000_000_000.0,
                places,
            })
        };
        let amount = r#""MinValue": -0.5, "MaxValue": 100000000000.0, "Precision": 2"#;
        let table = [
            (
                r#""MaxLength": 100, "FormatName": {"Value": "Text"}"#.to_owned(),
                length(100, true),
            ),
            (
                r#""MaxLength": 100, "FormatName": {"Value": "TextArea"}"#.to_owned(),
                length(100, false),
            ),
            (r#""MaxLength": 2000"#.to_owned(), length(2000, false)),
            (amount.to_owned(), range(Some(2))),
            (format!("{amount}, \"PrecisionSource\": 2"), range(None)),
            (r#""MaxValue": 2"#.to_owned(), None),
        ];
        for (members, expected) in table {
            let text = format!("{{\"LogicalName\": \"x\", {members}}}");
            let facet: Facet = serde_json::from_str(&text).unwrap();
            let read = facet.into_bound().map(|(_, bound)| bound);
            assert_eq!(read, expected, "{text}");
        }
    }
}
