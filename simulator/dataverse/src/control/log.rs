//! The last requests, in memory, for tests and people to look at.

use std::collections::VecDeque;
use std::ops::RangeBounds;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, Method};
use parking_lot::Mutex;
use serde::Serialize;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::http::Response;
use crate::token::Claims;

/// Requests kept unless told otherwise.
const DEFAULT_CAPACITY: usize = 1_000;
/// Longest request body kept; longer ones are cut.
const BODY_BYTES: usize = 64 * 1024;

/// One request and what became of it. The `Authorization` header is never kept.
#[derive(Clone, Debug, Serialize)]
pub struct LoggedRequest {
    /// Position in the log since the start, from 1.
    pub sequence: u64,
    /// When it arrived.
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// Method.
    #[serde(serialize_with = "text")]
    pub method: Method,
    /// Host the caller named.
    pub host: String,
    /// Name of the organisation that it means.
    pub organisation: String,
    /// Path and query, as received.
    pub target: String,
    /// HTTP version, as `HTTP/1.1`.
    pub version: String,
    /// Headers without `Authorization`.
    #[serde(serialize_with = "headers")]
    pub headers: HeaderMap,
    /// Scheme of the `Authorization` header, when there was one: `Bearer`, `Basic`.
    pub authorization: Option<String>,
    /// Whether the body was longer than what is kept of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub is_cut: bool,
    /// Request body, at most 64 KiB of it.
    #[serde(serialize_with = "lossy")]
    pub body: Bytes,
    /// Status answered; 0 when the connection was cut instead.
    pub status: u16,
    /// Length of the answer's body.
    pub response_bytes: u64,
    /// Time to answer, in microseconds.
    pub micros: u64,
    /// The request id in the answer.
    pub request_id: Uuid,
    /// Name of the fault that was injected.
    pub fault: Option<String>,
    /// Who called, so that a replay can call as the same.
    #[serde(skip)]
    pub claims: Option<Arc<Claims>>,
    /// What was answered, for a replay to compare with. Answers of the authority are not kept.
    #[serde(skip)]
    pub answer: Option<LoggedAnswer>,
}

/// An answer in the log.
#[derive(Clone, Debug)]
pub struct LoggedAnswer {
    /// Headers.
    pub headers: HeaderMap,
    /// Body; `None` when it was too long to keep.
    pub body: Option<Bytes>,
}

impl LoggedAnswer {
    /// What is kept of an answer.
    pub fn of(response: &Response) -> Self {
        Self {
            headers: response.headers.clone(),
            body: (response.body.len() <= BODY_BYTES).then(|| response.body.clone()),
        }
    }
}

/// A form with its secrets blacked out.
pub fn without_secrets(form: &Bytes) -> Bytes {
    const SECRETS: [&str; 9] = [
        "client_secret",
        "client_assertion",
        "assertion",
        "password",
        "passwd",
        "code",
        "code_verifier",
        "refresh_token",
        "device_code",
    ];
    if form.is_empty() {
        return Bytes::new();
    }
    let fields = form_urlencoded::parse(form).map(|(name, value)| {
        let is_secret = SECRETS.contains(&name.as_ref());
        (name, if is_secret { "***".into() } else { value })
    });
    let safe = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(fields)
        .finish();
    safe.into()
}

/// A ring of requests.
#[derive(Debug)]
pub struct RequestLog {
    ring: Mutex<Ring>,
    capacity: usize,
}

#[derive(Debug, Default)]
struct Ring {
    entries: VecDeque<LoggedRequest>,
    sequence: u64,
}

impl Default for RequestLog {
    fn default() -> Self {
        Self::new(DEFAULT_CAPACITY)
    }
}

impl RequestLog {
    /// A log of the last `capacity` requests; 0 switches it off.
    pub fn new(capacity: usize) -> Self {
        Self {
            ring: Mutex::default(),
            capacity,
        }
    }

    /// Whether anything is kept.
    pub fn is_on(&self) -> bool {
        self.capacity > 0
    }

    /// Adds a request; its sequence number is given here.
    pub fn push(&self, mut entry: LoggedRequest) {
        entry.is_cut = entry.body.len() > BODY_BYTES;
        entry.body.truncate(BODY_BYTES);
        let mut ring = self.ring.lock();
        ring.sequence += 1;
        entry.sequence = ring.sequence;
        // The oldest entry is dropped outside the lock: freeing it takes longer than the push.
        let _oldest = if ring.entries.len() >= self.capacity {
            ring.entries.pop_front()
        } else {
            None
        };
        ring.entries.push_back(entry);
        drop(ring);
    }

    /// The requests kept, oldest first.
    pub fn entries(&self) -> Vec<LoggedRequest> {
        self.ring.lock().entries.iter().cloned().collect()
    }

    /// The requests kept whose sequence number is in a range, oldest first.
    pub fn between(&self, range: impl RangeBounds<u64>) -> Vec<LoggedRequest> {
        let ring = self.ring.lock();
        let entries = ring.entries.iter();
        entries
            .filter(|entry| range.contains(&entry.sequence))
            .cloned()
            .collect()
    }

    /// Requests seen since the start, kept or not.
    pub fn total(&self) -> u64 {
        self.ring.lock().sequence
    }

    /// Forgets the requests kept.
    pub fn clear(&self) {
        self.ring.lock().entries.clear();
    }
}

fn text<S: serde::Serializer>(method: &Method, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(method.as_str())
}

fn lossy<S: serde::Serializer>(body: &Bytes, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&String::from_utf8_lossy(body))
}

fn headers<S: serde::Serializer>(headers: &HeaderMap, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(
        headers
            .iter()
            .map(|(name, value)| (name.as_str(), String::from_utf8_lossy(value.as_bytes()))),
    )
}
