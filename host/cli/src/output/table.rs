//! Tables for reading: rows under a header, or pairs one below the other.

use super::columns::{Column, Rows, Wish};
use super::text::clean;
use clap::builder::styling::Style;
use comfy_table::{CellAlignment, ContentArrangement, LineStyle, TableStyle};
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// Widest column where everything fits anyway: beyond this a line is hard to follow to its end.
const WIDEST: usize = 60;

/// Widths to try in turn when it does not. 36 characters are a row's id.
const NARROWER: [usize; 2] = [36, 24];

/// Widths to try for columns that were asked for by name, before any of them goes.
const NARROWEST: [usize; 5] = [16, 12, 8, 5, 3];

/// The most columns of a table, however wide it may be: nobody reads on.
const MOST: usize = 200;

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
pub(super) fn rows(rows: &Rows<'_>, wish: &Wish, width: Option<u16>, color: bool) -> Table {
    let mut columns = rows.for_reading(wish);
    let named = columns.iter().filter(|column| column.named()).count();
    // Who names columns misses no other.
    let all = if named > 0 { named } else { columns.len() };
    columns.truncate(MOST);
    let cut = match width {
        Some(width) => fit(&mut columns, rows, usize::from(width)),
        None => usize::MAX,
    };
    let mut table = blank(None);
    table.set_header(
        columns
            .iter()
            .map(|column| shorten(&clean(column.name), cut)),
    );
    for row in &rows.rows {
        let cells = columns
            .iter()
            .map(|column| shorten(&clean(&column.cell(row)), cut));
        table.add_row(cells.collect::<Vec<_>>());
    }
    for (at, column) in columns.iter().enumerate() {
        if column.is_numeric(&rows.rows)
            && let Some(drawn) = table.column_mut(at)
        {
            drawn.set_cell_alignment(CellAlignment::Right);
        }
    }
    let mut text = trim(&table.to_string());
    if color {
        text = emphasise(&text);
    }
    Table {
        text,
        shown: columns.len(),
        hidden: all.saturating_sub(columns.len()) + rows.beyond,
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

/// Names and values, one pair per line.
pub fn pairs(lines: impl IntoIterator<Item = (String, String)>, width: Option<u16>) -> String {
    let mut table = blank(width);
    for (name, value) in lines {
        table.add_row(vec![name, value]);
    }
    trim(&table.to_string())
}

pub(super) fn blank(width: Option<u16>) -> comfy_table::Table {
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

/// Leaves the columns that fit, in their order, and answers how wide a cell may be. A narrow column is
/// better than a missing one, up to a point; one that was asked for by name goes last of all. Of the
/// others those without a single value go first.
fn fit(columns: &mut Vec<Column<'_>>, rows: &Rows<'_>, width: usize) -> usize {
    let natural: Vec<usize> = columns.iter().map(|column| widest(column, rows)).collect();
    let total = |natural: &[usize], cut: usize| -> usize {
        natural.iter().map(|width| width.min(&cut) + PADDING).sum()
    };
    let every = || std::iter::once(WIDEST).chain(NARROWER);
    if let Some(cut) = every().find(|cut| total(&natural, *cut) <= width) {
        return cut;
    }
    let named = columns.iter().take_while(|column| column.named()).count();
    if named > 0 {
        let kept = natural.get(..named).unwrap_or(&natural);
        let cut = every()
            .chain(NARROWEST)
            .find(|cut| total(kept, *cut) <= width);
        let cut = cut.unwrap_or_else(|| NARROWEST.into_iter().min().unwrap_or(1));
        let room = width / (cut + PADDING);
        let fits = if total(kept, cut) <= width {
            named
        } else {
            room.max(1)
        };
        columns.truncate(fits);
        return cut;
    }
    columns.retain(|column| rows.rows.iter().any(|row| !column.cell(row).is_empty()));
    // What tells one row from another is worth its room.
    columns.sort_by_cached_key(|column| (column.rank, column.is_constant(&rows.rows)));
    let [cut, _] = NARROWER;
    let mut used = 0;
    let fitting = columns
        .iter()
        .take_while(|column| {
            used += widest(column, rows).min(cut) + PADDING;
            used <= width
        })
        .count();
    columns.truncate(fitting.max(1));
    cut.min(width.saturating_sub(PADDING).max(1))
}

/// The width of a column's widest cell, its name included.
fn widest(column: &Column<'_>, rows: &Rows<'_>) -> usize {
    let cells = rows.rows.iter().map(|row| clean(&column.cell(row)).width());
    cells.max().unwrap_or_default().max(column.name.width())
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
pub(super) fn trim(table: &str) -> String {
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
    use serde_json::{Value, json};

    fn read(answer: &Value) -> (Rows<'_>, Wish) {
        static NONE: std::sync::LazyLock<Wish> = std::sync::LazyLock::new(Wish::default);
        (rows_of(answer, &NONE).unwrap(), Wish::default())
    }

    #[test]
    fn rows_stand_under_their_header() {
        let answer = json!([
            {"subject": "Call", "revenue": 5000, "done": null},
            {"subject": "Write\nback", "revenue": 12.5, "done": true}
        ]);
        let wish = Wish {
            named: vec!["subject".into(), "revenue".into()],
            known: None,
        };
        let table = rows(&rows_of(&answer, &wish).unwrap(), &wish, None, false);
        assert_eq!(
            table.text,
            " subject      revenue   done\n─────────────────────────────\n Call            5000\n Write↵back      12.5   true"
        );
        assert_eq!((table.shown, table.hidden), (3, 0));
    }

    #[test]
    fn what_finds_no_room_is_left_out_and_counted() {
        let row: serde_json::Map<String, Value> = (0..50)
            .map(|n| (format!("column{n:02}"), json!("some text")))
            .collect();
        let answer = json!([row]);
        let (all, wish) = read(&answer);
        let table = rows(&all, &wish, Some(80), false);
        assert!(table.hidden > 0 && table.shown > 5, "{table:?}");
        assert_eq!(table.hidden + table.shown, 50);
        assert!(table.text.lines().all(|line| line.chars().count() <= 80));
        let piped = rows(&all, &wish, None, false);
        assert_eq!(piped.hidden, 0);
    }

    #[test]
    fn columns_get_narrower_before_they_go() {
        let long = "x".repeat(50);
        let answer = json!([{"a": long, "b": long, "id": "11075d7f-d6cf-5894-955c-199699ef88d2"}]);
        let (all, wish) = read(&answer);
        let table = rows(&all, &wish, Some(120), false);
        assert_eq!(table.hidden, 0);
        assert!(table.text.contains("11075d7f-d6cf-5894-955c-199699ef88d2"));
        let table = rows(&all, &wish, Some(85), false);
        assert_eq!(table.hidden, 0);
        assert!(table.text.contains("11075d7f-d6cf-5894-955c…"), "{table:?}");
        let table = rows(&all, &wish, Some(60), false);
        assert_eq!((table.shown, table.hidden), (1, 2));
    }

    #[test]
    fn a_column_that_was_named_is_shrunk_and_not_dropped() {
        let long = "x".repeat(50);
        let answer = json!([{"a": long, "b": long, "c": long, "unasked": long}]);
        let wish = Wish {
            named: ["c", "a", "b"].map(String::from).to_vec(),
            known: None,
        };
        let all = rows_of(&answer, &wish).unwrap();
        for (width, cut, shown) in [(120, 24, 4), (60, 16, 3), (40, 8, 3), (20, 3, 3)] {
            let table = rows(&all, &wish, Some(width), false);
            assert_eq!((table.shown, table.hidden), (shown, 0), "{width}");
            let cell = format!(" {}…", "x".repeat(cut - 1));
            assert!(table.text.contains(&cell), "{width}: {}", table.text);
            assert!(
                table
                    .text
                    .lines()
                    .all(|line| line.width() <= usize::from(width))
            );
        }
    }

    #[test]
    fn a_named_column_without_room_is_counted() {
        let row: serde_json::Map<String, Value> =
            (0..9).map(|n| (format!("c{n}"), json!("text"))).collect();
        let wish = Wish {
            named: row.keys().cloned().collect(),
            known: None,
        };
        let answer = json!([row]);
        let all = rows_of(&answer, &wish).unwrap();
        let table = rows(&all, &wish, Some(20), false);
        assert_eq!((table.shown, table.hidden), (3, 6));
    }

    #[test]
    fn what_says_the_same_of_every_row_gives_way_to_what_tells_them_apart() {
        let row = |n: u32| json!({"aaa": "x".repeat(20), "bbb": "y".repeat(20), "ccc": format!("{n:020}")});
        let answer = json!([row(1), row(2)]);
        let (all, wish) = read(&answer);
        let table = rows(&all, &wish, Some(50), false);
        assert!(table.text.starts_with(" ccc"), "{table:?}");
        // A single row is told from nothing.
        let answer = json!([row(1)]);
        let (all, wish) = read(&answer);
        assert!(rows(&all, &wish, Some(50), false).text.starts_with(" aaa"));
    }

    #[test]
    fn rows_that_each_bring_a_column_are_bounded() {
        let answer: Vec<Value> = (0..6_000).map(|n| json!({format!("c{n}"): n})).collect();
        let answer = Value::Array(answer);
        let (all, wish) = read(&answer);
        let table = rows(&all, &wish, None, false);
        assert_eq!((table.shown, table.hidden), (MOST, 6_000 - MOST));
    }

    #[test]
    fn wide_characters_count_twice() {
        assert_eq!(shorten("日本語の長い文章", 7), "日本語…");
        assert_eq!(shorten("short", 5), "short");
    }

    #[test]
    fn long_cells_are_cut_on_a_terminal_only() {
        let answer = json!([{"a": "x".repeat(500)}]);
        let (all, wish) = read(&answer);
        assert!(rows(&all, &wish, Some(200), false).text.contains('…'));
        assert!(
            rows(&all, &wish, None, false)
                .text
                .contains(&"x".repeat(500))
        );
    }

    #[test]
    fn colour_touches_the_header_only() {
        let answer = json!([{"a": "x"}]);
        let (all, wish) = read(&answer);
        let text = rows(&all, &wish, None, true).text;
        let lines: Vec<bool> = text.lines().map(|line| line.contains('\u{1b}')).collect();
        assert_eq!(lines, [true, true, false]);
    }
}
