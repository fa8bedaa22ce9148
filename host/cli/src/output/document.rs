//! One answer in one format.

use super::columns::{Rows, rows_of, shown};
use super::format::Format;
use super::{table, yaml};
use serde_json::Value;
use std::io::{self, Write};

/// What a format needs to know besides the answer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Layout<'a> {
    /// The answer's property that tables, CSV and lines show (see `rows_property`).
    pub held: Option<&'a str>,
    /// The order of columns that the caller asked for.
    pub columns: &'a [String],
    /// Characters per line on a terminal; nothing in a pipe.
    pub width: Option<u16>,
    /// Whether headers stand out.
    pub color: bool,
}

/// Writes `answer`. The number answered is how many columns a table had no room for.
pub fn write(
    out: &mut dyn Write,
    answer: &Value,
    format: Format,
    layout: Layout<'_>,
) -> io::Result<usize> {
    let shown = shown(answer, layout.held);
    let rows = rows_of(shown, layout.columns);
    match (format, rows) {
        (Format::Json, _) => json(out, answer)?,
        (Format::Yaml, _) => yaml::write(out, answer)?,
        (Format::Ndjson, Some(rows)) => lines(out, rows.rows.into_iter())?,
        (Format::Ndjson, None) => lines(out, std::iter::once(shown))?,
        (Format::Csv, Some(rows)) => csv(out, &rows)?,
        (Format::Csv, None) => csv(out, &alone(shown))?,
        (Format::Table, Some(rows)) => {
            let table = table::rows(&rows, layout.width, layout.color);
            if !table.text.is_empty() {
                writeln!(out, "{}", table.text)?;
            }
            return Ok(table.hidden);
        }
        (Format::Table, None) => match table::fields(shown, layout.width) {
            Some(text) => writeln!(out, "{text}")?,
            None => json(out, shown)?,
        },
    }
    Ok(0)
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

/// An answer without rows, as the only row.
fn alone(answer: &Value) -> Rows<'_> {
    Rows {
        columns: match answer.as_object() {
            Some(fields) => fields.keys().map(String::as_str).collect(),
            None => vec!["value"],
        },
        rows: vec![answer],
    }
}

fn csv(out: &mut dyn Write, rows: &Rows<'_>) -> io::Result<()> {
    if rows.columns.is_empty() {
        return Ok(());
    }
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(&rows.columns)?;
    for row in &rows.rows {
        let cells = rows.columns.iter().map(|column| Rows::cell(row, column));
        writer.write_record(cells.map(|cell| cell.into_owned()))?;
    }
    writer.flush()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn print(answer: &Value, format: Format) -> String {
        let mut out = Vec::new();
        let layout = Layout {
            held: Some("rows"),
            ..Layout::default()
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
    fn no_rows_print_nothing_but_json() {
        let answer = json!({"rows": []});
        assert_eq!(print(&answer, Format::Csv), "");
        assert_eq!(print(&answer, Format::Ndjson), "");
        assert_eq!(print(&answer, Format::Table), "");
    }
}
