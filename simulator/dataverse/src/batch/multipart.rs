//! `multipart/mixed` (RFC 2046): boundaries, parts, and the head of a part.
//!
//! Layer: batch, pure. Lines end in CRLF; a bare LF is understood too, as clients mix them. What stands before the first
//! boundary and after the last one is ignored.

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::http::SimError;

use super::malformed;

/// Header fields of a part: more than any client sends.
const MAX_HEADERS: usize = 100;

/// The boundary that a media type of `multipart/mixed` declares, with or without quotes.
///
/// # Errors
/// 400 for another media type, and when there is no boundary.
pub(super) fn boundary(content_type: &str) -> Result<String, SimError> {
    let mut parameters = parameters(content_type);
    let media_type = parameters.next().unwrap_or_default();
    if !media_type.eq_ignore_ascii_case("multipart/mixed") {
        return Err(malformed(
            "The batch request must have 'multipart/mixed' as the media type.",
        ));
    }
    parameters
        .find_map(|parameter| {
            let (name, value) = parameter.split_once('=')?;
            if !name.trim().eq_ignore_ascii_case("boundary") {
                return None;
            }
            let value = value.trim();
            let inside = value
                .strip_prefix('"')
                .and_then(|rest| rest.strip_suffix('"'));
            Some(inside.map_or_else(|| value.to_owned(), |quoted| quoted.replace('\\', "")))
        })
        .filter(|boundary| !boundary.is_empty())
        .ok_or_else(|| {
            malformed(
                "The batch request must have a boundary specification in the \"Content-Type\" header.",
            )
        })
}

/// A media type and its parameters: what semicolons outside quotes separate.
fn parameters(content_type: &str) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    content_type
        .split(move |character| {
            quoted ^= character == '"';
            character == ';' && !quoted
        })
        .map(str::trim)
}

/// What stands between the boundaries.
///
/// # Errors
/// 400 when the closing boundary is missing.
pub(super) fn parts<'a>(body: &'a [u8], boundary: &str) -> Result<Vec<&'a [u8]>, SimError> {
    let mut parts = Vec::new();
    let mut started = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let next = at + line.len();
        if let Some(closes) = delimiter(line, boundary) {
            if let Some(start) = started {
                let content = body.get(start..at).unwrap_or_default();
                parts.push(without_line_end(content));
            }
            if closes {
                return Ok(parts);
            }
            started = Some(next);
        }
        at = next;
    }
    Err(malformed(
        "Unexpected end of MIME multipart stream. MIME multipart message is not complete.",
    ))
}

/// Whether a line is a boundary, and if so whether it is the closing one.
fn delimiter(line: &[u8], boundary: &str) -> Option<bool> {
    let rest = line
        .strip_prefix(b"--")?
        .strip_prefix(boundary.as_bytes())?
        .trim_ascii();
    match rest {
        b"" => Some(false),
        b"--" => Some(true),
        _ => None,
    }
}

/// The line end before a boundary belongs to the boundary.
fn without_line_end(content: &[u8]) -> &[u8] {
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    content.strip_suffix(b"\r").unwrap_or(content)
}

/// Splits what comes before the first empty line from what follows it.
///
/// # Errors
/// 400 when there is no empty line; one that ends the text counts, so a GET needs its line end and one more.
pub(super) fn split_head(text: &[u8]) -> Result<(&[u8], &[u8]), SimError> {
    let mut at = 0;
    for line in text.split_inclusive(|byte| *byte == b'\n') {
        if matches!(line, b"\r\n" | b"\n") {
            return Ok((
                text.get(..at).unwrap_or_default(),
                text.get(at + line.len()..).unwrap_or_default(),
            ));
        }
        at += line.len();
    }
    if text.ends_with(b"\n") {
        return Ok((text, &[]));
    }
    Err(malformed(
        "A part of the batch request lacks the empty line that ends its headers.",
    ))
}

/// The header fields of a head.
///
/// # Errors
/// 400 for a line that is none.
pub(super) fn headers(head: &[u8]) -> Result<HeaderMap, SimError> {
    let invalid = || malformed("An invalid header was found in a part of the batch request.");
    let mut ended = head.to_vec();
    ended.extend_from_slice(b"\r\n");
    let mut fields = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let parsed = httparse::parse_headers(&ended, &mut fields).map_err(|_| invalid())?;
    let httparse::Status::Complete((_, fields)) = parsed else {
        return Err(invalid());
    };
    let mut headers = HeaderMap::with_capacity(fields.len());
    for field in fields {
        let name = HeaderName::from_bytes(field.name.as_bytes()).map_err(|_| invalid())?;
        let value = HeaderValue::from_bytes(field.value).map_err(|_| invalid())?;
        headers.append(name, value);
    }
    Ok(headers)
}

#[cfg(test)]
#[path = "multipart_tests.rs"]
mod tests;
