//! The answer to a batch: one part for each request or change set, in order.
//!
//! Layer: batch, pure (reference §4.2). Boundaries have nothing to do with those of the request.

use bytes::{BufMut, Bytes, BytesMut};
use http::header::{self, HeaderName, HeaderValue};
use http::{HeaderMap, StatusCode};
use uuid::Uuid;

use crate::http::Response;

/// What became of a part of the request.
pub(super) enum Answered {
    /// One answer: of a request, or of the request that undid its change set.
    Single(Part),
    /// The answers of a change set that holds.
    ChangeSet(Vec<Part>),
}

impl Answered {
    /// The status of a failure.
    pub(super) fn failure(&self) -> Option<StatusCode> {
        match self {
            Self::Single(part) if part.failed() => Some(part.response.status),
            _ => None,
        }
    }
}

/// The answer to one request.
pub(super) struct Part {
    content_id: Option<String>,
    response: Response,
}

impl Part {
    /// The answer, under the request's `Content-ID`.
    pub(super) fn new(content_id: Option<String>, response: Response) -> Self {
        Self {
            content_id,
            response,
        }
    }

    fn failed(&self) -> bool {
        self.response.status.is_client_error() || self.response.status.is_server_error()
    }

    fn write(&self, out: &mut BytesMut) {
        out.put_slice(b"Content-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n");
        if let Some(id) = &self.content_id {
            field(out, "Content-ID", id.as_bytes());
        }
        let status = self.response.status;
        let reason = status.canonical_reason().unwrap_or("Unknown");
        out.put_slice(format!("\r\nHTTP/1.1 {} {reason}\r\n", status.as_u16()).as_bytes());
        if self.failed() {
            field(out, "REQ_ID", Uuid::new_v4().to_string().as_bytes());
        }
        for (name, value) in &self.response.headers {
            let streamed = name == header::CONTENT_TYPE && !self.failed();
            match streamed.then(|| streaming(value)).flatten() {
                Some(value) => field(out, "Content-Type", value.as_bytes()),
                None => field(out, &spelled(name), value.as_bytes()),
            }
        }
        if !self.response.headers.contains_key("odata-version") {
            field(out, "OData-Version", b"4.0");
        }
        out.put_slice(b"\r\n");
        out.put_slice(&self.response.body);
        out.put_slice(b"\r\n");
    }
}

/// The media type of a JSON answer inside a batch says that it is streamed.
fn streaming(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    text.starts_with("application/json")
        .then(|| format!("{text}; odata.streaming=true"))
}

fn field(out: &mut BytesMut, name: &str, value: &[u8]) {
    out.put_slice(name.as_bytes());
    out.put_slice(b": ");
    out.put_slice(value);
    out.put_slice(b"\r\n");
}

/// A field's name as the service spells it: these lines are text that clients search, not header fields of a library.
fn spelled(name: &HeaderName) -> String {
    const SPECIAL: &[(&str, &str)] = &[
        ("odata-entityid", "OData-EntityId"),
        ("odata-version", "OData-Version"),
        ("etag", "ETag"),
        ("req_id", "REQ_ID"),
    ];
    let name = name.as_str();
    if let Some((_, spelled)) = SPECIAL.iter().find(|(known, _)| *known == name) {
        return (*spelled).to_owned();
    }
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        let first = letters.next().map(|first| first.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}

/// The answers so far.
#[derive(Default)]
pub(super) struct Answers {
    answered: Vec<Answered>,
}

impl Answers {
    /// Adds the next one.
    pub(super) fn push(&mut self, answered: Answered) {
        self.answered.push(answered);
    }

    /// The answer to the whole batch.
    pub(super) fn into_response(self, status: StatusCode) -> Response {
        let boundary = format!("batchresponse_{}", Uuid::new_v4());
        let mut out = BytesMut::new();
        for answered in &self.answered {
            begin(&mut out, &boundary);
            match answered {
                Answered::Single(part) => part.write(&mut out),
                Answered::ChangeSet(parts) => change_set(&mut out, parts),
            }
        }
        end(&mut out, &boundary);
        let mut headers = HeaderMap::with_capacity(4);
        let content_type = format!("multipart/mixed; boundary={boundary}");
        if let Ok(value) = HeaderValue::try_from(content_type) {
            headers.insert(header::CONTENT_TYPE, value);
        }
        Response {
            status,
            headers,
            body: Bytes::from(out),
        }
    }
}

fn change_set(out: &mut BytesMut, parts: &[Part]) {
    let boundary = format!("changesetresponse_{}", Uuid::new_v4());
    let content_type = format!("multipart/mixed; boundary={boundary}");
    field(out, "Content-Type", content_type.as_bytes());
    out.put_slice(b"\r\n");
    for part in parts {
        begin(out, &boundary);
        part.write(out);
    }
    end(out, &boundary);
}

fn begin(out: &mut BytesMut, boundary: &str) {
    out.put_slice(format!("--{boundary}\r\n").as_bytes());
}

fn end(out: &mut BytesMut, boundary: &str) {
    out.put_slice(format!("--{boundary}--\r\n").as_bytes());
}
