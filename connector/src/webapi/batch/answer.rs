//! The answer to a batch, read: one response for each request or change set, in order.
//!
//! Only what stands at the beginning of a line is a boundary, and JSON has no bare line break, so a
//! body cannot end a part.

use airlock_connector::http::{Headers, Response};

/// One response within the answer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Answer {
    /// `Content-ID` of the request, where the service repeats it.
    pub(super) content_id: Option<String>,
    pub(super) response: Response,
}

/// What one item of the batch was answered.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Answers {
    Single(Answer),
    ChangeSet(Vec<Answer>),
}

/// The answers in a body of this content type; `None` when it is no answer to a batch.
pub(super) fn read(content_type: &str, body: &[u8]) -> Option<Vec<Answers>> {
    parts(body, boundary(content_type)?)
        .into_iter()
        .map(|part| {
            let (headers, content) = head(part)?;
            match boundary(headers.get("content-type")?) {
                Some(inner) => parts(content, inner)
                    .into_iter()
                    .map(|part| head(part).and_then(|(headers, content)| single(&headers, content)))
                    .collect::<Option<_>>()
                    .map(Answers::ChangeSet),
                None => single(&headers, content).map(Answers::Single),
            }
        })
        .collect()
}

/// The boundary of a multipart content type.
pub(super) fn boundary(content_type: &str) -> Option<&str> {
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
fn parts<'a>(body: &'a [u8], boundary: &str) -> Vec<&'a [u8]> {
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

fn single(headers: &Headers, content: &[u8]) -> Option<Answer> {
    let (status, rest) = line(content);
    let status = str::from_utf8(status).ok()?;
    let status = status.strip_prefix("HTTP/")?.split(' ').nth(1)?;
    let (fields, body) = head(rest)?;
    Some(Answer {
        content_id: headers.get("content-id").map(str::to_owned),
        response: Response {
            status: status.parse().ok()?,
            headers: fields,
            body: body.trim_ascii().to_vec(),
        },
    })
}

/// Header fields and what follows the empty line behind them.
fn head(mut bytes: &[u8]) -> Option<(Headers, &[u8])> {
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

    const KIND: &str = "multipart/mixed; boundary=out";

    fn answered(content_id: Option<&str>, status: u16, body: &str) -> Answer {
        let kind = ("content-type".to_owned(), "application/json".to_owned());
        Answer {
            content_id: content_id.map(str::to_owned),
            response: Response {
                status,
                headers: [kind].into_iter().filter(|_| !body.is_empty()).collect(),
                body: body.as_bytes().to_vec(),
            },
        }
    }

    #[test]
    fn an_answer_comes_apart_with_either_line_end() {
        let lines = [
            "what stands before the first boundary",
            "--out",
            "Content-Type: multipart/mixed; boundary=\"in\"",
            "",
            "--in",
            "Content-Type: application/http",
            "Content-ID: 7",
            "",
            "HTTP/1.1 204 No Content",
            "",
            "",
            "--in--",
            "--out  ",
            "Content-Type: application/http",
            "",
            "HTTP/1.1 404 Not Found",
            "content-type: application/json",
            "",
            "{\"a\":\"--out\"}",
            "--outside",
            "--out--",
            "--out",
        ];
        for end in ["\r\n", "\n"] {
            let expected = vec![
                Answers::ChangeSet(vec![answered(Some("7"), 204, "")]),
                Answers::Single(answered(
                    None,
                    404,
                    &format!("{{\"a\":\"--out\"}}{end}--outside"),
                )),
            ];
            assert_eq!(read(KIND, lines.join(end).as_bytes()), Some(expected));
        }
    }

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

    #[test]
    fn what_is_no_answer_is_none() {
        for body in [
            "--out\r\n\r\nHTTP/1.1 200 OK\r\n\r\n\r\n--out--",
            "--out\r\nContent-Type: application/http\r\n\r\nOK\r\n\r\n--out--",
            "--out\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 OK\r\n\r\n--out--",
            "--out\r\nno field\r\n\r\n--out--",
        ] {
            assert_eq!(read(KIND, body.as_bytes()), None, "{body}");
        }
        assert_eq!(read(KIND, b"nothing"), Some(Vec::new()));
    }
}
