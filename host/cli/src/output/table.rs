//! Tables for reading: rows under a header, or an object's fields one below the other.

use super::columns::{Column, Rows, plain};
use super::text::clean;
use clap::builder::styling::Style;
use comfy_table::{ContentArrangement, LineStyle, TableStyle};
use serde_json::Value;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Widest column where everything fits anyway: beyond this a line is hard to follow to its end.
const WIDEST: usize = 60;

/// Widths to try in turn when it does not. 36 characters are a row's id.
const NARROWER: [usize; 2] = [36, 24];

/// The space that a column needs beside its text: one blank left, two right.
const PADDING: usize = 3;

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
    let cut = match width {
        Some(width) => fit(&mut columns, rows, usize::from(width)),
        None => usize::MAX,
    };
    let header: Vec<String> = columns
        .iter()
        .map(|column| shorten(&clean(column.name), cut))
        .collect();
    let lines = rows.rows.iter().map(|row| {
        columns
            .iter()
            .map(|column| shorten(&clean(&column.cell(row)), cut))
            .collect()
    });
    let mut text = grid(&header, lines, None);
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
        .map(|(name, value)| (clean(name), clean(&plain(value))));
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

/// Leaves the columns that fit, in their order, and answers how wide a cell may be. Columns without
/// a single value go first; a narrow column is better than a missing one, up to a point.
fn fit<'a>(columns: &mut Vec<Column<'a>>, rows: &Rows<'a>, width: usize) -> usize {
    let widths = |columns: &[Column<'a>]| -> Vec<usize> {
        let widest = |column: &Column<'a>| {
            let cells = rows.rows.iter().map(|row| clean(&column.cell(row)).width());
            cells.max().unwrap_or_default().max(column.name.width())
        };
        columns.iter().map(widest).collect()
    };
    let total = |widths: &[usize], cut: usize| -> usize {
        widths.iter().map(|width| width.min(&cut) + PADDING).sum()
    };
    let natural = widths(columns);
    let every = std::iter::once(WIDEST).chain(NARROWER);
    if let Some(cut) = every.into_iter().find(|cut| total(&natural, *cut) <= width) {
        return cut;
    }
    columns.retain(|column| rows.rows.iter().any(|row| !column.cell(row).is_empty()));
    let [cut, _] = NARROWER;
    let mut used = 0;
    let fitting = widths(columns)
        .into_iter()
        .take_while(|natural| {
            used += natural.min(&cut) + PADDING;
            used <= width
        })
        .count();
    columns.truncate(fitting.max(1));
    cut.min(width.saturating_sub(PADDING).max(1))
}

/// At most `widest` characters as a terminal counts them, with `…` for what was cut.
fn shorten(text: &str, widest: usize) -> String {
    if text.width() <= widest {
        return text.to_owned();
    }
    let mut short = String::new();
    let mut used = 1;
    for character in text.chars() {
        used += character.width().unwrap_or_default();
        if used > widest {
            break;
        }
        short.push(character);
    }
    short.push('…');
    short
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
        assert!(table.hidden > 0 && table.shown > 5, "{table:?}");
        assert_eq!(table.hidden + table.shown, 50);
        assert!(table.text.lines().all(|line| line.chars().count() <= 80));
        let piped = rows(&rows_of(&answer, &[]).unwrap(), None, false);
        assert_eq!(piped.hidden, 0);
    }

    #[test]
    fn columns_get_narrower_before_they_go() {
        let long = "x".repeat(50);
        let answer = json!([{"a": long, "b": long, "id": "11075d7f-d6cf-5894-955c-199699ef88d2"}]);
        let read = rows_of(&answer, &[]).unwrap();
        let table = rows(&read, Some(120), false);
        assert_eq!(table.hidden, 0);
        assert!(table.text.contains("11075d7f-d6cf-5894-955c-199699ef88d2"));
        let table = rows(&read, Some(85), false);
        assert_eq!(table.hidden, 0);
        assert!(table.text.contains("11075d7f-d6cf-5894-955c…"), "{table:?}");
        let table = rows(&read, Some(60), false);
        assert_eq!((table.shown, table.hidden), (1, 2));
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(shorten("日本語の長い文章", 7), "日本語…");
        assert_eq!(shorten("short", 5), "short");
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
