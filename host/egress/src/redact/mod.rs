//! Takes secrets out of what a service sends back. The last of several defences: the credential only
//! ever goes to its own hosts, but one of those may have a page that echoes.
//!
//! Pure. Searched for are the spellings that usual encoders make of a secret. A service that encodes
//! what it echoes in some other way, or hands it out in pieces over several answers (as to range
//! requests), is beyond this; see SECURITY.md.
//!
//! - [`Redactor`]: knows what to look for. [`needle`]: one spelling, matched byte by byte.
//! - [`Redaction`]: an answer's body under way; [`scan`]: the search itself.

mod body;
pub(crate) mod confidential;
mod needle;
mod scan;

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use airlock_auth::Spelling;
use secrecy::{ExposeSecret, SecretString};

pub(crate) use body::Redaction;
use needle::{HEAD, Needle};
use scan::Scan;

/// What stands where a secret was.
pub(crate) const REDACTED: &[u8] = b"[redacted]";

/// Shorter secrets would be found everywhere by chance.
pub(crate) const SHORTEST: usize = 8;

/// Finds secrets.
pub(crate) struct Redactor {
    needles: Vec<Needle>,
    /// The beginnings of all needles; nothing where they cannot be looked for together, so that every
    /// byte is looked at instead.
    heads: Option<AhoCorasick>,
    /// Which bytes a needle begins with.
    first_bytes: [bool; 256],
    shortest: usize,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("needles", &self.needles.len())
            .finish_non_exhaustive()
    }
}

impl Redactor {
    /// Looks for each of `secrets` in every spelling; those that are too short are left out.
    pub(crate) fn new<'a>(secrets: impl IntoIterator<Item = &'a Arc<SecretString>>) -> Self {
        let mut known = Vec::new();
        let mut needles = Vec::new();
        for secret in secrets {
            for spelling in Spelling::all() {
                let text = spelling.write(secret.expose_secret());
                if text.len() >= SHORTEST && secret.expose_secret().len() >= SHORTEST {
                    // Most spellings of most secrets come to the same.
                    if !known.contains(&text) {
                        needles.push(Needle::new(secret, spelling, &text));
                        known.push(text);
                    }
                }
            }
        }
        let heads = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostFirst)
            // The other kinds are faster at what does not happen, and take a hundred times the memory.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            // Spellings differ late or not at all, and few beginnings are found much faster than many.
            .build(needles.iter().map(Needle::head).collect::<BTreeSet<_>>())
            .ok();
        let mut first_bytes = [false; 256];
        for byte in needles.iter().filter_map(|needle| needle.head().first()) {
            if let Some(is_first) = first_bytes.get_mut(usize::from(*byte)) {
                *is_first = true;
            }
        }
        Self {
            first_bytes,
            shortest: needles.iter().map(Needle::len).min().unwrap_or(usize::MAX),
            needles,
            heads,
        }
    }

    /// `bytes` without any secret; nothing when there is none in it.
    pub(crate) fn redact(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        // Most header fields are shorter than any token.
        if bytes.len() < self.shortest || self.first_head(bytes).is_none() {
            return None;
        }
        let mut scan = Scan::default();
        let mut clean = Vec::with_capacity(bytes.len());
        scan.feed(self, bytes, &mut clean);
        scan.finish(&mut clean);
        scan.has_replaced().then_some(clean)
    }

    fn first_head(&self, bytes: &[u8]) -> Option<usize> {
        match &self.heads {
            Some(heads) => heads.find(bytes).map(|found| found.start()),
            None => Some(0),
        }
    }

    /// From where on `bytes` may hold a secret, or the beginning of one; their length when nowhere.
    fn first_suspicion(&self, bytes: &[u8]) -> usize {
        let head = self.first_head(bytes).unwrap_or(bytes.len());
        // A head that is cut can only stand at the very end.
        let last = bytes.len().saturating_sub(HEAD - 1);
        let cut = (last..bytes.len()).find(|at| {
            let end = bytes.get(*at..).unwrap_or_default();
            let may_begin = end.first().is_some_and(|byte| self.may_begin_with(*byte));
            may_begin
                && self
                    .needles
                    .iter()
                    .any(|needle| needle.head().starts_with(end))
        });
        cut.map_or(head, |cut| cut.min(head))
    }

    fn may_begin_with(&self, byte: u8) -> bool {
        self.first_bytes.get(usize::from(byte)) == Some(&true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) fn looking_for(secrets: &[&str]) -> Redactor {
        let secrets: Vec<_> = secrets
            .iter()
            .map(|secret| Arc::new(SecretString::from(*secret)))
            .collect();
        Redactor::new(&secrets)
    }

    #[test]
    fn each_of_several_secrets_is_found_and_a_short_one_is_not_looked_for() {
        let redactor = looking_for(&["abcdefgh", "abcdefghij", "short"]);
        assert_eq!(
            redactor.redact(b"x abcdefghij abcdefgh short").unwrap(),
            b"x [redacted] [redacted] short"
        );
        assert_eq!(redactor.redact(b"nothing here"), None);
        assert_eq!(redactor.redact(b"abcdefg"), None);
        assert!(!format!("{redactor:?}").contains("abcdefgh"));
    }

    #[test]
    fn what_overlaps_is_taken_out_as_one() {
        let redactor = looking_for(&["abababab", "babababaX"]);
        for (text, clean) in [
            ("<abababab>", "<[redacted]>"),
            ("<abababababa>", "<[redacted]a>"),
            ("<ababababaX>", "<[redacted]>"),
            ("<abababababababab>", "<[redacted]>"),
        ] {
            let redacted = redactor.redact(text.as_bytes()).unwrap();
            assert_eq!(String::from_utf8(redacted).unwrap(), clean, "{text}");
        }
    }

    #[test]
    fn an_encoded_secret_is_found() {
        let redactor = looking_for(&["ab+/cd==token"]);
        for text in [
            "ab%2B%2Fcd%3D%3Dtoken",
            "ab%2b%2fcd%3d%3dtoken",
            r"ab+\/cd==token",
            r"ab\u002B/cd==token",
            "QmVhcmVyIGFiKy9jZD09dG9rZW4",
            "61622b2f63643d3d746f6b656e",
        ] {
            let redacted = redactor.redact(text.as_bytes());
            assert!(redacted.is_some(), "{text}");
        }
    }
}
