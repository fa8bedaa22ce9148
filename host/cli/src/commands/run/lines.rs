//! What becomes of streamed rows on their way to standard output. Pure: bytes in, bytes out.

use crate::output::{CsvError, CsvLines, LeftOut, Query};
use memchr::{memchr_iter, memrchr};
use serde_json::Value;
use std::io::{self, Write};

/// The longest beginning of a row that is held until its end comes.
const HELD: usize = 1 << 20;

/// A format that rows are written in while they come.
pub(super) enum Form<'a> {
    /// One document a line.
    Ndjson(WholeLines),
    /// Cells.
    Csv(CsvLines<'a>),
}

impl Form<'_> {
    pub(super) fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> Result<(), CsvError> {
        match self {
            Self::Ndjson(lines) => Ok(lines.push(out, bytes)?),
            Self::Csv(lines) => lines.push(out, bytes),
        }
    }

    /// Writes the rest.
    pub(super) fn finish(self, out: &mut dyn Write) -> Result<LeftOut, CsvError> {
        match self {
            Self::Ndjson(lines) => {
                lines.finish(out)?;
                Ok(LeftOut::default())
            }
            Self::Csv(lines) => lines.finish(out),
        }
    }

    /// Rows that came.
    pub(super) fn rows(&self) -> u64 {
        match self {
            Self::Ndjson(lines) => lines.rows,
            Self::Csv(lines) => lines.rows(),
        }
    }
}

/// Lines as they are, and never half of one: whoever is interrupted has whole rows.
#[derive(Default)]
pub(super) struct WholeLines {
    partial: Vec<u8>,
    rows: u64,
}

impl WholeLines {
    fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
        let (whole, rest) = match memrchr(b'\n', bytes) {
            Some(end) => bytes.split_at(end + 1),
            None => (&[][..], bytes),
        };
        if !whole.is_empty() {
            out.write_all(&self.partial)?;
            self.partial.clear();
            out.write_all(whole)?;
            self.rows += memchr_iter(b'\n', whole).count() as u64;
        }
        self.partial.extend_from_slice(rest);
        if self.partial.len() > HELD {
            out.write_all(&self.partial)?;
            self.partial.clear();
        }
        Ok(())
    }

    fn finish(self, out: &mut dyn Write) -> io::Result<()> {
        if self.partial.is_empty() {
            return Ok(());
        }
        out.write_all(&self.partial)?;
        out.write_all(b"\n")
    }
}

/// A query, asked of each row.
pub(super) struct Asked {
    query: Query,
    partial: Vec<u8>,
}

impl Asked {
    pub(super) fn new(query: Query) -> Self {
        Self {
            query,
            partial: Vec::new(),
        }
    }

    /// What the query makes of the rows that these bytes complete, one document a line.
    pub(super) fn made(&mut self, bytes: &[u8]) -> Result<Vec<u8>, String> {
        let mut made = Vec::new();
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        self.partial
            .extend_from_slice(pieces.next().unwrap_or_default());
        for piece in pieces {
            let line = std::mem::replace(&mut self.partial, piece.to_vec());
            self.line(&line, &mut made)?;
        }
        Ok(made)
    }

    /// What it makes of the last row, where nothing ended its line.
    pub(super) fn last(mut self) -> Result<Vec<u8>, String> {
        let mut made = Vec::new();
        let line = std::mem::take(&mut self.partial);
        self.line(&line, &mut made)?;
        Ok(made)
    }

    fn line(&self, line: &[u8], made: &mut Vec<u8>) -> Result<(), String> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let row: Value =
            serde_json::from_slice(line).map_err(|error| format!("a row is not JSON: {error}"))?;
        for value in self
            .query
            .run(&row)
            .map_err(|error| format!("--query: {error}"))?
        {
            made.extend_from_slice(value.to_string().as_bytes());
            made.push(b'\n');
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_rows_are_written_before_the_end() {
        let text = b"{\"a\":1}\n{\"a\":2}\n{\"a\":3}";
        for at in 0..text.len() {
            let (left, right) = text.split_at(at);
            let mut out = Vec::new();
            let mut lines = WholeLines::default();
            lines.push(&mut out, left).unwrap();
            assert!(out.is_empty() || out.ends_with(b"\n"), "cut at {at}");
            lines.push(&mut out, right).unwrap();
            assert_eq!(lines.rows, 2);
            lines.finish(&mut out).unwrap();
            assert_eq!(out, b"{\"a\":1}\n{\"a\":2}\n{\"a\":3}\n");
        }
    }

    #[test]
    fn a_row_without_end_is_passed_on_and_not_held() {
        let mut out = Vec::new();
        let mut lines = WholeLines::default();
        for _ in 0..64 {
            lines.push(&mut out, &vec![b'x'; 64 << 10]).unwrap();
            assert!(lines.partial.len() <= HELD);
        }
        lines.finish(&mut out).unwrap();
        assert_eq!(out.len(), (4 << 20) + 1);
    }

    #[test]
    fn a_query_is_asked_of_each_row() {
        let text = b"{\"a\":1.50}\n\n{\"a\":2}\n{\"a\":3}";
        for at in 0..text.len() {
            let (left, right) = text.split_at(at);
            let mut asked = Asked::new(Query::compile("select(.a != 2) | .a").unwrap());
            let mut made = asked.made(left).unwrap();
            made.extend(asked.made(right).unwrap());
            made.extend(asked.last().unwrap());
            assert_eq!(String::from_utf8(made).unwrap(), "1.50\n3\n", "cut at {at}");
        }
        let mut asked = Asked::new(Query::compile(".a.b").unwrap());
        let fault = asked.made(b"{\"a\":1}\n").unwrap_err();
        assert!(fault.starts_with("--query: "), "{fault}");
    }
}
