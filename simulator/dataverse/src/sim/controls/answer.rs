//! Answers of the interface: JSON, or one sentence that says what was wrong.

use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::http::Response;

/// An answer or why there is none.
pub(super) type Outcome = Result<Response, Refusal>;

/// A sentence for whoever asked.
#[derive(Debug)]
pub(super) struct Refusal {
    status: StatusCode,
    message: String,
    allowed: Option<&'static str>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            message: message.into(),
            allowed: None,
        }
    }

    /// The request itself is wrong.
    pub(super) fn wrong(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }

    /// What it names does not exist.
    pub(super) fn missing(message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, message)
    }

    /// The simulator could not do it.
    pub(super) fn failed(error: impl std::fmt::Display) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
    }

    /// With the methods that are possible.
    pub(super) fn allowing(mut self, methods: &'static str) -> Self {
        self.allowed = Some(methods);
        self
    }

    pub(super) fn into_response(self) -> Response {
        let body = json!({ "message": self.message }).to_string();
        let response = Response::of_type(self.status, "application/json", body);
        match self.allowed {
            Some(methods) => response.with_header("allow", methods),
            None => response,
        }
    }
}

/// JSON.
pub(super) fn answer(value: &Value) -> Outcome {
    Ok(with_status(StatusCode::OK, value))
}

/// JSON of something that was made.
pub(super) fn made(value: &Value) -> Outcome {
    Ok(with_status(StatusCode::CREATED, value))
}

/// Nothing to say.
pub(super) fn done() -> Outcome {
    Ok(Response::empty(StatusCode::NO_CONTENT))
}

/// A body that has to be something; the refusal says what and why it is not.
pub(super) fn read<T: DeserializeOwned>(body: &Bytes, what: &str) -> Result<T, Refusal> {
    serde_json::from_slice(body)
        .map_err(|error| Refusal::wrong(format!("This is no {what}: {error}.")))
}

fn with_status(status: StatusCode, value: &Value) -> Response {
    Response::of_type(status, "application/json", value.to_string())
        .with_header("cache-control", "no-store")
}
