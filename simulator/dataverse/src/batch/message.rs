//! An HTTP request written out as text, as it stands in a part of type `application/http`.
//!
//! Layer: batch, pure.

use http::{HeaderMap, Method};

use crate::http::SimError;

use super::malformed;
use super::multipart::{headers, split_head};

/// A request as it was written.
pub(super) struct Message<'a> {
    /// The method.
    pub(super) method: Method,
    /// The URL, unread.
    pub(super) url: String,
    /// Its own header fields.
    pub(super) headers: HeaderMap,
    /// Its body.
    pub(super) body: &'a [u8],
}

/// Reads a request.
///
/// # Errors
/// 400 for anything else.
pub(super) fn read(text: &[u8]) -> Result<Message<'_>, SimError> {
    let text = text.trim_ascii_start();
    let end = text.iter().position(|byte| *byte == b'\n');
    let (line, rest) = match end {
        Some(end) => text.split_at(end + 1),
        None => {
            return Err(malformed(
                "A part of the batch request lacks the empty line that ends its headers.",
            ));
        }
    };
    let line = str::from_utf8(line)
        .map_err(|_| malformed("A request line in the batch is not valid UTF-8."))?
        .trim();
    let invalid = || {
        malformed(format!(
            "The request line '{}' in the batch is invalid; it must be of the form 'HTTP-method request-URL HTTP/1.1'.",
            shortened(line)
        ))
    };
    let (method, rest_of_line) = line.split_once(' ').ok_or_else(invalid)?;
    let (url, protocol) = rest_of_line.rsplit_once(' ').ok_or_else(invalid)?;
    if protocol != "HTTP/1.1" || url.trim().is_empty() {
        return Err(invalid());
    }
    let method = match method {
        "GET" => Method::GET,
        "POST" => Method::POST,
        "PATCH" => Method::PATCH,
        "PUT" => Method::PUT,
        "DELETE" => Method::DELETE,
        _ => return Err(invalid()),
    };
    // Without fields of its own, a request ends with its line and an empty one, which went with the boundary.
    let (head, body) = match rest {
        [] => (rest, rest),
        _ => split_head(rest)?,
    };
    Ok(Message {
        method,
        url: url.trim().to_owned(),
        headers: headers(head)?,
        body,
    })
}

/// Enough of a line to find it by.
fn shortened(line: &str) -> &str {
    const SHOWN: usize = 200;
    match line.char_indices().nth(SHOWN) {
        Some((end, _)) => line.get(..end).unwrap_or(line),
        None => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_read_as_they_are_written() {
        let message = read(b"POST /api/data/v9.2/accounts HTTP/1.1\r\nContent-Type: application/json\r\n\r\n{}\r\n");
        let message = message.unwrap();
        assert_eq!(message.method, Method::POST);
        assert_eq!(message.url, "/api/data/v9.2/accounts");
        assert_eq!(
            message.headers.get("content-type").unwrap(),
            "application/json"
        );
        assert_eq!(message.body, b"{}\r\n");
        let message = read(b"\r\nGET accounts?$filter=name eq 'x y' HTTP/1.1\n\n").unwrap();
        assert_eq!(message.url, "accounts?$filter=name eq 'x y'");
        assert!(message.headers.is_empty());
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for text in [
            "",
            "GET",
            "GET accounts\r\n\r\n",
            "GET accounts HTTP/2\r\n\r\n",
            "GET  HTTP/1.1\r\n\r\n",
            "BREW accounts HTTP/1.1\r\n\r\n",
            "get accounts HTTP/1.1\r\n\r\n",
            "GET accounts HTTP/1.1",
            "GET accounts HTTP/1.1\r\nAccept: application/json",
        ] {
            assert!(read(text.as_bytes()).is_err(), "{text:?}");
        }
    }
}
