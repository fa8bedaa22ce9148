//! Multipart answers taken apart. Pure.
//!
//! Only what stands at the beginning of a line is a boundary, and JSON has no bare line break, so a
//! body cannot end a part.

use airlock_connector::http::{Headers, Response};

/// The boundary of a multipart content type.
pub(in crate::webapi) fn boundary(content_type: &str) -> Option<&str> {
    let (kind, parameters) = content_type.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let value = value.trim().trim_matches('"');
        (name.trim().eq_ignore_ascii_case("boundary") && !value.is_empty()).then_some(value)
    })
}

/// What stands between the boundaries.
pub(in crate::webapi) fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
    let delimiter = format!("--{boundary}");
    let mut found = Vec::new();
    let mut begun: Option<usize> = None;
    for at in memchr::memmem::find_iter(body, delimiter.as_bytes()) {
        let before = body.get(..at).unwrap_or_default();
        let behind = body.get(at + delimiter.len()..).unwrap_or_default();
        let ends = behind.starts_with(b"--");
        if !(before.is_empty() || before.ends_with(b"\n")) || !(ends || is_line_end(behind)) {
            continue;
        }
        if let Some(part) = begun.and_then(|begun| before.get(begun..)) {
            let part = part.strip_suffix(b"\n").unwrap_or(part);
            found.push(part.strip_suffix(b"\r").unwrap_or(part));
        }
        begun = memchr::memchr(b'\n', behind)
            .filter(|_| !ends)
            .map(|line| at + delimiter.len() + line + 1);
        if ends {
            break;
        }
    }
    found
}

/// Blanks may stand behind a boundary (RFC 2046 §5.1.1).
fn is_line_end(behind: &[u8]) -> bool {
    let line = behind
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    line.iter().all(u8::is_ascii_whitespace)
}

/// The response that `content` is.
pub(in crate::webapi) fn response(content: &[u8]) -> Option<Response> {
    let (status, rest) = line(content);
    let status = str::from_utf8(status).ok()?;
    let status = status.strip_prefix("HTTP/")?.split(' ').nth(1)?;
    let (headers, body) = head(rest)?;
    Some(Response {
        status: status.parse().ok()?,
        headers,
        body: body.trim_ascii().to_vec(),
    })
}

/// Header fields and what follows the empty line behind them.
pub(in crate::webapi) fn head(mut bytes: &[u8]) -> Option<(Headers, &[u8])> {
    let mut headers = Headers::new();
    loop {
        let (text, rest) = line(bytes);
        bytes = rest;
        if text.is_empty() {
            return Some((headers, bytes));
        }
        let text = String::from_utf8_lossy(text);
        let (name, value) = text.split_once(':')?;
        headers.push(name.trim(), value.trim());
    }
}

/// The first line and the rest.
fn line(bytes: &[u8]) -> (&[u8], &[u8]) {
    let end = memchr::memchr(b'\n', bytes).unwrap_or(bytes.len());
    let line = bytes.get(..end).unwrap_or_default();
    let rest = bytes.get(end + 1..).unwrap_or_default();
    (line.strip_suffix(b"\r").unwrap_or(line), rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_boundary_is_that_of_a_multipart_answer() {
        for (kind, expected) in [
            ("multipart/mixed; boundary=a_b", Some("a_b")),
            (
                "Multipart/Mixed;charset=utf-8; Boundary=\"a b\"",
                Some("a b"),
            ),
            ("multipart/mixed; boundary=", None),
            ("multipart/mixed", None),
            ("application/json; boundary=a", None),
        ] {
            assert_eq!(boundary(kind), expected, "{kind}");
        }
    }
}
