//! Rows that arrive as lines of JSON, written as CSV.

use super::cells::{Cells, Style};
use super::error::CsvError;
use super::row::{Row, cell};
use super::waiting::Waiting;
use crate::output::columns::{MOST_COLUMNS, Wish, order};
use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::{self, Write};

/// The longest line. The host's own budgets end an honest row long before.
const LONGEST_LINE: usize = 128 << 20;

/// How many names of columns are remembered to be told.
const MOST_TOLD: usize = 20;

/// Turns lines of JSON into CSV.
pub struct CsvLines<'a> {
    wish: &'a Wish,
    style: Style,
    /// The beginning of a line whose end has not come yet.
    partial: Vec<u8>,
    state: State,
    left_out: LeftOut,
    rows: u64,
}

/// Columns that found no place in the header.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// The names of the first ones.
    pub names: BTreeSet<String>,
    /// Whether there are others.
    pub more: bool,
}

impl LeftOut {
    /// Whether every column has its place.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty() && !self.more
    }

    fn add(&mut self, name: &str) {
        if self.names.len() < MOST_TOLD {
            self.names.insert(name.to_owned());
        } else {
            self.more |= !self.names.contains(name);
        }
    }
}

enum State {
    /// The header is certain: rows are written as they come.
    Written(Header),
    /// Rows wait for it.
    Waiting {
        lines: Waiting,
        present: Vec<String>,
        seen: HashSet<String>,
    },
}

/// Where each column stands.
struct Header {
    columns: HashMap<String, usize>,
    begun: bool,
    names: Vec<String>,
}

impl Header {
    fn new(names: Vec<String>) -> Self {
        Self {
            columns: names.iter().cloned().zip(0..).collect(),
            begun: false,
            names,
        }
    }
}

impl<'a> CsvLines<'a> {
    /// `wish` is what the caller asked for: with columns named, and all that is known of them, rows
    /// do not have to wait.
    pub fn new(wish: &'a Wish, style: Style) -> Self {
        let named = !wish.named.is_empty();
        let certain = wish.known.as_ref().filter(|_| named);
        let state = match certain.and_then(|known| known.header(&wish.named)) {
            Some(header) => State::Written(Header::new(header)),
            None => State::Waiting {
                lines: Waiting::new(),
                present: Vec::new(),
                seen: HashSet::new(),
            },
        };
        Self {
            wish,
            style,
            partial: Vec::new(),
            state,
            left_out: LeftOut::default(),
            rows: 0,
        }
    }

    /// Whether rows are written as they come.
    pub fn streams(&self) -> bool {
        matches!(self.state, State::Written(_))
    }

    /// Rows taken so far.
    pub fn rows(&self) -> u64 {
        self.rows
    }

    /// Takes more bytes and writes the rows that they complete, where rows need not wait.
    pub fn push(&mut self, out: &mut dyn Write, bytes: &[u8]) -> Result<(), CsvError> {
        let mut rest = bytes;
        while let Some(end) = memchr::memchr(b'\n', rest) {
            let (line, behind) = rest.split_at(end);
            rest = behind.get(1..).unwrap_or_default();
            if self.partial.is_empty() {
                self.line(out, line)?;
            } else {
                let mut whole = std::mem::take(&mut self.partial);
                whole.extend_from_slice(line);
                self.line(out, &whole)?;
            }
        }
        if self.partial.len() + rest.len() > LONGEST_LINE {
            return Err(CsvError::Row(format!(
                "a row is longer than {} MiB; -o ndjson passes it on as it comes",
                LONGEST_LINE >> 20
            )));
        }
        self.partial.extend_from_slice(rest);
        Ok(())
    }

    /// Writes what still waits, and answers the columns that found no place.
    pub fn finish(mut self, out: &mut dyn Write) -> Result<LeftOut, CsvError> {
        let last = std::mem::take(&mut self.partial);
        self.line(out, &last)?;
        match self.state {
            State::Written(mut header) => begin(&mut header, out, self.style)?,
            State::Waiting { lines, present, .. } => {
                let names: Vec<&str> = present.iter().map(String::as_str).collect();
                let all = self.wish.known.as_ref().filter(|_| present.is_empty());
                let header = match all.and_then(|known| known.header(&self.wish.named)) {
                    Some(header) => header,
                    None => order(&names, self.wish)
                        .0
                        .into_iter()
                        .map(str::to_owned)
                        .collect(),
                };
                let mut header = Header::new(header);
                begin(&mut header, out, self.style)?;
                let (style, left_out) = (self.style, &mut self.left_out);
                lines.each(|line| Ok(write(&header, out, style, &Row::read(line)?, left_out)?))?;
            }
        }
        Ok(self.left_out)
    }

    fn line(&mut self, out: &mut dyn Write, line: &[u8]) -> Result<(), CsvError> {
        if line.trim_ascii().is_empty() {
            return Ok(());
        }
        let row = Row::read(line)?;
        self.rows += 1;
        self.left_out.more |= row.beyond > 0;
        match &mut self.state {
            State::Written(header) => {
                begin(header, out, self.style)?;
                Ok(write(header, out, self.style, &row, &mut self.left_out)?)
            }
            State::Waiting {
                lines,
                present,
                seen,
            } => {
                for (name, _) in &row.fields {
                    if present.len() < MOST_COLUMNS && !seen.contains(name.as_ref()) {
                        seen.insert(name.clone().into_owned());
                        present.push(name.clone().into_owned());
                    }
                }
                lines.push(line).map_err(CsvError::Keep)
            }
        }
    }
}

/// Writes the header, once.
fn begin(header: &mut Header, out: &mut dyn Write, style: Style) -> io::Result<()> {
    if header.begun || header.names.is_empty() {
        return Ok(());
    }
    header.begun = true;
    Cells::begin(out, style, &header.names)?.finish()
}

fn write(
    header: &Header,
    out: &mut dyn Write,
    style: Style,
    row: &Row<'_>,
    left_out: &mut LeftOut,
) -> io::Result<()> {
    let mut cells: Vec<(Cow<'_, str>, bool)> = vec![(Cow::Borrowed(""), true); header.names.len()];
    for (name, value) in &row.fields {
        match header
            .columns
            .get(name.as_ref())
            .and_then(|at| cells.get_mut(*at))
        {
            Some(place) => *place = cell(value),
            None => left_out.add(name),
        }
    }
    let mut record = Cells::go_on(out, style);
    record.record(cells.into_iter())?;
    record.finish()
}

#[cfg(test)]
mod tests {
    use super::super::super::known::tests::known;
    use super::*;

    fn csv(chunks: &[&str], wish: &Wish) -> (String, LeftOut) {
        let mut out = Vec::new();
        let mut lines = CsvLines::new(wish, Style::default());
        for chunk in chunks {
            lines.push(&mut out, chunk.as_bytes()).unwrap();
        }
        let left_out = lines.finish(&mut out).unwrap();
        (String::from_utf8(out).unwrap(), left_out)
    }

    fn named(names: &[&str]) -> Wish {
        Wish {
            named: names.iter().map(|&name| name.to_owned()).collect(),
            known: Some(known()),
        }
    }

    #[test]
    fn rows_may_be_cut_anywhere() {
        let whole = "{\"a\":1,\"b\":\"ü\"}\n{\"a\":2,\"b\":\"x,y\"}\n{\"a\":3}";
        let expected = "a,b\n1,ü\n2,\"x,y\"\n3,\n";
        let wish = Wish::default();
        for at in 0..whole.len() {
            let (left, right) = whole.as_bytes().split_at(at);
            let mut out = Vec::new();
            let mut lines = CsvLines::new(&wish, Style::default());
            lines.push(&mut out, left).unwrap();
            lines.push(&mut out, right).unwrap();
            lines.finish(&mut out).unwrap();
            assert_eq!(String::from_utf8(out).unwrap(), expected, "cut at {at}");
        }
    }

    #[test]
    fn a_column_that_comes_late_has_its_place_all_the_same() {
        let early = "{\"a\":1}\n".repeat(300_000);
        let (text, left_out) = csv(&[&early, "{\"a\":2,\"late\":3}\n"], &Wish::default());
        assert_eq!(text.lines().next(), Some("a,late"));
        assert_eq!(text.lines().last(), Some("2,3"));
        assert_eq!(text.lines().count(), 300_002);
        assert!(left_out.is_empty());
    }

    #[test]
    fn with_columns_named_rows_do_not_wait_and_labels_have_their_place_from_the_start() {
        let wish = named(&["subject", "industrycode"]);
        let mut lines = CsvLines::new(&wish, Style::default());
        assert!(lines.streams());
        let mut out = Vec::new();
        lines
            .push(
                &mut out,
                b"{\"@etag\":\"1\",\"subject\":\"x\",\"industrycode\":null,\"leadid\":\"7\"}\n",
            )
            .unwrap();
        let header = "subject,industrycode,industrycode@Label,leadid,@etag\n";
        assert_eq!(
            String::from_utf8(out.clone()).unwrap(),
            format!("{header}x,,,7,1\n")
        );
        lines
            .push(
                &mut out,
                b"{\"industrycode\":1,\"industrycode@Label\":\"Hot\",\"new\":1}",
            )
            .unwrap();
        let left_out = lines.finish(&mut out).unwrap();
        assert!(String::from_utf8(out).unwrap().ends_with("\n,1,Hot,,\n"));
        assert_eq!(left_out.names, BTreeSet::from(["new".to_owned()]));
    }

    #[test]
    fn no_rows_have_a_header_all_the_same() {
        let header = "subject,_ownerid_value,_ownerid_value@Label,leadid,@etag\n";
        assert_eq!(csv(&[], &named(&["subject", "ownerid"])).0, header);
        let unknown = Wish {
            named: vec!["subject".into()],
            known: None,
        };
        assert_eq!(csv(&["\n", ""], &unknown).0, "subject\n");
        let all = csv(&[], &named(&[])).0;
        assert!(all.contains("industrycode,"), "{all}");
        assert_eq!(csv(&[], &Wish::default()).0, "");
    }

    #[test]
    fn rows_that_each_bring_a_column_are_bounded_and_told() {
        let rows: String = (0..6_000).map(|n| format!("{{\"c{n}\":1}}\n")).collect();
        let (text, left_out) = csv(&[&rows], &Wish::default());
        let header = text.lines().next().unwrap();
        assert_eq!(header.split(',').count(), MOST_COLUMNS);
        assert_eq!((left_out.names.len(), left_out.more), (MOST_TOLD, true));
    }

    #[test]
    fn a_line_without_end_is_refused_before_it_fills_the_memory() {
        let wish = Wish::default();
        let mut lines = CsvLines::new(&wish, Style::default());
        let piece = vec![b'x'; 1 << 20];
        let fault = (0..200).find_map(|_| lines.push(&mut io::sink(), &piece).err());
        assert!(matches!(fault, Some(CsvError::Row(words)) if words.contains("128 MiB")));
        assert!(lines.partial.len() <= LONGEST_LINE);
    }

    #[test]
    fn what_is_no_json_is_an_error() {
        let wish = Wish::default();
        let mut out = Vec::new();
        assert!(
            CsvLines::new(&wish, Style::default())
                .push(&mut out, b"{broken\n")
                .is_err()
        );
    }
}
