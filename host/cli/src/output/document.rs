//! One answer in one format.

use super::columns::{Rows, rows_of, shown};
use super::format::Format;
use super::table;
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
        (Format::Yaml, _) => yaml(out, answer)?,
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

fn yaml(out: &mut dyn Write, answer: &Value) -> io::Result<()> {
    // A long line stays one line, so that it can be searched and copied.
    let mut options = serde_saphyr::SerializerOptions::default();
    options.folded_wrap_chars = usize::MAX;
    let text = serde_saphyr::to_string_with_options(answer, options).map_err(io::Error::other)?;
    out.write_all(text.as_bytes())?;
    if !text.ends_with('\n') {
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
    fn yaml_keeps_texts_that_look_like_something_else() {
        let answer = json!({"a": "no", "b": "1", "c": "2020-01-01", "d": null, "e": true, "f": "x: y", "g": "l1\nl2"});
        let text = print(&answer, Format::Yaml);
        for (quoted, plain) in [("\"no\"", "'no'"), ("\"1\"", "'1'"), ("\"x: y\"", "'x: y'")] {
            assert!(
                text.contains(quoted) || text.contains(plain),
                "{quoted} in\n{text}"
            );
        }
        assert!(
            text.contains("d: null") && text.contains("e: true"),
            "{text}"
        );
        let long = "word ".repeat(100);
        let text = print(&json!({ "a": long.trim() }), Format::Yaml);
        assert_eq!(text.lines().count(), 1, "{text}");
    }

    #[test]
    fn no_rows_print_nothing_but_json() {
        let answer = json!({"rows": []});
        assert_eq!(print(&answer, Format::Csv), "");
        assert_eq!(print(&answer, Format::Ndjson), "");
        assert_eq!(print(&answer, Format::Table), "");
    }
}
