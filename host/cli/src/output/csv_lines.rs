//! Rows that arrive as lines of JSON, written as CSV while they come.
//!
//! A header has to be written before the last row is known. So the first rows are held until their
//! columns are known; a column that appears for the first time later is left out and remembered, so
//! that somebody is told.

use super::columns::{Rows, rows_of};
use serde_json::Value;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// Rows held to learn the columns from; about a megabyte of usual rows.
const HELD: usize = 1_000;

/// Turns lines of JSON into CSV.
pub struct CsvLines<'a> {
    wish: &'a [String],
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    held: Vec<Value>,
    columns: Option<Vec<String>>,
    left_out: BTreeSet<String>,
}

impl<'a> CsvLines<'a> {
    /// `wish` is the order of columns that the caller asked for.
    pub fn new(wish: &'a [String]) -> Self {
        Self {
            wish,
            partial: Vec::new(),
            held: Vec::new(),
            columns: None,
            left_out: BTreeSet::new(),
        }
    }

    /// Takes more bytes and writes the rows that they complete.
    pub fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        let Some(first) = pieces.next() else {
            return Ok(());
        };
        self.partial.extend_from_slice(first);
        let mut rows = Vec::new();
        for piece in pieces {
            self.read_line(&mut rows)?;
            self.partial.extend_from_slice(piece);
        }
        self.take(out, rows)
    }

    /// Writes what is still held, and answers the columns that found no place.
    pub fn finish(mut self, out: &mut dyn Write) -> io::Result<BTreeSet<String>> {
        let mut rows = Vec::new();
        self.read_line(&mut rows)?;
        self.take(out, rows)?;
        if self.columns.is_none() {
            self.begin(out)?;
        }
        Ok(self.left_out)
    }

    fn read_line(&mut self, rows: &mut Vec<Value>) -> io::Result<()> {
        let line = std::mem::take(&mut self.partial);
        if !line.trim_ascii().is_empty() {
            rows.push(serde_json::from_slice(&line)?);
        }
        Ok(())
    }

    fn take(&mut self, out: &mut dyn Write, rows: Vec<Value>) -> io::Result<()> {
        if self.columns.is_some() {
            return self.write(out, &rows);
        }
        self.held.extend(rows);
        if self.held.len() >= HELD {
            self.begin(out)?;
        }
        Ok(())
    }

    /// Settles the columns and writes the header and all rows so far.
    fn begin(&mut self, out: &mut dyn Write) -> io::Result<()> {
        let held = Value::Array(std::mem::take(&mut self.held));
        let columns: Vec<String> = rows_of(&held, self.wish)
            .map(|rows| rows.columns.into_iter().map(str::to_owned).collect())
            .unwrap_or_default();
        if !columns.is_empty() {
            csv::Writer::from_writer(&mut *out).write_record(&columns)?;
        }
        self.columns = Some(columns);
        match held {
            Value::Array(rows) => self.write(out, &rows),
            _ => Ok(()),
        }
    }

    fn write(&mut self, out: &mut dyn Write, rows: &[Value]) -> io::Result<()> {
        let Some(columns) = &self.columns else {
            return Ok(());
        };
        if columns.is_empty() {
            return Ok(());
        }
        let mut writer = csv::Writer::from_writer(out);
        for row in rows {
            let cells = columns.iter().map(|column| Rows::cell(row, column));
            writer.write_record(cells.map(|cell| cell.into_owned()))?;
            for name in row.as_object().into_iter().flat_map(|row| row.keys()) {
                if !columns.contains(name) && !self.left_out.contains(name) {
                    self.left_out.insert(name.clone());
                }
            }
        }
        writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn csv(chunks: &[&str], wish: &[String]) -> (String, BTreeSet<String>) {
        let mut out = Vec::new();
        let mut lines = CsvLines::new(wish);
        for chunk in chunks {
            lines.push(&mut out, chunk.as_bytes()).unwrap();
        }
        let left_out = lines.finish(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), left_out)
    }

    #[test]
    fn rows_may_be_cut_anywhere() {
        let whole = "{\"a\":1,\"b\":\"ü\"}\n{\"a\":2,\"b\":\"x,y\"}\n{\"a\":3}";
        let expected = "a,b\n1,ü\n2,\"x,y\"\n3,\n";
        for at in 0..whole.len() {
            let (left, right) = whole.as_bytes().split_at(at);
            let mut out = Vec::new();
            let mut lines = CsvLines::new(&[]);
            lines.push(&mut out, left).unwrap();
            lines.push(&mut out, right).unwrap();
            lines.finish(&mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "cut at {at}");
        }
    }

    #[test]
    fn columns_come_in_the_order_asked_for() {
        let wish = ["b".to_owned(), "a".to_owned()];
        assert_eq!(csv(&["{\"a\":1,\"b\":2}\n"], &wish).0, "b,a\n2,1\n");
    }

    #[test]
    fn a_column_that_comes_too_late_is_told() {
        let early = "{\"a\":1}\n".repeat(HELD);
        let (text, left_out) = csv(&[&early, "{\"a\":2,\"late\":3}\n"], &[]);
        assert_eq!(text.lines().count(), HELD + 2);
        assert_eq!(text.lines().last(), Some("2"));
        assert_eq!(left_out, BTreeSet::from(["late".to_owned()]));
    }

    #[test]
    fn no_rows_write_nothing() {
        assert_eq!(csv(&[], &[]).0, "");
        assert_eq!(csv(&["\n", ""], &[]).0, "");
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        let mut out = Vec::new();
        let mut lines = CsvLines::new(&[]);
        assert!(lines.push(&mut out, b"{broken\n").is_err());
    }
}
