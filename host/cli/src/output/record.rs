//! One row, or any other object, for reading: a field a line.

use super::columns::{Column, Rows, order};
use super::layout::Layout;
use super::table::pairs;
use super::text::clean;
use serde_json::Value;

/// A rendered record, and how many fields without a value it leaves out.
pub(super) struct Record {
    pub(super) text: String,
    pub(super) empty: usize,
}

/// `shown` as a record, if it is an object. A row's columns are shown as a table shows them; what has
/// no value is left out unless it was asked for.
pub(super) fn of(shown: &Value, layout: &Layout<'_>) -> Option<Record> {
    let fields = shown.as_object()?;
    let present: Vec<&str> = fields.keys().map(String::as_str).collect();
    let (columns, named) = order(&present, layout.wish);
    let rows = Rows {
        columns,
        rows: vec![shown],
        named,
        beyond: 0,
    };
    let columns = rows.for_reading(layout.wish);
    let all = columns.len();
    let line = |column: &Column<'_>| (clean(column.name), clean(&column.cell(shown)));
    let lines: Vec<(String, String)> = columns
        .iter()
        .filter(|column| column.named() || !fields.get(column.name).is_none_or(Value::is_null))
        .map(line)
        .collect();
    Some(Record {
        empty: all - lines.len(),
        text: pairs(lines, layout.width),
    })
}

#[cfg(test)]
mod tests {
    use super::super::columns::Wish;
    use super::*;
    use serde_json::json;

    #[test]
    fn an_object_shows_one_field_per_line() {
        let wish = Wish::default();
        let record = of(&json!({"id": 7, "name": "A"}), &Layout::new(&wish)).unwrap();
        assert_eq!(record.text, " id     7\n name   A");
    }

    #[test]
    fn a_row_shows_what_a_person_reads_and_counts_what_is_empty() {
        let row = json!({
            "@odata.etag": "1", "state": 0, "state@A.FormattedValue": "Open",
            "fax": null, "phone": null
        });
        let wish = Wish {
            named: vec!["phone".into()],
            known: None,
        };
        let record = of(&row, &Layout::new(&wish)).unwrap();
        assert_eq!(record.text, " phone\n state   Open");
        assert_eq!(record.empty, 1);
        assert!(of(&json!([1]), &Layout::new(&wish)).is_none());
    }
}
