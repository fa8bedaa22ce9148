//! One line of JSON as a row of cells, without building a tree of it: a line of many small values
//! would take fifty times its size as one.

use super::super::columns::MOST_COLUMNS;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// The column of rows that are no objects.
const VALUE: &str = "value";

/// A row's fields in order, borrowed from its line.
#[derive(Debug, Default)]
pub(super) struct Row<'a> {
    pub(super) fields: Vec<(Cow<'a, str>, &'a RawValue)>,
    /// Fields beyond the most that a header has room for.
    pub(super) beyond: usize,
}

impl<'a> Row<'a> {
    pub(super) fn read(line: &'a [u8]) -> serde_json::Result<Self> {
        if line.trim_ascii_start().starts_with(b"{") {
            return serde_json::from_slice(line);
        }
        Ok(Self {
            fields: vec![(Cow::Borrowed(VALUE), serde_json::from_slice(line)?)],
            beyond: 0,
        })
    }
}

/// A cell: nothing for null, text as it is, the rest as JSON. Also whether it is a text.
pub(super) fn cell(raw: &RawValue) -> (Cow<'_, str>, bool) {
    match raw.get() {
        "null" => (Cow::Borrowed(""), true),
        text if text.starts_with('"') => match serde_json::from_str::<Text<'_>>(text) {
            Ok(Text(text)) => (text, true),
            Err(_) => (Cow::Borrowed(text), true),
        },
        other => (Cow::Borrowed(other), false),
    }
}

/// Serde owns a `Cow` unless it is told that borrowing is enough.
#[derive(serde::Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Row<'a> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Fields)
    }
}

struct Fields;

impl<'de> Visitor<'de> for Fields {
    type Value = Row<'de>;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a row")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Row<'de>, A::Error> {
        let mut row = Row::default();
        while let Some((Text(name), value)) = map.next_entry::<Text<'de>, &'de RawValue>()? {
            if row.fields.len() < MOST_COLUMNS {
                row.fields.push((name, value));
            } else {
                row.beyond += 1;
            }
        }
        Ok(row)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_without_changing_a_digit() {
        let line = r#"{"a":"x\"y","b":null,"c":922337203685477.5807,"d":{"e":[1]},"f\u0067":true}"#;
        let row = Row::read(line.as_bytes()).unwrap();
        let cells: Vec<(&str, String)> = row
            .fields
            .iter()
            .map(|(name, value)| (name.as_ref(), cell(value).0.into_owned()))
            .collect();
        let text = |text: &str| text.to_owned();
        assert_eq!(
            cells,
            [
                ("a", text("x\"y")),
                ("b", text("")),
                ("c", text("922337203685477.5807")),
                ("d", text("{\"e\":[1]}")),
                ("fg", text("true")),
            ]
        );
        let row = Row::read(b"\"alone\"").unwrap();
        assert_eq!(row.fields[0].0, "value");
        assert_eq!(cell(row.fields[0].1).0, "alone");
        assert!(Row::read(b"{broken").is_err());
    }

    #[test]
    fn fields_beyond_the_most_are_counted() {
        let fields: Vec<String> = (0..5_000).map(|n| format!("\"c{n}\":1")).collect();
        let line = format!("{{{}}}", fields.join(","));
        let row = Row::read(line.as_bytes()).unwrap();
        assert_eq!(
            (row.fields.len(), row.beyond),
            (MOST_COLUMNS, 5_000 - MOST_COLUMNS)
        );
    }
}
