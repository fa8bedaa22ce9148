//! Reads path and query: byte by byte, because this runs for every request. A test holds the scan
//! against the `url` crate, which reads as browsers do.

use http::uri::PathAndQuery;

use super::refuse;
use crate::error::EgressError;

/// What policy needs to know about a path that was accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PathTraits {
    /// A reader that decodes `%2F` or `%5C` before it splits the path would find `.` or `..` in it.
    /// Harmless where the whole host is permitted; a way out of a permitted prefix otherwise.
    pub hides_dot_segments: bool,
}

/// Reads path and query.
///
/// # Errors
/// [`EgressError::Denied`] at stage `parse` for what two readers could take for two things: dot
/// segments, empty segments, backslashes, and characters that should have been percent-encoded.
pub(crate) fn path(path: &PathAndQuery) -> Result<PathTraits, EgressError> {
    let text = path.as_str();
    if !text.starts_with('/') {
        return Err(refuse("path", "the path has to begin with /"));
    }
    let (path, query) = match text.split_once('?') {
        Some((path, query)) => (path, query),
        None => (text, ""),
    };
    check_characters(query, QUERY, "query")?;
    if is_plain(path) {
        return Ok(PathTraits {
            hides_dot_segments: false,
        });
    }
    check_characters(path, PATH, "path")?;
    segments(path)
}

/// Nothing escaped or misplaced, no empty segment and none that begins with a dot: most paths, and
/// nothing in them could be read in two ways.
fn is_plain(path: &str) -> bool {
    let mut before = 0;
    path.bytes().all(|byte| {
        let begins = before == b'/';
        before = byte;
        is_of(byte, PATH) && !(begins && (byte == b'/' || byte == b'.'))
    })
}

fn segments(path: &str) -> Result<PathTraits, EgressError> {
    let mut hides_dot_segments = false;
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        if segment.is_empty() && segments.peek().is_some() {
            return Err(refuse("path", "the path has an empty segment (//)"));
        }
        if is_dot_segment(segment) {
            return Err(refuse("path", "the path has a segment . or .."));
        }
        hides_dot_segments = hides_dot_segments || hides_dots(segment);
    }
    Ok(PathTraits { hides_dot_segments })
}

/// Bytes that may stand in a path: RFC 3986 §3.3, `pchar` and the separator.
const PATH: u8 = 1;
/// Bytes that may stand in a query: RFC 3986 §3.4, and what no reader changes although it should
/// have been encoded.
const QUERY: u8 = 2;

/// Which of [`PATH`] and [`QUERY`] each byte belongs to. A table, because every byte of every URL is
/// looked up in it.
static CLASSES: [u8; 256] = {
    let mut classes = [0; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        let path = matches!(byte,
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~'
            | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'='
            | b':' | b'@' | b'/');
        let query = path || matches!(byte, b'?' | b'[' | b']' | b'{' | b'}' | b'|' | b'^' | b'`');
        #[allow(
            clippy::indexing_slicing,
            reason = "evaluated by the compiler, within 256"
        )]
        {
            classes[byte as usize] = (path as u8) | ((query as u8) << 1);
        }
        byte += 1;
    }
    classes
};

fn is_of(byte: u8, class: u8) -> bool {
    CLASSES
        .get(usize::from(byte))
        .is_some_and(|classes| classes & class != 0)
}

fn check_characters(text: &str, class: u8, part: &str) -> Result<(), EgressError> {
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if is_of(byte, class) {
            continue;
        }
        if byte != b'%' {
            return Err(refuse(
                "encoding",
                format!(
                    "the {part} holds a character that has to be percent-encoded (%{byte:02X})"
                ),
            ));
        }
        let hex = |byte: Option<u8>| byte.is_some_and(|byte| byte.is_ascii_hexdigit());
        if !(hex(bytes.next()) && hex(bytes.next())) {
            return Err(refuse(
                "encoding",
                format!("a % in the {part} is followed by no two hex digits"),
            ));
        }
    }
    Ok(())
}

/// `.` or `..`, each dot plain or as `%2e`.
fn is_dot_segment(segment: &str) -> bool {
    let Some(rest) = strip_dot(segment) else {
        return false;
    };
    rest.is_empty() || strip_dot(rest).is_some_and(str::is_empty)
}

fn strip_dot(text: &str) -> Option<&str> {
    text.strip_prefix('.')
        .or_else(|| text.strip_prefix("%2e"))
        .or_else(|| text.strip_prefix("%2E"))
}

fn hides_dots(segment: &str) -> bool {
    // Most paths have no escape at all.
    if !segment.contains('%') {
        return false;
    }
    let decoded = segment
        .replace("%2f", "/")
        .replace("%2F", "/")
        .replace("%5c", "/")
        .replace("%5C", "/");
    decoded.len() != segment.len() && decoded.split('/').any(is_dot_segment)
}
