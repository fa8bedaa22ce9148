//! `--input` of an action that takes a stream in: a file, or standard input, as it comes.

use crate::problem::{Exit, Problem};
use airlock_runtime::{Action, ByteStream};
use bytes::Bytes;
use futures::StreamExt as _;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::mpsc;

/// Media type of rows.
pub(super) const ROWS: &str = "application/x-ndjson";

/// As much as one piece holds.
const PIECE: usize = 64 << 10;

/// Pieces that wait for their reader: whoever is slow slows the reading down.
const PIECES: usize = 4;

/// The media type of what an action takes in, where it takes a stream.
pub(super) fn taken(action: &Action) -> Option<&str> {
    action.input.get("x-airlock-takes")?.as_str()
}

/// What is taken in.
pub(super) struct Body {
    /// Its bytes.
    pub(super) stream: ByteStream,
    /// Whether all of it could be read.
    pub(super) whole: Whole,
}

/// Whether what was taken in could be read to its end.
#[derive(Clone)]
pub(super) struct Whole {
    place: String,
    fault: Arc<Mutex<Option<String>>>,
}

impl Whole {
    /// The problem of an end that was none.
    pub(super) fn check(&self) -> Result<(), Problem> {
        let fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        match fault.as_deref() {
            None => Ok(()),
            Some(fault) => Err(Problem::new(
                Exit::Unavailable,
                format!("--input: {} cannot be read to its end: {fault}", self.place),
            )),
        }
    }
}

/// Opens a file, or standard input where `from` is `-`.
pub(super) fn open(from: &str) -> Result<Body, Problem> {
    let source: Box<dyn Read + Send> = match from {
        "-" => Box::new(std::io::stdin()),
        path => {
            let wrong = |fault: String| Problem::input(format!("--input: {path} {fault}"));
            let file = File::open(path);
            let file = file.map_err(|error| wrong(format!("cannot be read: {error}")))?;
            if file.metadata().is_ok_and(|about| about.is_dir()) {
                return Err(wrong("is a folder, not a file".to_owned()));
            }
            Box::new(file)
        }
    };
    let place = if from == "-" { "standard input" } else { from };
    Ok(reading(source, place))
}

/// Reads on a thread of its own: a terminal may let it wait for ever.
fn reading(mut source: Box<dyn Read + Send>, place: &str) -> Body {
    let whole = Whole {
        place: place.to_owned(),
        fault: Arc::default(),
    };
    let fault = Arc::clone(&whole.fault);
    let (give, mut take) = mpsc::channel::<Bytes>(PIECES);
    std::thread::spawn(move || {
        loop {
            let mut piece = vec![0; PIECE];
            match source.read(&mut piece) {
                Ok(0) => return,
                Ok(read) => {
                    piece.truncate(read);
                    // Nobody reads it any more: the run has ended.
                    if give.blocking_send(piece.into()).is_err() {
                        return;
                    }
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => {
                    let mut fault = fault.lock().unwrap_or_else(PoisonError::into_inner);
                    *fault = Some(error.to_string());
                    return;
                }
            }
        }
    });
    Body {
        stream: futures::stream::poll_fn(move |context| take.poll_recv(context)).boxed(),
        whole,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Breaks(bool);

    impl Read for Breaks {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(std::io::Error::other("the disk is gone"));
            }
            buffer[0] = b'x';
            Ok(1)
        }
    }

    #[tokio::test]
    async fn what_breaks_off_is_never_taken_for_the_end() {
        let body = reading(Box::new(Breaks(false)), "rows.csv");
        let pieces: Vec<Bytes> = body.stream.collect().await;
        assert_eq!(pieces, ["x"]);
        let problem = body.whole.check().unwrap_err();
        assert!(problem.message.contains("rows.csv"), "{problem:?}");
        assert!(problem.message.contains("the disk is gone"), "{problem:?}");
    }

    #[tokio::test]
    async fn a_file_comes_whole_and_one_that_is_not_there_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rows.csv");
        let text = "a\n".repeat(100_000);
        std::fs::write(&path, &text).unwrap();
        let body = open(path.to_str().unwrap()).unwrap();
        let pieces: Vec<Bytes> = body.stream.collect().await;
        assert_eq!(pieces.concat(), text.as_bytes());
        assert!(pieces.iter().all(|piece| piece.len() <= PIECE));
        body.whole.check().unwrap();
        for (wrong, part) in [
            (folder.path().join("none.csv"), "none.csv cannot be read"),
            (folder.path().to_owned(), "is a folder"),
        ] {
            let Err(problem) = open(wrong.to_str().unwrap()) else {
                panic!("opened");
            };
            assert!(problem.message.contains(part), "{problem:?}");
        }
    }
}
