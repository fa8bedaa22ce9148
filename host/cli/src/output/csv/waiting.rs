//! Rows that wait until every column is known: a little in memory, more in a file that nobody else
//! can open and that is gone with the process.

use super::error::CsvError;
use std::io::{self, BufRead, BufReader, Seek as _, SeekFrom, Write};

/// Bytes held in memory before a file is made: about a thousand usual rows.
const HELD: usize = 1 << 20;

/// Lines of JSON in the order in which they came.
pub(super) struct Waiting {
    lines: tempfile::SpooledTempFile,
}

impl Waiting {
    pub(super) fn new() -> Self {
        Self {
            lines: tempfile::spooled_tempfile(HELD),
        }
    }

    pub(super) fn push(&mut self, line: &[u8]) -> io::Result<()> {
        self.lines.write_all(line)?;
        self.lines.write_all(b"\n")
    }

    /// Hands back each line.
    pub(super) fn each(
        mut self,
        mut take: impl FnMut(&[u8]) -> Result<(), CsvError>,
    ) -> Result<(), CsvError> {
        self.lines
            .seek(SeekFrom::Start(0))
            .map_err(CsvError::Keep)?;
        let mut lines = BufReader::new(self.lines);
        let mut line = Vec::new();
        while lines.read_until(b'\n', &mut line).map_err(CsvError::Keep)? > 0 {
            take(line.trim_ascii_end())?;
            line.clear();
        }
        Ok(())
    }
}
