//! Errors as Dataverse shapes them: a status and `{"error":{"code","message"}}`.
//!
//! Codes and texts come from the public error reference; the constructors below are those that more than one room
//! needs. Rarer ones are made with [`SimError::new`] where they occur.

use std::borrow::Cow;

use http::StatusCode;

use super::{Annotations, MetadataLevel, Response};

/// A failed request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{status}: {code} {message}")]
pub struct SimError {
    /// HTTP status.
    pub status: StatusCode,
    /// `0x` and eight hex digits, `0x0`, or empty.
    pub code: Cow<'static, str>,
    /// Text for people.
    pub message: String,
    /// Extra response headers, such as `Retry-After`.
    pub headers: Vec<(&'static str, String)>,
    /// Annotations of this error alone, by name without `@`; sent to those who ask for them.
    pub details: Vec<(&'static str, String)>,
    /// Whether what the request did before it failed stays done, as with elastic tables.
    pub keeps_work: bool,
}

/// Generic OData and URL error; the recent backend's answer to most mistakes in a request line.
const URL_ERROR: &str = "0x80060888";
/// Where the service sends people for help; the code follows.
const HELP_LINK: &str =
    "http://go.microsoft.com/fwlink/?LinkID=398563&error=Microsoft.Crm.CrmException%3a";
/// Payload error.
const PAYLOAD_ERROR: &str = "0x80048d19";

impl SimError {
    /// The service's answer to a bound operation that is called without its namespace or without what it is bound to.
    pub fn unresolved_parameters() -> Self {
        Self::bad_url("Request message has unresolved parameters")
    }

    /// Any error.
    pub fn new(status: StatusCode, code: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            code: Cow::Borrowed(code),
            message: message.into(),
            headers: Vec::new(),
            details: Vec::new(),
            keeps_work: false,
        }
    }

    /// 400 `0x80060888`: the URL or query cannot be understood.
    pub fn bad_url(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, URL_ERROR, message)
    }

    /// 400 `0x80048d19`: the body cannot be understood. The text is put into the service's frame.
    pub fn bad_payload(entity_set: &str, detail: impl std::fmt::Display) -> Self {
        let message = format!(
            "Error identified in Payload provided by the user for Entity :'{entity_set}', For more information on \
             this error please follow this help link https://go.microsoft.com/fwlink/?linkid=2195293  ---->  \
             InnerException : Microsoft.OData.ODataException: {detail}"
        );
        Self::new(StatusCode::BAD_REQUEST, PAYLOAD_ERROR, message)
    }

    /// 400 `0x80040203`: an argument makes no sense.
    pub fn invalid_argument(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "0x80040203", message)
    }

    /// 404 `0x80060888`: no such entity set, function or path segment.
    pub fn unknown_segment(segment: &str) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            URL_ERROR,
            format!("Resource not found for the segment '{segment}'."),
        )
    }

    /// 400 `0x80060888`: `$select`, `$filter` or `$orderby` names a property the type lacks.
    pub fn unknown_property(property: &str, table: &str) -> Self {
        Self::bad_url(format!(
            "Could not find a property named '{property}' on type 'Microsoft.Dynamics.CRM.{table}'."
        ))
    }

    /// 404 `0x80040217`: no row with this id.
    pub fn row_not_found(table: &str, id: uuid::Uuid) -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "0x80040217",
            format!("{table} With Id = {id} Does Not Exist"),
        )
    }

    /// 405 `0x80060888`: the resource has no such method.
    pub fn method_not_allowed(message: impl Into<String>) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, URL_ERROR, message)
    }

    /// 404 with an empty code: a function was posted to, or an action read.
    pub fn wrong_verb(url: &str) -> Self {
        let message = format!("No HTTP resource was found that matches the request URI '{url}'.");
        Self::new(StatusCode::NOT_FOUND, "", message)
    }

    /// 501: part of the Web API that this simulator does not have yet. Says so instead of pretending.
    pub fn not_simulated(what: impl std::fmt::Display) -> Self {
        let message = format!("The simulator does not implement {what} yet.");
        Self::new(StatusCode::NOT_IMPLEMENTED, URL_ERROR, message)
    }

    /// 500 `0x80040216`: the simulator itself failed, for example on a full disk.
    pub fn unexpected(detail: impl std::fmt::Display) -> Self {
        let message = format!("An unexpected error occurred. ({detail})");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "0x80040216", message)
    }

    /// Adds a response header.
    #[must_use]
    pub fn with_header(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The answer on the wire. Without code and text it has no body, as a refused token's.
    pub fn into_response(self) -> Response {
        self.into_annotated_response(&Annotations::default())
    }

    /// The answer on the wire with the detail a caller asked for through `odata.include-annotations`. Details that
    /// only a plug-in could give are left out, as the service leaves them out.
    pub fn into_annotated_response(self, annotations: &Annotations) -> Response {
        if self.code.is_empty() && self.message.is_empty() {
            let response = Response::empty(self.status);
            return self
                .headers
                .iter()
                .fold(response, |response, (name, value)| {
                    response.with_header(name, value)
                });
        }
        let mut error = serde_json::Map::new();
        error.insert("code".to_owned(), self.code.as_ref().into());
        error.insert("message".to_owned(), self.message.as_str().into());
        for (name, text) in [
            (
                "Microsoft.PowerApps.CDS.HelpLink",
                format!(
                    "{HELP_LINK}{}&client=platform",
                    self.code.trim_start_matches("0x")
                ),
            ),
            ("Microsoft.PowerApps.CDS.TraceText", String::new()),
            (
                "Microsoft.PowerApps.CDS.InnerError.Message",
                self.message.clone(),
            ),
        ] {
            if annotations.includes(name) {
                error.insert(format!("@{name}"), text.into());
            }
        }
        for (name, text) in &self.details {
            if annotations.includes(name) {
                error.insert(format!("@{name}"), text.as_str().into());
            }
        }
        let body = serde_json::json!({ "error": error });
        let mut response = Response::json(self.status, body.to_string(), MetadataLevel::Minimal);
        for (name, value) in self.headers {
            response = response.with_header(name, &value);
        }
        response
    }
}

impl From<SimError> for Response {
    fn from(error: SimError) -> Self {
        error.into_response()
    }
}
