//! What stands between a service's data and a person's terminal.
//!
//! Data formats carry a text as it is: in a file or a pipe that is right. On a terminal an escape
//! sequence in it would be obeyed. So what goes to a terminal passes through here, whoever wrote it.

use super::text::hostile;
use std::io::{self, Write};

/// What becomes of a character that a terminal would obey.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// `\u001b`: in JSON such a character stands in texts only, and this is the same text.
    Escape,
    /// `·`, for formats that have no escapes.
    Replace,
}

impl Guard {
    /// Writes `text`, made harmless.
    fn write(self, out: &mut dyn Write, text: &str) -> io::Result<()> {
        let mut rest = text;
        while let Some(at) = rest.find(|one| hostile(one) && !matches!(one, '\n' | '\t')) {
            let (plain, from) = rest.split_at(at);
            out.write_all(plain.as_bytes())?;
            let mut characters = from.chars();
            if let Some(found) = characters.next() {
                self.instead(out, found)?;
            }
            rest = characters.as_str();
        }
        out.write_all(rest.as_bytes())
    }

    fn instead(self, out: &mut dyn Write, found: char) -> io::Result<()> {
        match self {
            Self::Replace => out.write_all("·".as_bytes()),
            Self::Escape => found
                .encode_utf16(&mut [0; 2])
                .iter()
                .try_for_each(|unit| write!(out, "\\u{unit:04x}")),
        }
    }
}

/// A writer that makes harmless what passes through it. Characters may come in pieces.
pub(super) struct Guarded<W> {
    out: W,
    guard: Option<Guard>,
    /// The beginning of a character whose end has not come yet.
    partial: Vec<u8>,
}

impl<W: Write> Guarded<W> {
    /// Without a guard everything passes as it is.
    pub(super) fn new(out: W, guard: Option<Guard>) -> Self {
        Self {
            out,
            guard,
            partial: Vec::new(),
        }
    }

    fn pass(&mut self, guard: Guard, bytes: &[u8]) -> io::Result<()> {
        let mut held = std::mem::take(&mut self.partial);
        held.extend_from_slice(bytes);
        let mut chunks = held.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            guard.write(&mut self.out, chunk.valid())?;
            match chunk.invalid() {
                [] => {}
                // Only what stands at the very end may still become a character.
                broken if chunks.peek().is_none() && could_begin(broken) => {
                    self.partial = broken.to_vec();
                }
                _ => self.out.write_all("\u{fffd}".as_bytes())?,
            }
        }
        Ok(())
    }
}

/// Whether more bytes could make a character of these.
fn could_begin(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_err_and(|error| error.error_len().is_none())
}

impl<W: Write> Write for Guarded<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.guard {
            None => self.out.write(bytes),
            Some(guard) => self.pass(guard, bytes).map(|()| bytes.len()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(guard: Guard, pieces: &[&[u8]]) -> String {
        let mut out = Guarded::new(Vec::new(), Some(guard));
        for piece in pieces {
            out.write_all(piece).unwrap();
        }
        String::from_utf8(out.out).unwrap()
    }

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        for (text, escaped, replaced) in [
            ("a\tb\n", "a\tb\n", "a\tb\n"),
            ("\u{1b}]52;c;x\u{7}", "\\u001b]52;c;x\\u0007", "·]52;c;x·"),
            ("\u{9b}31m", "\\u009b31m", "·31m"),
            ("x\u{202e}y\u{e0041}", "x\\u202ey\\udb40\\udc41", "x·y·"),
            ("a\rb", "a\\u000db", "a·b"),
        ] {
            assert_eq!(through(Guard::Escape, &[text.as_bytes()]), escaped);
            assert_eq!(through(Guard::Replace, &[text.as_bytes()]), replaced);
        }
    }

    #[test]
    fn what_is_escaped_is_the_same_json() {
        let text = "\u{7f}\u{9b}\u{202e}\u{61c}\u{2060}\u{e007f} ü 🐎";
        let json = serde_json::to_string(text).unwrap();
        let safe = through(Guard::Escape, &[json.as_bytes()]);
        assert_ne!(safe, json);
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }

    #[test]
    fn characters_may_be_cut_anywhere() {
        let text = "ü\u{9b}🐎\u{202e}z".as_bytes();
        for at in 0..text.len() {
            let (left, right) = text.split_at(at);
            assert_eq!(
                through(Guard::Replace, &[left, right]),
                "ü·🐎·z",
                "cut at {at}"
            );
        }
        let bytes: Vec<&[u8]> = text.chunks(1).collect();
        assert_eq!(through(Guard::Replace, &bytes), "ü·🐎·z");
        assert_eq!(through(Guard::Replace, &[b"a\xffb"]), "a\u{fffd}b");
    }
}
