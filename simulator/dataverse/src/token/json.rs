//! How the authority writes JSON.

use http::StatusCode;
use serde_json::Value;

use crate::http::Response;

/// A JSON answer with the authority's headers.
pub(super) fn json(status: StatusCode, body: &Value) -> Response {
    Response::of_type(status, "application/json; charset=utf-8", body.to_string())
        .with_header("cache-control", "no-store, no-cache")
        .with_header("pragma", "no-cache")
        .with_header("expires", "-1")
}
