//! Rows as CSV (RFC 4180): a header names the columns, each record is a row of texts.
//!
//! A cell with nothing in it says nothing, so the row has no such column. The machine that reads quotes and line ends is
//! csv-core's, which needs neither files nor memory of its own.

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};
use serde_json::value::RawValue;

use super::given::{GivenRow, Misread};
use crate::{
    Error,
    stream::{
        feed::Feed,
        lines::{LONGEST, refused},
    },
};

/// What may stand between cells.
const DELIMITERS: [u8; 4] = *b",;\t|";

/// The records of a table.
pub(super) struct Records<'a> {
    feed: Feed<'a>,
    reader: Reader,
    header: Vec<String>,
    /// Lines that were read to their end.
    lines: u64,
    cells: Vec<u8>,
    ends: Vec<usize>,
}

/// A record: where it begins, and how many cells it has; their bytes lie in the reader's buffers.
struct Record {
    line: u64,
    cells: usize,
}

impl<'a> Records<'a> {
    /// Reads the header.
    pub(super) async fn begun(mut feed: Feed<'a>) -> Result<Self, Error> {
        let mut seen = 0;
        let first = loop {
            let bytes = feed.bytes();
            let blank = bytes.len() - bytes.trim_ascii_start().len();
            let line = bytes.get(blank..).unwrap_or_default();
            match memchr::memchr2(b'\n', b'\r', line.get(seen..).unwrap_or_default()) {
                Some(end) => break line.get(..seen + end).unwrap_or_default().to_vec(),
                None if line.len() > LONGEST => return Err(refused(1, "is longer than 16 MiB")),
                None => seen = line.len(),
            }
            if !feed.more().await {
                break feed.bytes().to_vec();
            }
        };
        let mut records = Self {
            feed,
            reader: ReaderBuilder::new().delimiter(delimiter(&first)).build(),
            header: Vec::new(),
            lines: 0,
            cells: vec![0; 4096],
            ends: vec![0; 64],
        };
        let Some(header) = records.record().await? else {
            return Ok(records);
        };
        let names = records.texts(header.cells).map_err(|_| {
            Error::invalid(
                "",
                "the header of the rows is not UTF-8 text: save them as UTF-8",
            )
        })?;
        let mut known: Vec<String> = Vec::with_capacity(names.len());
        for name in names {
            let name = name.trim().to_owned();
            let fault = match name.as_str() {
                "" => "a column without a name".to_owned(),
                name if known.iter().any(|other| other == name) => {
                    format!("the column `{name}` twice")
                }
                _ => {
                    known.push(name);
                    continue;
                }
            };
            return Err(Error::invalid(
                "",
                format!(
                    "the header (line {}) has {fault}: the first line of CSV names each column once",
                    header.line
                ),
            ));
        }
        records.header = known;
        Ok(records)
    }

    /// The next row.
    pub(super) async fn next(&mut self) -> Result<Option<GivenRow>, Error> {
        let Some(record) = self.record().await? else {
            return Ok(None);
        };
        let row = self.row(record.cells);
        Ok(Some(GivenRow {
            number: record.line,
            row,
        }))
    }

    fn row(&self, count: usize) -> Result<Box<RawValue>, Misread> {
        let wrong = |text: String, why: String| Misread { text, why };
        let cells = self.texts(count).map_err(|text| {
            wrong(
                text,
                "the row is not UTF-8 text: save the file as UTF-8".to_owned(),
            )
        })?;
        if count != self.header.len() {
            return Err(wrong(
                cells.join(","),
                format!(
                    "the row has {count} cells and the header {}: a cell with a line break, a quote or what separates cells stands in quotes",
                    self.header.len()
                ),
            ));
        }
        let named = self
            .header
            .iter()
            .zip(cells)
            .filter(|(_, cell)| !cell.is_empty());
        let mut text = String::from("{");
        for (name, cell) in named {
            if text.len() > 1 {
                text.push(',');
            }
            text.push_str(&serde_json::Value::from(name.as_str()).to_string());
            text.push(':');
            text.push_str(&serde_json::Value::from(cell).to_string());
        }
        text.push('}');
        RawValue::from_string(text).map_err(|error| wrong(String::new(), error.to_string()))
    }

    /// The cells of the record that was read last; what they are when they are no text.
    fn texts(&self, count: usize) -> Result<Vec<&str>, String> {
        let mut start = 0;
        let mut texts = Vec::with_capacity(count);
        for end in self.ends.iter().take(count) {
            let cell = self.cells.get(start..*end).unwrap_or_default();
            match str::from_utf8(cell) {
                Ok(text) => texts.push(text),
                Err(_) => {
                    let last = self.ends.get(count.saturating_sub(1)).copied();
                    let all = self.cells.get(..last.unwrap_or_default());
                    return Err(String::from_utf8_lossy(all.unwrap_or_default()).into_owned());
                }
            }
            start = *end;
        }
        Ok(texts)
    }

    /// Reads one record into the buffers.
    async fn record(&mut self) -> Result<Option<Record>, Error> {
        // Line ends in front belong to no record; so its first byte stands in the line that is counted.
        loop {
            let bytes = self.feed.bytes();
            let ends = bytes
                .iter()
                .take_while(|byte| matches!(byte, b'\n' | b'\r'))
                .count();
            let breaks = count_breaks(bytes.get(..ends).unwrap_or_default());
            let more = ends < bytes.len();
            self.feed.take(ends);
            self.lines += breaks;
            if more {
                break;
            }
            if !self.feed.more().await {
                return Ok(None);
            }
        }
        let line = self.lines + 1;
        let (mut written, mut cells) = (0, 0);
        loop {
            let bytes = self.feed.bytes();
            let (result, read, wrote, ended) = self.reader.read_record(
                bytes,
                self.cells.get_mut(written..).unwrap_or_default(),
                self.ends.get_mut(cells..).unwrap_or_default(),
            );
            self.lines += count_breaks(bytes.get(..read).unwrap_or_default());
            self.feed.take(read);
            written += wrote;
            cells += ended;
            match result {
                ReadRecordResult::Record => return Ok(Some(Record { line, cells })),
                ReadRecordResult::End => return Ok(None),
                ReadRecordResult::OutputFull if written > LONGEST => {
                    return Err(refused(
                        line,
                        "begins a row of more than 16 MiB: is a quote missing?",
                    ));
                }
                ReadRecordResult::OutputFull => self.cells.resize(self.cells.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
                // At the end nothing more comes, which the reader has to see once.
                ReadRecordResult::InputEmpty => {
                    self.feed.more().await;
                }
            }
        }
    }
}

fn count_breaks(bytes: &[u8]) -> u64 {
    memchr::memchr_iter(b'\n', bytes).map(|_| 1).sum()
}

/// What separates the cells of this header: what occurs most often outside of quotes.
fn delimiter(header: &[u8]) -> u8 {
    let mut quoted = false;
    let mut counts = [0_usize; DELIMITERS.len()];
    for byte in header {
        quoted ^= *byte == b'"';
        let of = DELIMITERS.iter().position(|known| known == byte);
        if let Some(count) = of.and_then(|of| counts.get_mut(of)).filter(|_| !quoted) {
            *count += 1;
        }
    }
    let counted = DELIMITERS.into_iter().zip(counts).rev();
    counted
        .max_by_key(|(_, count)| *count)
        .map_or(b',', |(delimiter, _)| delimiter)
}
