//! A batch's body understood: single requests and change sets, in order.
//!
//! Layer: batch, pure.

use std::collections::HashSet;

use bytes::Bytes;
use http::{HeaderMap, Method, header};

use crate::http::{ODataRequest, SimError};

use super::address::Target;
use super::{MAX_OPERATIONS, malformed, message, multipart};

/// One part of a batch.
pub(super) enum Item {
    /// A request that succeeds or fails alone.
    Single(Operation),
    /// Requests that succeed or fail together.
    ChangeSet(Vec<Operation>),
}

/// A request as the batch has it.
#[derive(Debug)]
pub(super) struct Operation {
    /// `Content-ID` of the part, by which later requests of a change set refer to this one.
    pub(super) content_id: Option<String>,
    /// The method.
    pub(super) method: Method,
    /// The URL as written.
    pub(super) url: String,
    /// The request's own header fields; those of the batch do not count.
    pub(super) headers: HeaderMap,
    /// The body.
    pub(super) body: Bytes,
}

impl Operation {
    /// The request to the data API, at the place that its URL was found to mean.
    pub(super) fn request(&self, target: Target<'_>, body: Bytes) -> ODataRequest {
        ODataRequest::new(
            self.method.clone(),
            target.path,
            target.query,
            self.headers.clone(),
            body,
        )
    }
}

/// Reads the whole body of a batch.
///
/// # Errors
/// 400 for whatever is malformed or not allowed in a batch.
pub(super) fn read(body: &Bytes, boundary: &str) -> Result<Vec<Item>, SimError> {
    let mut items = Vec::new();
    let mut count = 0;
    for part in multipart::parts(body, boundary)? {
        let (head, content) = multipart::split_head(part)?;
        let headers = multipart::headers(head)?;
        let item = match kind(&headers)? {
            Kind::Request => Item::Single(operation(body, &headers, content)?),
            Kind::Parts(boundary) => Item::ChangeSet(change_set(body, content, &boundary)?),
        };
        count += match &item {
            Item::Single(_) => 1,
            Item::ChangeSet(operations) => operations.len(),
        };
        if count > MAX_OPERATIONS {
            return Err(malformed(format!(
                "The current batch message contains too many parts. Only batch messages with a maximum number of \
                 '{MAX_OPERATIONS}' query operations and change sets are allowed."
            )));
        }
        items.push(item);
    }
    Ok(items)
}

enum Kind {
    Request,
    Parts(String),
}

fn kind(headers: &HeaderMap) -> Result<Kind, SimError> {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if media_type.eq_ignore_ascii_case("application/http") {
        return Ok(Kind::Request);
    }
    if media_type.eq_ignore_ascii_case("multipart/mixed") {
        return multipart::boundary(content_type).map(Kind::Parts);
    }
    Err(malformed(format!(
        "An invalid content type '{media_type}' was found in a part of the batch request; 'application/http' or \
         'multipart/mixed' is expected."
    )))
}

fn change_set(body: &Bytes, content: &[u8], boundary: &str) -> Result<Vec<Operation>, SimError> {
    let mut operations = Vec::new();
    let mut ids = HashSet::new();
    for part in multipart::parts(content, boundary)? {
        let (head, content) = multipart::split_head(part)?;
        let headers = multipart::headers(head)?;
        let Kind::Request = kind(&headers)? else {
            return Err(malformed("A change set cannot contain another change set."));
        };
        let operation = operation(body, &headers, content)?;
        if operation.method == Method::GET {
            return Err(malformed(
                "An invalid HTTP method 'GET' was detected for a request in a change set. Requests in change sets only \
                 support the HTTP methods 'POST', 'PUT', 'DELETE', and 'PATCH'.",
            ));
        }
        let Some(id) = &operation.content_id else {
            return Err(malformed("Content-ID header not present"));
        };
        if !ids.insert(id.clone()) {
            return Err(malformed(format!(
                "The content ID '{id}' was found more than once in the same change set. Content IDs have to be unique \
                 across all operations of a change set."
            )));
        }
        operations.push(operation);
    }
    Ok(operations)
}

fn operation(body: &Bytes, headers: &HeaderMap, content: &[u8]) -> Result<Operation, SimError> {
    let message = message::read(content)?;
    let content_id = headers
        .get("content-id")
        .or_else(|| message.headers.get("content-id"))
        .and_then(|value| value.to_str().ok())
        .map(|id| id.trim().to_owned())
        .filter(|id| !id.is_empty());
    Ok(Operation {
        content_id,
        method: message.method,
        url: message.url,
        headers: message.headers,
        body: body.slice_ref(message.body),
    })
}
