//! Why something did not succeed, in the terms of the contract but without its types.
//!
//! The variants mirror the contract's `error` one to one, so that the component converts
//! without deciding anything.

use std::{fmt, time::Duration};

/// One fault in an input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldError {
    /// JSON Pointer (RFC 6901) into the action's input; empty for the input as a whole.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl FieldError {
    /// A fault at `pointer`.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self {
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}

/// What the service, or the host in its place, said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Failure {
    /// The text for a person, verbatim where the service gave one.
    pub message: String,
    /// HTTP status, where there was an answer.
    pub status: Option<u16>,
    /// The service's own code, verbatim.
    pub code: Option<String>,
    /// The service's request id, for its support desk.
    pub request_id: Option<String>,
}

impl Failure {
    /// A failure that is only a text.
    pub fn text(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            ..Self::default()
        }
    }

    /// Whether the service's code is `code`, in any case.
    #[must_use]
    pub fn has_code(&self, code: &str) -> bool {
        self.code
            .as_deref()
            .is_some_and(|have| have.eq_ignore_ascii_case(code))
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

/// Everything that can go wrong between an input and its answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The input is wrong: retrying cannot help.
    #[error("{}", join(.0))]
    InvalidInput(Vec<FieldError>),
    /// The credential was refused.
    #[error("{0}")]
    Unauthenticated(Failure),
    /// The credential is good but may not do this.
    #[error("{0}")]
    Forbidden(Failure),
    /// There is no such thing.
    #[error("{0}")]
    NotFound(Failure),
    /// A precondition, key or duplicate rule was violated.
    #[error("{0}")]
    Conflict(Failure),
    /// Too many requests.
    #[error("{failure}")]
    Throttled {
        /// What was said.
        failure: Failure,
        /// How long to wait, where that was said.
        retry_after: Option<Duration>,
    },
    /// Nothing was done, or it is not known whether it was.
    #[error("{0}")]
    Unavailable(Failure),
    /// The service understood and refused.
    #[error("{0}")]
    Rejected(Failure),
    /// A change-tracking position is too old.
    #[error("{0}")]
    CursorExpired(Failure),
    /// A defect in the connector.
    #[error("{0}")]
    Internal(String),
}

impl Error {
    /// One fault in the input.
    pub fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> Self {
        Self::InvalidInput(vec![FieldError::new(pointer, message)])
    }

    /// The same error with a sentence more in its text.
    #[must_use]
    pub fn noting(mut self, note: &str) -> Self {
        let text = match &mut self {
            Self::Unauthenticated(failure)
            | Self::Forbidden(failure)
            | Self::NotFound(failure)
            | Self::Conflict(failure)
            | Self::Throttled { failure, .. }
            | Self::Unavailable(failure)
            | Self::Rejected(failure)
            | Self::CursorExpired(failure) => &mut failure.message,
            Self::Internal(text) => text,
            Self::InvalidInput(faults) => match faults.first_mut() {
                Some(fault) => &mut fault.message,
                None => return self,
            },
        };
        let said = text.trim_end().trim_end_matches('.').len();
        text.truncate(said);
        text.push_str("; ");
        text.push_str(note);
        self
    }

    /// What the service said, where it said something.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Unauthenticated(failure)
            | Self::Forbidden(failure)
            | Self::NotFound(failure)
            | Self::Conflict(failure)
            | Self::Throttled { failure, .. }
            | Self::Unavailable(failure)
            | Self::Rejected(failure)
            | Self::CursorExpired(failure) => Some(failure),
            Self::InvalidInput(_) | Self::Internal(_) => None,
        }
    }
}

fn join(faults: &[FieldError]) -> String {
    let lines: Vec<String> = faults
        .iter()
        .map(|fault| match fault.pointer.as_str() {
            "" => fault.message.clone(),
            pointer => format!("{pointer}: {}", fault.message),
        })
        .collect();
    lines.join("; ")
}
