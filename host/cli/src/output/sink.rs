//! Standard output, told apart: a reader that has gone is no error, a full disk is.

use super::format::Format;
use super::guard::{Guard, Guarded};
use crate::closed::stdout_was_closed;
use std::io::{self, BufWriter, IsTerminal, StdoutLock, Write};

/// Output is gathered in pieces of this size: few system calls, little memory.
const BUFFER: usize = 64 * 1024;

/// Why output stopped.
#[derive(Debug)]
pub enum OutputError {
    /// The reader of the pipe has gone (`| head`): nothing is left to do, and nothing is wrong.
    Closed,
    /// The output could not be written.
    Failed(io::Error),
}

impl From<io::Error> for OutputError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::Closed,
            _ => Self::Failed(error),
        }
    }
}

/// Buffered standard output. Dropping it loses what was not flushed: call [`Sink::finish`].
pub struct Sink {
    out: Guarded<BufWriter<StdoutLock<'static>>>,
    terminal: bool,
}

impl Sink {
    /// For text of our own, in which what came from elsewhere is clean already. Locks standard output
    /// for the rest of the command.
    pub fn stdout() -> Self {
        Self::guarded(|_| None)
    }

    /// For an answer in this format: on a terminal no escape sequence of it is obeyed.
    pub fn answer(format: Format) -> Self {
        Self::guarded(|terminal| match format {
            // Its cells are clean, and its colours are ours.
            Format::Table => None,
            Format::Json | Format::Ndjson => terminal.then_some(Guard::Escape),
            Format::Csv | Format::Yaml => terminal.then_some(Guard::Replace),
        })
    }

    fn guarded(guard: impl FnOnce(bool) -> Option<Guard>) -> Self {
        let out = io::stdout();
        let terminal = out.is_terminal();
        let out = BufWriter::with_capacity(BUFFER, out.lock());
        Self {
            out: Guarded::new(out, guard(terminal)),
            terminal,
        }
    }

    /// Whether a person reads along.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Writes everything out.
    pub fn finish(&mut self) -> Result<(), OutputError> {
        Ok(self.out.flush()?)
    }
}

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if stdout_was_closed() {
            return Err(io::Error::other("it is closed"));
        }
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_pipe_is_told_apart_from_a_full_disk() {
        assert!(matches!(
            OutputError::from(io::Error::from(io::ErrorKind::BrokenPipe)),
            OutputError::Closed
        ));
        assert!(matches!(
            OutputError::from(io::Error::from(io::ErrorKind::StorageFull)),
            OutputError::Failed(_)
        ));
    }
}
