//! Requests as parts of a multipart body. Pure.
//!
//! The service wants CRLF, an empty line behind the headers of a request without a body, a length on
//! each write and a `Content-ID` on each request of a change set; it gets all of them everywhere.

use airlock_connector::http::{Headers, Method};

/// Writes one request as a part with this number.
pub(in crate::webapi) fn request(
    out: &mut Vec<u8>,
    number: usize,
    method: Method,
    url: &str,
    headers: &Headers,
    body: &[u8],
) {
    line(out, &["Content-Type: application/http"]);
    line(out, &["Content-Transfer-Encoding: binary"]);
    line(out, &["Content-ID: ", &number.to_string()]);
    line(out, &[]);
    line(out, &[method.as_str(), " ", url, " HTTP/1.1"]);
    for (name, value) in headers.iter() {
        line(out, &[name, ": ", value]);
    }
    if !method.reads() {
        line(out, &["content-length: ", &body.len().to_string()]);
    }
    line(out, &[]);
    out.extend_from_slice(body);
    line(out, &[]);
}

/// Begins a part.
pub(in crate::webapi) fn begin(out: &mut Vec<u8>, boundary: &str) {
    line(out, &["--", boundary]);
}

/// Ends the body.
pub(in crate::webapi) fn end(out: &mut Vec<u8>, boundary: &str) {
    line(out, &["--", boundary, "--"]);
}

/// Writes a line of these pieces.
pub(in crate::webapi) fn line(out: &mut Vec<u8>, pieces: &[&str]) {
    for piece in pieces {
        out.extend_from_slice(piece.as_bytes());
    }
    out.extend_from_slice(b"\r\n");
}
