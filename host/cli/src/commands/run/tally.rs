//! What became of rows that were sent: those that were not done are counted, and kept to be mended.

use memchr::memmem;
use serde_json::{Map, Value};
use std::io::{self, Write};

/// As many as a person looks at.
const MOST_SHOWN: usize = 1_000;

/// Which results are kept in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keeps {
    /// None: they are written as they come.
    Nothing,
    /// The first thousand that were not done.
    NotDone,
    /// All of them.
    All,
}

/// Results as they come, one JSON object a line. By the contract one with an `error` was not done.
pub(super) struct Tally<W> {
    partial: Vec<u8>,
    keeps: Keeps,
    /// Where rows that were not done are written.
    failed: Option<W>,
    pub(super) not_done: u64,
    pub(super) kept: Vec<Value>,
}

impl<W: Write> Tally<W> {
    pub(super) fn new(keeps: Keeps, failed: Option<W>) -> Self {
        Self {
            partial: Vec::new(),
            keeps,
            failed,
            not_done: 0,
            kept: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut pieces = bytes.split(|byte| *byte == b'\n');
        self.partial
            .extend_from_slice(pieces.next().unwrap_or_default());
        for piece in pieces {
            let line = std::mem::replace(&mut self.partial, piece.to_vec());
            self.line(&line)?;
        }
        Ok(())
    }

    /// The end of the results.
    pub(super) fn finish(&mut self) -> io::Result<()> {
        let line = std::mem::take(&mut self.partial);
        self.line(&line)?;
        match &mut self.failed {
            Some(failed) => failed.flush(),
            None => Ok(()),
        }
    }

    fn line(&mut self, line: &[u8]) -> io::Result<()> {
        // Most rows are done, and need not be read for it.
        let suspect = memmem::find(line, b"\"error\"").is_some();
        if !suspect && self.keeps != Keeps::All {
            return Ok(());
        }
        let Ok(result) = serde_json::from_slice::<Value>(line) else {
            return Ok(());
        };
        let not_done = result.get("error").is_some_and(|error| !error.is_null());
        if not_done {
            self.not_done += 1;
            if let Some(failed) = &mut self.failed {
                failed.write_all(line)?;
                failed.write_all(b"\n")?;
            }
        }
        let keeps = match self.keeps {
            Keeps::Nothing => false,
            Keeps::NotDone => not_done && self.kept.len() < MOST_SHOWN,
            Keeps::All => true,
        };
        if keeps {
            self.kept.push(result);
        }
        Ok(())
    }

    /// What was kept, as the rows of a table: what is nested in words.
    pub(super) fn told(&self) -> Value {
        let told = self.kept.iter().map(|result| {
            let members = result.as_object().into_iter().flatten();
            let cells = members.map(|(name, value)| {
                let cell = match value {
                    Value::Object(inner) => match inner.get("message") {
                        Some(message) => message.clone(),
                        None => Value::from(value.to_string()),
                    },
                    other => other.clone(),
                };
                (name.clone(), cell)
            });
            Value::Object(cells.collect::<Map<_, _>>())
        });
        told.collect()
    }
}

/// What a summary counted, in one line: `rows 3 · done 2 · not-done 1`.
pub(super) fn counts(summary: &Value) -> Option<String> {
    let members = summary.as_object()?.iter();
    let counts: Vec<String> = members
        .filter_map(|(name, value)| {
            let count = indicatif::HumanCount(value.as_u64()?);
            Some(format!("{} {count}", crate::output::clean(name)))
        })
        .collect();
    (!counts.is_empty()).then(|| counts.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const RESULTS: &str = "{\"line\":1,\"outcome\":\"created\"}\n\
        {\"line\":2,\"outcome\":\"failed\",\"error\":{\"message\":\"no\"},\"row\":{\"a\":1.50}}\n\
        {\"line\":3,\"outcome\":\"created\",\"id\":\"\\\"error\\\"\"}\n\
        {\"line\":4,\"error\":{\"message\":\"gone\"}}";

    #[test]
    fn rows_that_were_not_done_are_counted_and_kept_wherever_the_pieces_are_cut() {
        for at in 0..RESULTS.len() {
            let (left, right) = RESULTS.as_bytes().split_at(at);
            let mut file = Vec::new();
            let mut tally = Tally::new(Keeps::NotDone, Some(&mut file));
            tally.push(left).unwrap();
            tally.push(right).unwrap();
            tally.finish().unwrap();
            assert_eq!(tally.not_done, 2);
            assert_eq!(
                tally.told(),
                json!([
                    {"line": 2, "outcome": "failed", "error": "no", "row": "{\"a\":1.50}"},
                    {"line": 4, "error": "gone"},
                ])
            );
            let lines: Vec<&str> = RESULTS.lines().collect();
            let expected = format!("{}\n{}\n", lines[1], lines[3]);
            assert_eq!(String::from_utf8(file).unwrap(), expected);
        }
    }

    #[test]
    fn all_are_kept_where_the_answer_is_one_document() {
        let mut tally = Tally::<Vec<u8>>::new(Keeps::All, None);
        tally.push(RESULTS.as_bytes()).unwrap();
        tally.finish().unwrap();
        assert_eq!((tally.kept.len(), tally.not_done), (4, 2));
        let mut tally = Tally::<Vec<u8>>::new(Keeps::Nothing, None);
        tally.push(RESULTS.as_bytes()).unwrap();
        tally.finish().unwrap();
        assert_eq!((tally.kept.len(), tally.not_done), (0, 2));
    }

    #[test]
    fn a_summary_is_one_line_of_its_counts() {
        let summary = json!({"rows": 100_000, "done": 99_998, "not-done": 2, "note": "x"});
        let told = counts(&summary).unwrap();
        for part in ["rows 100,000", "done 99,998", "not-done 2"] {
            assert!(told.contains(part), "{told}");
        }
        assert_eq!(counts(&json!({})), None);
    }
}
