//! Takes a credential out of what a service sends back. The last of several defences: the
//! credential only ever goes to its own hosts, but one of those may have a page that echoes.
//!
//! Pure. Exact bytes are looked for, in the forms in which the host sent them. A service that
//! encodes what it echoes in some other way, or hands it out in pieces over several answers (as to
//! range requests), is beyond this; see SECURITY.md.

use std::fmt;
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use memchr::memmem::Finder;

/// What stands where a credential was.
pub(crate) const REDACTED: &[u8] = b"[redacted]";

/// Shorter secrets would be found everywhere by chance.
const SHORTEST: usize = 8;

/// Finds the forms of a credential.
pub(crate) struct Redactor {
    /// Longest first, so that a form wins over its own part.
    forms: Vec<Finder<'static>>,
}

impl fmt::Debug for Redactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Redactor")
            .field("forms", &self.forms.len())
            .finish_non_exhaustive()
    }
}

impl Redactor {
    /// Looks for each of `forms`; those that are too short are left out.
    pub(crate) fn new<'a>(forms: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut forms: Vec<&[u8]> = forms
            .into_iter()
            .filter(|form| form.len() >= SHORTEST)
            .collect();
        forms.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        forms.dedup();
        Self {
            forms: forms
                .into_iter()
                .map(|form| Finder::new(form).into_owned())
                .collect(),
        }
    }

    /// Looks for the forms of both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self::new(self.forms.iter().chain(&other.forms).map(Finder::needle))
    }

    /// The first form in `bytes`: where it begins and ends.
    fn find(&self, bytes: &[u8]) -> Option<(usize, usize)> {
        let mut first: Option<(usize, usize)> = None;
        for form in &self.forms {
            if let Some(at) = form.find(bytes)
                && first.is_none_or(|(start, _)| at < start)
            {
                first = Some((at, at + form.needle().len()));
            }
        }
        first
    }

    /// `bytes` without the credential; nothing when it is not in there.
    pub(crate) fn redact(&self, bytes: &[u8]) -> Option<Vec<u8>> {
        // The last form is the shortest; most header fields are shorter than any token.
        if bytes.len() < self.forms.last()?.needle().len() {
            return None;
        }
        let mut clean = Vec::new();
        let mut rest = bytes;
        while let Some((start, end)) = self.find(rest) {
            clean.extend_from_slice(rest.get(..start).unwrap_or_default());
            clean.extend_from_slice(REDACTED);
            rest = rest.get(end..).unwrap_or_default();
        }
        if rest.len() == bytes.len() {
            return None;
        }
        clean.extend_from_slice(rest);
        Some(clean)
    }

    /// How many bytes at the end of `bytes` may be the beginning of a form.
    fn open_end(&self, bytes: &[u8]) -> usize {
        self.forms
            .iter()
            .map(|form| open_end(form.needle(), bytes))
            .max()
            .unwrap_or(0)
    }
}

/// Length of the longest proper beginning of `form` that `bytes` ends with.
fn open_end(form: &[u8], bytes: &[u8]) -> usize {
    let Some((first, _)) = form.split_first() else {
        return 0;
    };
    let window = bytes.len().saturating_sub(form.len() - 1);
    let tail = bytes.get(window..).unwrap_or_default();
    memchr::memchr_iter(*first, tail)
        .filter_map(|at| tail.get(at..))
        .find(|end| form.starts_with(end))
        .map_or(0, <[u8]>::len)
}

/// Redacts a body piece by piece, however the credential is cut.
#[derive(Debug)]
pub(crate) struct Redaction {
    redactor: Arc<Redactor>,
    /// The end of what came so far, as long as it may be the beginning of a form.
    held: BytesMut,
}

impl Redaction {
    pub(crate) fn new(redactor: Arc<Redactor>) -> Self {
        Self {
            redactor,
            held: BytesMut::new(),
        }
    }

    /// What it looks for.
    pub(crate) fn redactor(&self) -> &Redactor {
        &self.redactor
    }

    /// Takes the next piece, the `last` one or not, and answers what can be let through. A piece
    /// without anything suspicious is passed on as it is, without a copy.
    pub(crate) fn push(&mut self, piece: Bytes, last: bool) -> Bytes {
        let piece = if self.held.is_empty() {
            piece
        } else {
            self.held.extend_from_slice(&piece);
            self.held.split().freeze()
        };
        let mut clean = match self.redactor.find(&piece) {
            None => piece,
            Some(_) => self.redact_finished(piece),
        };
        if !last {
            let open = self.redactor.open_end(&clean);
            let end = clean.split_off(clean.len() - open);
            self.held.extend_from_slice(&end);
        }
        clean
    }

    fn redact_finished(&self, piece: Bytes) -> Bytes {
        self.redactor.redact(&piece).map_or(piece, Bytes::from)
    }

    /// What was held back, once nothing more comes.
    pub(crate) fn finish(&mut self) -> Bytes {
        self.held.split().freeze()
    }

    /// Whether something is held back.
    pub(crate) fn is_holding(&self) -> bool {
        !self.held.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJ0eXAi.eyJhdWQi.c2lnbmVk";

    fn redactor() -> Arc<Redactor> {
        Arc::new(Redactor::new([
            TOKEN.as_bytes(),
            b"user:password",
            b"short",
        ]))
    }

    fn through(pieces: &[&[u8]]) -> String {
        let mut redaction = Redaction::new(redactor());
        let mut out = Vec::new();
        for piece in pieces {
            out.extend_from_slice(&redaction.push(Bytes::copy_from_slice(piece), false));
        }
        out.extend_from_slice(&redaction.finish());
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_credential_is_redacted_wherever_it_is_cut() {
        let text = format!("<{TOKEN}{TOKEN}> and user:password, not short");
        let expected = "<[redacted][redacted]> and [redacted], not short";
        for first in 0..text.len() {
            for second in [
                first,
                (first + 1).min(text.len()),
                (first + 9).min(text.len()),
                text.len(),
            ] {
                let bytes = text.as_bytes();
                let pieces = [&bytes[..first], &bytes[first..second], &bytes[second..]];
                assert_eq!(through(&pieces), expected, "cut at {first} and {second}");
            }
        }
        let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
        assert_eq!(through(&single), expected);
    }

    #[test]
    fn what_only_begins_like_a_credential_comes_through_whole() {
        for text in [
            "eyJ0",
            "eyJ0eXAi.eyJhdWQi.c2lnbmV",
            "eyJ0eyJ0eyJ0eXAi",
            "use",
            "",
            "short",
        ] {
            let single: Vec<&[u8]> = text.as_bytes().chunks(1).collect();
            assert_eq!(through(&single), text);
            assert_eq!(through(&[text.as_bytes()]), text);
        }
    }

    #[test]
    fn an_innocent_piece_is_neither_copied_nor_held() {
        let piece = Bytes::from_static(b"{\"value\":[1,2,3]}");
        let mut redaction = Redaction::new(redactor());
        let out = redaction.push(piece.clone(), false);
        assert_eq!(out.as_ptr(), piece.as_ptr());
        assert_eq!(out.len(), piece.len());
        assert!(!redaction.is_holding());
    }

    #[test]
    fn the_last_piece_is_not_held() {
        let mut redaction = Redaction::new(redactor());
        assert_eq!(
            redaction.push(Bytes::from_static(b"abc eyJ0"), true),
            "abc eyJ0"
        );
        assert!(!redaction.is_holding());
    }

    #[test]
    fn the_longer_form_wins_and_redactors_can_be_joined() {
        let joined =
            Redactor::new([b"abcdefgh".as_slice()]).and(&Redactor::new([b"abcdefghij".as_slice()]));
        assert_eq!(
            joined.redact(b"x abcdefghij abcdefgh").unwrap(),
            b"x [redacted] [redacted]"
        );
        assert_eq!(joined.redact(b"nothing here"), None);
        assert!(!format!("{joined:?}").contains("abcdefgh"));
    }
}
