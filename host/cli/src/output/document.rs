//! One answer in one format.

use super::columns::{Rows, order, rows_of, shown};
use super::csv;
use super::format::Format;
use super::layout::Layout;
use super::{record, table, yaml};
use serde_json::Value;
use std::io::{self, Write};

/// What was not printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unprinted {
    /// Columns that a table or a header had no room for.
    pub columns: usize,
    /// Columns without a value that a record leaves out.
    pub empty: usize,
    /// There were no rows to print.
    pub no_rows: bool,
}

/// Writes `answer`, and answers what was not printed.
pub fn write(
    out: &mut dyn Write,
    answer: &Value,
    format: Format,
    layout: Layout<'_>,
) -> io::Result<Unprinted> {
    let shown = shown(answer, layout.held);
    let rows = rows_of(shown, layout.wish);
    let mut unprinted = Unprinted {
        no_rows: rows.as_ref().is_some_and(|rows| rows.rows.is_empty()),
        ..Unprinted::default()
    };
    match (format, rows) {
        (Format::Json, _) => json(out, answer)?,
        (Format::Yaml, _) => yaml::write(out, answer)?,
        (Format::Ndjson, Some(rows)) => lines(out, rows.rows.into_iter())?,
        (Format::Ndjson, None) => lines(out, std::iter::once(shown))?,
        (Format::Csv, Some(rows)) => {
            unprinted.columns = rows.beyond;
            csv::write(out, &rows, layout.csv)?;
        }
        (Format::Csv, None) => csv::write(out, &alone(answer, shown, &layout), layout.csv)?,
        (Format::Table, Some(rows)) if rows.rows.is_empty() => {}
        (Format::Table, Some(rows)) => {
            let table = table::rows(&rows, layout.wish, layout.width, layout.color);
            if !table.text.is_empty() {
                writeln!(out, "{}", table.text)?;
            }
            unprinted.columns = table.hidden;
        }
        (Format::Table, None) => match record::of(shown, &layout) {
            Some(record) => {
                writeln!(out, "{}", record.text)?;
                unprinted.empty = record.empty;
            }
            None => json(out, shown)?,
        },
    }
    Ok(unprinted)
}

fn json(out: &mut dyn Write, answer: &Value) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, answer)?;
    writeln!(out)
}

fn lines<'a>(out: &mut dyn Write, rows: impl Iterator<Item = &'a Value>) -> io::Result<()> {
    for row in rows {
        serde_json::to_writer(&mut *out, row)?;
        writeln!(out)?;
    }
    Ok(())
}

/// An answer without rows, as the only row. The columns of an action's own answer are those of its
/// schema, whether this answer has a value for each or not; a row inside it has its own.
fn alone<'a>(answer: &'a Value, shown: &'a Value, layout: &Layout<'a>) -> Rows<'a> {
    let inside = layout.held.is_some_and(|held| answer.get(held).is_some());
    let described = layout.properties.iter().map(String::as_str);
    let described = described.filter(|name| !inside && layout.held != Some(*name));
    let mut present: Vec<&str> = described.collect();
    match shown.as_object() {
        Some(fields) => {
            for name in fields.keys() {
                if !present.contains(&name.as_str()) {
                    present.push(name);
                }
            }
        }
        None => present = vec!["value"],
    }
    let (columns, named) = order(&present, layout.wish);
    Rows {
        columns,
        rows: vec![shown],
        named,
        beyond: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::columns::Wish;
    use super::*;
    use serde_json::json;

    fn print(answer: &Value, format: Format) -> String {
        let mut out = Vec::new();
        let wish = Wish::default();
        let layout = Layout {
            held: Some("rows"),
            ..Layout::new(&wish)
        };
        write(&mut out, answer, format, layout).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn rows_print_in_every_format() {
        let answer = json!({"count": 2, "rows": [
            {"id": 1, "name": "A, \"B\"", "tags": ["x"]},
            {"id": 2, "name": null}
        ]});
        assert_eq!(
            print(&answer, Format::Csv),
            "id,name,tags\n1,\"A, \"\"B\"\"\",\"[\"\"x\"\"]\"\n2,,\n"
        );
        assert_eq!(
            print(&answer, Format::Ndjson),
            "{\"id\":1,\"name\":\"A, \\\"B\\\"\",\"tags\":[\"x\"]}\n{\"id\":2,\"name\":null}\n"
        );
        assert!(print(&answer, Format::Json).starts_with("{\n  \"count\": 2"));
        assert!(print(&answer, Format::Table).contains(" id"));
    }

    #[test]
    fn an_answer_without_rows_is_one_row_or_one_line() {
        let answer = json!({"id": 7, "name": "A"});
        assert_eq!(print(&answer, Format::Csv), "id,name\n7,A\n");
        assert_eq!(
            print(&answer, Format::Ndjson),
            "{\"id\":7,\"name\":\"A\"}\n"
        );
        assert_eq!(print(&answer, Format::Table), " id     7\n name   A\n");
        assert_eq!(print(&json!("x"), Format::Csv), "value\nx\n");
    }

    #[test]
    fn a_number_keeps_its_digits_in_every_format() {
        let answer: Value =
            serde_json::from_str(r#"{"rows": [{"amount": 922337203685477.5807}]}"#).unwrap();
        for format in [
            Format::Json,
            Format::Ndjson,
            Format::Csv,
            Format::Table,
            Format::Yaml,
        ] {
            let text = print(&answer, format);
            assert!(text.contains("922337203685477.5807"), "{text}");
        }
    }

    #[test]
    fn no_rows_print_the_header_that_was_asked_for_and_are_told() {
        let answer = json!({"rows": []});
        for (named, header) in [
            (vec![], ""),
            (vec!["b".to_owned(), "a".to_owned()], "b,a\n"),
        ] {
            let wish = Wish { named, known: None };
            let layout = Layout {
                held: Some("rows"),
                ..Layout::new(&wish)
            };
            for (format, text) in [
                (Format::Csv, header),
                (Format::Ndjson, ""),
                (Format::Table, ""),
            ] {
                let mut out = Vec::new();
                let unprinted = write(&mut out, &answer, format, layout).unwrap();
                assert!(unprinted.no_rows);
                assert_eq!(String::from_utf8(out).unwrap(), text);
            }
        }
    }

    #[test]
    fn an_answers_columns_are_those_of_its_schema_and_a_rows_begin_with_itself() {
        let csv = |answer: Value, held: &str, properties: &[&str]| {
            let wish = Wish::default();
            let properties: Vec<String> = properties.iter().map(|&name| name.to_owned()).collect();
            let layout = Layout {
                held: Some(held),
                properties: &properties,
                ..Layout::new(&wish)
            };
            let mut out = Vec::new();
            write(&mut out, &answer, Format::Csv, layout).unwrap();
            String::from_utf8(out).unwrap()
        };
        let written = ["id", "outcome", "row", "etag"];
        let created = json!({"id": "7", "outcome": "created", "etag": "1"});
        assert_eq!(
            csv(created, "row", &written),
            "id,outcome,etag\n7,created,1\n"
        );
        let saved = json!({"outcome": "saved"});
        assert_eq!(csv(saved, "row", &written), "id,outcome,etag\n,saved,\n");
        let row = json!({"row": {"@odata.context": "long", "name": "A"}, "etag": "1"});
        assert_eq!(csv(row, "row", &written), "name,@odata.context\nA,long\n");
    }
}
