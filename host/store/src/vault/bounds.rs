//! How long the texts of a run may be.
//!
//! Store layer. Much of a run is said by components and services, so each text has a length beyond
//! which it is cut.

use crate::model::{RunFailure, RunOutcome};

/// The longest error that is remembered, in bytes: a service's own words are below 1 KiB.
const ERROR_BYTES: usize = 2 << 10;

/// The longest name, key, code or request id that is remembered, in bytes.
const NAME_BYTES: usize = 256;

pub(super) fn outcome(outcome: RunOutcome) -> RunOutcome {
    match outcome {
        RunOutcome::Failed(failure) => RunOutcome::Failed(RunFailure {
            error: cut(&failure.error, ERROR_BYTES),
            http_status: failure.http_status,
            code: failure.code.as_deref().map(name),
            request_id: failure.request_id.as_deref().map(name),
        }),
        ended => ended,
    }
}

/// What somebody said about an event.
pub(super) fn said(text: &str) -> String {
    cut(text, ERROR_BYTES)
}

pub(super) fn name(text: &str) -> String {
    cut(text, NAME_BYTES)
}

/// The beginning of `text`, at most `most` bytes, with a word about how much was left out.
fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    let (kept, rest) = text.split_at(text.floor_char_boundary(most));
    format!("{kept}… ({} bytes more)", rest.len())
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_letters_and_says_so() {
        assert_eq!(cut("short", 5), "short");
        assert_eq!(cut("Straße", 5), "Stra… (3 bytes more)");
        assert_eq!(cut("", 0), "");
    }
}
