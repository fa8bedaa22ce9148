//! Tables for reading: rows under a header, or an object's fields one below the other.

use super::columns::{Column, Rows, plain};
use super::text::clean;
use clap::builder::styling::Style;
use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use serde_json::Value;

/// A column narrower than this cannot be read; columns that would be are left out instead.
const NARROWEST: usize = 10;

/// The longest cell that is shown whole on a terminal; a long description would otherwise take
/// the screen. In a pipe cells are never cut.
const LONGEST_CELL: usize = 60;

/// The space that a column needs beside its text: one blank left and right.
const PADDING: usize = 2;

/// A rendered table, and how many columns found no room.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Table {
    /// The lines.
    pub(super) text: String,
    /// Columns that are shown.
    pub(super) shown: usize,
    /// Columns that were left out because the terminal is too narrow.
    pub(super) hidden: usize,
}

/// Rows as a table of at most `width` characters; without a width, as wide as it needs.
pub(super) fn rows(rows: &Rows<'_>, width: Option<u16>, color: bool) -> Table {
    let mut columns = rows.for_reading();
    let all = columns.len();
    if let Some(width) = width {
        columns = fitting(columns, rows, usize::from(width));
    }
    let header: Vec<String> = columns.iter().map(|column| clean(column.name)).collect();
    let lines = rows.rows.iter().map(|row| {
        columns
            .iter()
            .map(|column| cell(&column.cell(row), width.is_some()))
            .collect()
    });
    let mut text = grid(&header, lines, width);
    if color {
        text = emphasise(&text);
    }
    Table {
        text,
        shown: columns.len(),
        hidden: all - columns.len(),
    }
}

/// A table of ready texts.
pub fn grid(
    header: &[String],
    lines: impl IntoIterator<Item = Vec<String>>,
    width: Option<u16>,
) -> String {
    let mut table = blank(width);
    table.set_header(header);
    for line in lines {
        table.add_row(line);
    }
    trim(&table.to_string())
}

/// An object's fields, one per line.
pub(super) fn fields(answer: &Value, width: Option<u16>) -> Option<String> {
    let fields = answer.as_object()?;
    let lines = fields
        .iter()
        .map(|(name, value)| (clean(name), cell(&plain(value), false)));
    Some(pairs(lines, width))
}

/// Names and values, one pair per line.
pub fn pairs(lines: impl IntoIterator<Item = (String, String)>, width: Option<u16>) -> String {
    let mut table = blank(width);
    for (name, value) in lines {
        table.add_row(vec![name, value]);
    }
    trim(&table.to_string())
}

fn blank(width: Option<u16>) -> comfy_table::Table {
    let mut table = comfy_table::Table::new();
    table.load_style(TableStyle::new().header_separator(LineStyle::none().fill('─').junction('─')));
    match width {
        Some(width) => table
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(width),
        None => table.set_content_arrangement(ContentArrangement::Disabled),
    };
    table
}

/// The columns that fit, by the order they come in; columns without a single value go first.
fn fitting<'a>(columns: Vec<Column<'a>>, rows: &Rows<'a>, width: usize) -> Vec<Column<'a>> {
    let needs = |column: &Column<'_>| {
        let longest = rows
            .rows
            .iter()
            .map(|row| column.cell(row).chars().take(NARROWEST).count())
            .max()
            .unwrap_or_default();
        longest.max(column.name.chars().count().min(NARROWEST)) + PADDING
    };
    let total: usize = columns.iter().map(needs).sum();
    if total <= width {
        return columns;
    }
    let filled = |column: &Column<'_>| rows.rows.iter().any(|row| !column.cell(row).is_empty());
    let mut left = width;
    let mut fitting = Vec::new();
    for column in columns.into_iter().filter(filled) {
        let need = needs(&column);
        if need > left && !fitting.is_empty() {
            break;
        }
        left = left.saturating_sub(need);
        fitting.push(column);
    }
    fitting
}

fn cell(text: &str, terminal: bool) -> String {
    let safe = clean(text);
    if !terminal || safe.chars().count() <= LONGEST_CELL {
        return safe;
    }
    let mut cut: String = safe.chars().take(LONGEST_CELL - 1).collect();
    cut.push('…');
    cut
}

/// The header bold and its rule dim. Done to the finished text, because the escapes would count
/// into the widths.
fn emphasise(table: &str) -> String {
    let (bold, dim) = (Style::new().bold(), Style::new().dimmed());
    let mut header = true;
    let mut lines = Vec::new();
    for line in table.lines() {
        let rule = header && !line.is_empty() && line.chars().all(|character| character == '─');
        lines.push(match (rule, header) {
            (true, _) => format!("{dim}{line}{dim:#}"),
            (false, true) => format!("{bold}{line}{bold:#}"),
            (false, false) => line.to_owned(),
        });
        header &= !rule;
    }
    lines.join("\n")
}

/// No line ends in blanks: they would be copied along.
fn trim(table: &str) -> String {
    table
        .lines()
        .map(|line| line.trim_end())
        .collect::<Vec<_>>()
        .join("\n")
}

#[cfg(test)]
mod tests {
    use super::super::columns::rows_of;
    use super::*;
    use serde_json::json;

    #[test]
    fn rows_stand_under_their_header() {
        let answer = json!([
            {"subject": "Call", "revenue": 5000, "done": null},
            {"subject": "Write\nback", "revenue": 12.5, "done": true}
        ]);
        let wish = ["subject".into(), "revenue".into()];
        let table = rows(&rows_of(&answer, &wish).unwrap(), None, false);
        assert_eq!(
            table.text,
            " subject      revenue   done\n─────────────────────────────\n Call         5000\n Write↵back   12.5      true"
        );
        assert_eq!((table.shown, table.hidden), (3, 0));
    }

    #[test]
    fn what_finds_no_room_is_left_out_and_counted() {
        let row: serde_json::Map<String, Value> = (0..50)
            .map(|n| (format!("column{n:02}"), json!("some text")))
            .collect();
        let answer = json!([row]);
        let table = rows(&rows_of(&answer, &[]).unwrap(), Some(80), false);
        assert!(table.hidden > 0 && table.shown > 3, "{table:?}");
        assert_eq!(table.hidden + table.shown, 50);
        assert!(table.text.lines().all(|line| line.chars().count() <= 80));
        let piped = rows(&rows_of(&answer, &[]).unwrap(), None, false);
        assert_eq!(piped.hidden, 0);
    }

    #[test]
    fn long_cells_are_cut_on_a_terminal_only() {
        let answer = json!([{"a": "x".repeat(500)}]);
        let read = rows_of(&answer, &[]).unwrap();
        assert!(rows(&read, Some(200), false).text.contains('…'));
        assert!(rows(&read, None, false).text.contains(&"x".repeat(500)));
    }

    #[test]
    fn colour_touches_the_header_only() {
        let answer = json!([{"a": "x"}]);
        let text = rows(&rows_of(&answer, &[]).unwrap(), None, true).text;
        let lines: Vec<bool> = text.lines().map(|line| line.contains('\u{1b}')).collect();
        assert_eq!(lines, [true, true, false]);
    }

    #[test]
    fn an_object_shows_one_field_per_line() {
        let text = fields(&json!({"id": 7, "name": "A"}), None).unwrap();
        assert_eq!(text, " id     7\n name   A");
    }
}
