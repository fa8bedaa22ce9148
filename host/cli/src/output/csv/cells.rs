//! Records of cells, as machines and spreadsheets read them.

use std::borrow::Cow;
use std::io::{self, Write};

/// Bytes of a record that are gathered.
const BUFFER: usize = 1 << 10;

/// How CSV is written. By default values stand as they are, which is what a machine wants.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// Put `'` before a text that a spreadsheet would take for a formula.
    pub guard: bool,
    /// Begin with a byte order mark: without one Excel takes UTF-8 for the system's old encoding.
    pub mark: bool,
}

/// Writes records.
pub(super) struct Cells<W: Write> {
    writer: ::csv::Writer<W>,
    style: Style,
}

impl<W: Write> Cells<W> {
    /// Writes the header.
    pub(super) fn begin(mut out: W, style: Style, header: &[impl AsRef<str>]) -> io::Result<Self> {
        if style.mark {
            out.write_all("\u{feff}".as_bytes())?;
        }
        let mut cells = Self::go_on(out, style);
        cells.record(
            header
                .iter()
                .map(|name| (Cow::Borrowed(name.as_ref()), true)),
        )?;
        Ok(cells)
    }

    /// Behind a header that is written already.
    pub(super) fn go_on(out: W, style: Style) -> Self {
        Self {
            // What is written to gathers already.
            writer: ::csv::WriterBuilder::new()
                .buffer_capacity(BUFFER)
                .from_writer(out),
            style,
        }
    }

    /// Writes one record; each cell says whether it is a text.
    pub(super) fn record<'a>(
        &mut self,
        cells: impl Iterator<Item = (Cow<'a, str>, bool)>,
    ) -> io::Result<()> {
        for (cell, text) in cells {
            if self.style.guard && text && is_formula(&cell) {
                self.writer.write_field(format!("'{cell}"))?;
            } else {
                self.writer.write_field(cell.as_ref())?;
            }
        }
        Ok(self.writer.write_record(None::<&[u8]>)?)
    }

    pub(super) fn finish(mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

/// What a spreadsheet computes instead of showing it (OWASP, "CSV injection").
fn is_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r'])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn print(style: Style) -> String {
        let mut out = Vec::new();
        let mut cells = Cells::begin(&mut out, style, &["name", "@etag"]).unwrap();
        for (text, kind) in [
            ("=cmd|x!A1", true),
            ("@SUM(A1)", true),
            ("-5", false),
            ("plain", true),
        ] {
            cells
                .record([(text.into(), kind), ("".into(), true)].into_iter())
                .unwrap();
        }
        cells.finish().unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn values_stand_as_they_are_unless_a_guard_is_asked_for() {
        assert_eq!(
            print(Style::default()),
            "name,@etag\n=cmd|x!A1,\n@SUM(A1),\n-5,\nplain,\n"
        );
        let guarded = Style {
            guard: true,
            mark: true,
        };
        assert_eq!(
            print(guarded),
            "\u{feff}name,'@etag\n'=cmd|x!A1,\n'@SUM(A1),\n-5,\nplain,\n"
        );
    }
}
