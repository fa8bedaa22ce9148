//! Rows as newline-delimited JSON, and how they become pieces worth sending.

use super::{Closed, Sink, Source, feed::Feed};
use crate::{Error, Failure};

/// Size at which a piece is sent, in bytes: as much as one read of a host takes at once. Smaller
/// pieces cost a crossing of the sandbox's wall each, larger ones only memory.
const PIECE: usize = 64 * 1024;

/// Longest line that is read, in bytes: a row with a file inside, and no more than memory has room for.
pub(super) const LONGEST: usize = 16 * 1024 * 1024;

/// Writes rows, in pieces of about 64 KiB.
pub struct LineWriter<'a> {
    sink: &'a mut dyn Sink,
    piece: Vec<u8>,
}

impl std::fmt::Debug for LineWriter<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("LineWriter").finish_non_exhaustive()
    }
}

impl<'a> LineWriter<'a> {
    /// A writer into `sink`.
    pub fn new(sink: &'a mut dyn Sink) -> Self {
        Self {
            sink,
            piece: Vec::new(),
        }
    }

    /// Adds one row, given as JSON; line breaks between its tokens are dropped.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the reader went away.
    pub async fn push(&mut self, row: &str) -> Result<(), Error> {
        if self.piece.capacity() == 0 {
            self.piece.reserve(PIECE + row.len() + 1);
        }
        push_line(&mut self.piece, row);
        if self.piece.len() < PIECE {
            return Ok(());
        }
        self.send().await
    }

    /// Sends what is left, for when the next row may be long in coming.
    ///
    /// # Errors
    /// [`Error::Unavailable`] when the reader went away.
    pub async fn flush(&mut self) -> Result<(), Error> {
        if self.piece.is_empty() {
            return Ok(());
        }
        self.send().await
    }

    async fn send(&mut self) -> Result<(), Error> {
        let piece = std::mem::take(&mut self.piece);
        self.sink.write(piece).await.map_err(|Closed| {
            Error::Unavailable(Failure::text(
                "the reader of the rows went away before they were all read",
            ))
        })
    }
}

/// Appends `row` and a line feed to `lines`, dropping line breaks between tokens.
fn push_line(lines: &mut Vec<u8>, row: &str) {
    if row.contains(['\n', '\r']) {
        // A JSON string never holds a bare line break, so none of these is data.
        lines.extend(row.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r')));
    } else {
        lines.extend_from_slice(row.as_bytes());
    }
    lines.push(b'\n');
}

/// Reads rows one by one, each with the number of its line.
pub struct LineReader<'a> {
    lines: Lines<'a>,
}

impl std::fmt::Debug for LineReader<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut shown = formatter.debug_struct("LineReader");
        shown.field("number", &self.lines.number);
        shown.finish_non_exhaustive()
    }
}

impl<'a> LineReader<'a> {
    /// A reader of what `source` gives.
    pub fn new(source: &'a mut dyn Source) -> Self {
        Self {
            lines: Lines::new(Feed::new(source)),
        }
    }

    /// The next line that is not blank, and its number from 1; `None` at the end.
    ///
    /// # Errors
    /// [`Error::InvalidInput`] for a line that is not UTF-8, or longer than 16 MiB.
    pub async fn next(&mut self) -> Result<Option<(u64, String)>, Error> {
        while let Some((number, line)) = self.lines.next().await? {
            let line = String::from_utf8(line).map_err(|_| refused(number, "is not UTF-8 text"))?;
            let line = line.trim();
            if !line.is_empty() {
                return Ok(Some((number, line.to_owned())));
            }
        }
        Ok(None)
    }
}

/// Lines of any bytes, numbered from 1.
pub(super) struct Lines<'a> {
    feed: Feed<'a>,
    number: u64,
}

impl<'a> Lines<'a> {
    pub(super) fn new(feed: Feed<'a>) -> Self {
        Self { feed, number: 0 }
    }

    /// The next line without its line feed; `None` at the end.
    pub(super) async fn next(&mut self) -> Result<Option<(u64, Vec<u8>)>, Error> {
        // How far no line ends: what has been looked through once is not looked through again.
        let mut searched = 0;
        loop {
            let unread = self.feed.bytes();
            let new = unread.get(searched..).unwrap_or_default();
            if let Some(end) = memchr::memchr(b'\n', new).map(|end| end + searched) {
                let line = unread.get(..end).unwrap_or_default().to_vec();
                self.feed.take(end + 1);
                return Ok(Some(self.numbered(line)));
            }
            searched = unread.len();
            if searched > LONGEST {
                return Err(refused(self.number + 1, "is longer than 16 MiB"));
            }
            if !self.feed.more().await {
                let last = self.feed.bytes().to_vec();
                self.feed.take(last.len());
                return Ok((!last.is_empty()).then(|| self.numbered(last)));
            }
        }
    }

    fn numbered(&mut self, line: Vec<u8>) -> (u64, Vec<u8>) {
        self.number += 1;
        (self.number, line)
    }
}

/// A line that ends the whole stream.
pub(super) fn refused(number: u64, why: &str) -> Error {
    Error::invalid("", format!("line {number} of the rows {why}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Collected, Pieces, block_on};

    #[test]
    fn a_row_is_one_line_whatever_it_looked_like() {
        let mut sink = Collected::default();
        let mut writer = LineWriter::new(&mut sink);
        block_on(async {
            writer.push("{\"a\":\r\n 1}").await.unwrap();
            writer.push("{}").await.unwrap();
            writer.flush().await.unwrap();
            writer.flush().await.unwrap();
        });
        assert_eq!(sink.text(), "{\"a\": 1}\n{}\n");
        assert_eq!(sink.pieces(), 1);
    }

    #[test]
    fn rows_are_found_wherever_the_pieces_are_cut() {
        let text = "{\"a\":1}\n\n {\"b\":\"é\"}\r\n{\"c\":3}";
        for size in 1..text.len() {
            let mut source = Pieces::of(text.as_bytes().chunks(size));
            let mut reader = LineReader::new(&mut source);
            let mut found = Vec::new();
            while let Some(line) = block_on(reader.next()).unwrap() {
                found.push(line);
            }
            let expected = [(1, "{\"a\":1}"), (3, "{\"b\":\"é\"}"), (4, "{\"c\":3}")];
            let expected = expected.map(|(number, line)| (number, line.to_owned()));
            assert_eq!(found, expected, "pieces of {size}");
        }
    }

    #[test]
    fn a_line_that_is_no_text_is_named_by_its_number() {
        let mut source = Pieces::of([&b"{}\n\xff\n"[..]]);
        let mut reader = LineReader::new(&mut source);
        assert!(block_on(reader.next()).unwrap().is_some());
        let error = block_on(reader.next()).unwrap_err().to_string();
        assert_eq!(error, "line 2 of the rows is not UTF-8 text");
    }
}
