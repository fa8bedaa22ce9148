//! A body redacted piece by piece, however a secret is cut. While it comes in, its connection may send
//! further credentials, and its service may show them in it: each piece is searched for all that are
//! known by then.

use std::sync::Arc;

use bytes::Bytes;

use super::Redactor;
use super::scan::Scan;
use crate::redact::confidential::Confidential;

/// A body under way.
#[derive(Debug)]
pub(crate) struct Redaction {
    confidential: Arc<Confidential>,
    redactor: Arc<Redactor>,
    /// The state of what is known that `redactor` stands for.
    seen: u64,
    scan: Scan,
}

impl Redaction {
    /// Looks for all that `confidential` knows, and for what it comes to know; nothing when it knows
    /// nothing.
    pub(crate) fn of(confidential: &Arc<Confidential>) -> Option<Self> {
        let seen = confidential.changes();
        Some(Self {
            confidential: Arc::clone(confidential),
            redactor: confidential.redactor()?,
            seen,
            scan: Scan::default(),
        })
    }

    /// What it looks for.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Takes over what has become known meanwhile.
    fn catch_up(&mut self, out: &mut Vec<u8>) {
        let changes = self.confidential.changes();
        if changes == self.seen {
            return;
        }
        self.seen = changes;
        if let Some(newer) = self.confidential.redactor() {
            self.redactor = newer;
            self.scan.again(&self.redactor, out);
        }
    }

    /// Takes the next piece, the `last` one or not, and answers what can be let through. A piece
    /// without anything suspicious is passed on as it is, without a copy.
    pub(crate) fn push(&mut self, piece: Bytes, last: bool) -> Bytes {
        let mut out = Vec::new();
        self.catch_up(&mut out);
        let mut clear = 0;
        if out.is_empty() && self.scan.is_idle() {
            clear = self.redactor.first_suspicion(&piece);
            self.scan.skip(clear);
        }
        let mut suspicious = piece.clone();
        let clear = suspicious.split_to(clear);
        if suspicious.is_empty() && out.is_empty() {
            return clear;
        }
        self.scan.feed(&self.redactor, &suspicious, &mut out);
        if last {
            self.scan.finish(&mut out);
        }
        if out.is_empty() {
            return clear;
        }
        if clear.is_empty() {
            return out.into();
        }
        let mut whole = Vec::with_capacity(clear.len() + out.len());
        whole.extend_from_slice(&clear);
        whole.append(&mut out);
        whole.into()
    }

    /// What was held back, once nothing more comes.
    pub(crate) fn finish(&mut self) -> Bytes {
        let mut out = Vec::new();
        self.scan.finish(&mut out);
        out.into()
    }

    /// Whether something is held back.
    pub(crate) fn is_holding(&self) -> bool {
        !self.scan.is_idle()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJ0eXAi.eyJhdWQi.c2lnbmVk";

    fn redaction() -> Redaction {
        let confidential = Arc::new(Confidential::default());
        confidential.learn([TOKEN, "user:password", "short"].map(Into::into));
        Redaction::of(&confidential).unwrap()
    }

    fn through(redaction: &mut Redaction, pieces: &[&[u8]]) -> String {
        let mut out = Vec::new();
        for piece in pieces {
            out.extend_from_slice(&redaction.push(Bytes::copy_from_slice(piece), false));
        }
        out.extend_from_slice(&redaction.finish());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_secret_is_redacted_wherever_it_is_cut() {
        let encoded = "dXNlcjpwYXNzd29yZA";
        let text = format!("<{TOKEN}{TOKEN}> {encoded} and user:password, not short");
        let expected = "<[redacted][redacted]> [redacted]A and [redacted], not short";
        for first in 0..text.len() {
            for second in [
                first,
                (first + 1).min(text.len()),
                (first + 9).min(text.len()),
                text.len(),
            ] {
                let bytes = text.as_bytes();
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(
                    through(&mut redaction(), &pieces),
                    expected,
                    "cut at {first} and {second}"
                );
            }
        }
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(through(&mut redaction(), &single), expected);
    }

    #[test]
    fn what_only_begins_like_a_secret_comes_through_whole() {
        for text in [
            "eyJ0",
            "eyJ0eXAi.eyJhdWQi.c2lnbmV",
            "eyJ0eyJ0eyJ0eXAi",
            "eyJ0eXAi.eyJhdWQi.eyJ0eXAi.eyJhdWQi.",
            "use",
            "",
            "short",
        ] {
            let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(through(&mut redaction(), &single), text);
            assert_eq!(through(&mut redaction(), &[text.as_bytes()]), text);
        }
    }

    #[test]
    fn an_innocent_piece_is_neither_copied_nor_held() {
        let piece = Bytes::from_static(b"{\"value\":[1,2,3]}");
        let mut redaction = redaction();
        let out = redaction.push(piece.clone(), false);
        assert_eq!(out.as_ptr(), piece.as_ptr());
        assert_eq!(out.len(), piece.len());
        assert!(!redaction.is_holding());
    }

    #[test]
    fn the_last_piece_is_not_held() {
        let mut redaction = redaction();
        assert_eq!(
            redaction.push(Bytes::from_static(b"abc eyJ0"), true),
            "abc eyJ0"
        );
        assert!(!redaction.is_holding());
    }

    #[test]
    fn a_secret_that_becomes_known_while_it_comes_in_is_redacted() {
        let mut redaction = redaction();
        let early = redaction.push(Bytes::from_static(b"<later-secret> eyJ0"), false);
        assert_eq!(early, "<later-secret> ");
        redaction
            .confidential
            .learn(["later-secret", "eyJ0-another"].map(Into::into));
        let pieces: [&[u8]; 3] = [b"-anoth", b"er <later", b"-secret>"];
        assert_eq!(through(&mut redaction, &pieces), "[redacted] <[redacted]>");
    }

    /// A hundred times the work of one pass would not end within any test's patience.
    #[test]
    fn a_repetitive_secret_costs_no_more_than_any_other() {
        let secret = format!("{}b", "a".repeat(64 << 10));
        let confidential = Arc::new(Confidential::default());
        confidential.learn([secret.as_str().into()]);
        let redaction = || Redaction::of(&confidential).unwrap();
        let piece = Bytes::from("a".repeat(1 << 10) + "c");
        let mut in_pieces = redaction();
        let passed: usize = (0..200)
            .map(|_| in_pieces.push(piece.clone(), false).len())
            .sum();
        assert_eq!(passed, piece.len() * 200);
        let mut dripping = redaction();
        let drops: usize = (0..100 << 10)
            .map(|_| dripping.push(Bytes::from_static(b"a"), false).len())
            .sum();
        assert_eq!(drops, (100 << 10) - (64 << 10));
    }
}
