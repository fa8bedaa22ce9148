//! One spelling of one secret, matched byte by byte in linear time (Knuth, Morris and Pratt), so that
//! no answer can make a search for a repetitive secret slow. Pure.
//!
//! Only the beginning is kept written out. The rest, and the table that the match needs, are made when
//! the beginning has been seen: a token in every spelling is ten times its size, for each connection.

use std::fmt;
use std::sync::{Arc, OnceLock};

use airlock_auth::Spelling;
use secrecy::zeroize::Zeroizing;
use secrecy::{ExposeSecret, SecretString};

/// Bytes by which a needle is told at first sight: what begins like one by chance is rare enough.
pub(super) const HEAD: usize = 16;

/// What is looked for.
pub(super) struct Needle {
    secret: Arc<SecretString>,
    spelling: Spelling,
    length: usize,
    head: Vec<u8>,
    whole: OnceLock<Whole>,
}

struct Whole {
    text: Zeroizing<String>,
    /// For each length of a beginning, the longest shorter one that it ends with.
    fallback: Vec<usize>,
}

impl Needle {
    /// `text` is `secret` in this `spelling`.
    pub(super) fn new(secret: &Arc<SecretString>, spelling: Spelling, text: &str) -> Self {
        Self {
            secret: Arc::clone(secret),
            spelling,
            length: text.len(),
            head: text.bytes().take(HEAD).collect(),
            whole: OnceLock::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    pub(super) fn head(&self) -> &[u8] {
        &self.head
    }

    pub(super) fn begins_with(&self, byte: u8) -> bool {
        self.head.first() == Some(&byte)
    }

    /// How much of it is matched after one more byte, where `matched` bytes were before; the whole
    /// length says that it has been found.
    pub(super) fn step(&self, matched: usize, byte: u8) -> usize {
        let whole = self
            .whole
            .get_or_init(|| Whole::of(self.spelling.write(self.secret.expose_secret())));
        whole.step(matched, byte)
    }
}

impl Whole {
    fn of(text: Zeroizing<String>) -> Self {
        let mut whole = Self {
            fallback: Vec::with_capacity(text.len() + 1),
            text,
        };
        whole.fallback.extend([0, 0]);
        let mut matched = 0;
        for at in 1..whole.text.len() {
            let byte = whole.text.as_bytes().get(at).copied().unwrap_or_default();
            matched = whole.step(matched, byte);
            whole.fallback.push(matched);
        }
        whole
    }

    fn step(&self, mut matched: usize, byte: u8) -> usize {
        loop {
            if self.goes_on_with(matched, byte) {
                return matched + 1;
            }
            if matched == 0 {
                return 0;
            }
            matched = self.fallback.get(matched).copied().unwrap_or(0);
        }
    }

    fn goes_on_with(&self, matched: usize, byte: u8) -> bool {
        #[cfg(test)]
        tests::COMPARED.with(|compared| compared.set(compared.get() + 1));
        self.text.as_bytes().get(matched) == Some(&byte)
    }
}

impl fmt::Debug for Needle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Needle").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::Cell;

    thread_local! {
        /// How often a byte was compared.
        pub(super) static COMPARED: Cell<usize> = const { Cell::new(0) };
    }

    fn ends(needle: &str, text: &str) -> Vec<usize> {
        let secret = Arc::new(SecretString::from(needle));
        let plain = Spelling::all().next().unwrap();
        let needle = Needle::new(&secret, plain, needle);
        let mut matched = 0;
        let mut ends = Vec::new();
        for (at, byte) in text.bytes().enumerate() {
            matched = needle.step(matched, byte);
            if matched == needle.len() {
                ends.push(at + 1);
            }
        }
        ends
    }

    #[test]
    fn every_occurrence_is_found_even_where_they_overlap() {
        for (needle, text, expected) in [
            ("abababab", "xabababababx", vec![9, 11]),
            ("aaaab", "aaaaaab aaaab", vec![7, 13]),
            ("aabaaab", "aabaabaaabaaab", vec![10, 14]),
            ("abcabcd", "abcabcabcd", vec![10]),
            ("abc", "ab", vec![]),
        ] {
            assert_eq!(ends(needle, text), expected, "{needle} in {text}");
        }
    }

    #[test]
    fn nothing_of_it_can_be_printed() {
        let secret = Arc::new(SecretString::from("hidden-secret"));
        let plain = Spelling::all().next().unwrap();
        let needle = Needle::new(&secret, plain, "hidden-secret");
        assert!(!format!("{needle:?}").contains("hidden"));
    }

    /// As a search without the table does it: from each byte on anew. How often it compares, and what it finds.
    fn careless(needle: &str, text: &str) -> (usize, Vec<usize>) {
        let (needle, text) = (needle.as_bytes(), text.as_bytes());
        let (mut compared, mut ends) = (0, Vec::new());
        for start in 0..text.len() {
            let same = needle.iter().zip(&text[start..]).take_while(|(a, b)| {
                compared += 1;
                a == b
            });
            if same.count() == needle.len() {
                ends.push(start + needle.len());
            }
        }
        (compared, ends)
    }

    #[test]
    fn a_repetitive_secret_is_found_in_one_pass_where_a_careless_search_takes_hundreds() {
        let needle = format!("{}b", "a".repeat(4 << 10));
        let text = format!("{}c", "a".repeat(1 << 10)).repeat(16) + &needle;
        COMPARED.set(0);
        let found = ends(&needle, &text);
        let compared = COMPARED.get();
        let (carelessly, also) = careless(&needle, &text);
        assert_eq!((&found, found.len()), (&also, 1));
        assert!(compared <= 2 * (text.len() + needle.len()), "{compared}");
        assert!(carelessly > 100 * compared, "{carelessly} to {compared}");
    }
}
