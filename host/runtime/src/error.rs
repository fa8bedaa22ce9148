//! Why something did not succeed, in the words of a person and in classes that a caller can act on.

use crate::idempotency::IdempotencyError;
use crate::names::listed;
use airlock_auth::AuthError;
use airlock_egress::{EgressError, RefusalCode};
use airlock_store::StoreError;
use serde::Serialize;

/// What a caller can do about an error. The command line maps each to one exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Category {
    /// The request is wrong; change it.
    Input,
    /// The credential was refused; renew it.
    Credentials,
    /// The service understood and refused.
    Refused,
    /// Something needed could not be reached; trying again may help.
    Unavailable,
    /// This host's own policy forbids it; the error names the setting that would permit it.
    Denied,
    /// A budget of this host is used up; ask for less, or raise the setting that the error names.
    Limit,
    /// A defect in the connector or in the host.
    Defect,
}

/// One fault in an input, addressed by JSON Pointer (RFC 6901).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct FieldError {
    /// Where in the input.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub message: String,
}

/// What the service said when it refused or failed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Failure {
    /// In the service's words where it had any.
    pub message: String,
    /// HTTP status, where the service answered.
    pub status: Option<u16>,
    /// The service's own error code, verbatim.
    pub code: Option<String>,
    /// The service's request id, for its support desk.
    pub request_id: Option<String>,
    /// The host itself refused, and the service was not asked. Known from the host's own door, and
    /// never from what anybody says.
    pub refused_by_host: bool,
}

/// The contract's error variant in the host's own types.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "kebab-case", tag = "kind", content = "detail")]
pub enum ConnectorError {
    /// The input is wrong: retrying cannot help.
    #[error("{}", fields(.0))]
    InvalidInput(Vec<FieldError>),
    /// The credential was refused.
    #[error("the credential was refused: {}", .0.message)]
    Unauthenticated(Failure),
    /// The credential is good but may not do this.
    #[error("not allowed: {}", .0.message)]
    Forbidden(Failure),
    /// There is no such row, table or resource.
    #[error("not found: {}", .0.message)]
    NotFound(Failure),
    /// A precondition, key or duplicate rule was violated.
    #[error("conflict: {}", .0.message)]
    Conflict(Failure),
    /// The service asks its callers to slow down.
    #[error("throttled: {}", failure.message)]
    Throttled {
        /// What the service said.
        failure: Failure,
        /// How long it asks to wait, in milliseconds.
        retry_after_ms: Option<u64>,
    },
    /// Nothing was done, or it is not known whether it was.
    #[error("unavailable: {}", .0.message)]
    Unavailable(Failure),
    /// The service understood and refused, for a reason of its own.
    #[error("refused: {}", .0.message)]
    Rejected(Failure),
    /// The trigger's cursor is too old for the service.
    #[error("the cursor has expired: {}", .0.message)]
    CursorExpired(Failure),
    /// A defect in the connector.
    #[error("defect in the connector: {0}")]
    Internal(String),
}

fn fields(errors: &[FieldError]) -> String {
    let mut text = String::new();
    for error in errors {
        if !text.is_empty() {
            text.push_str("; ");
        }
        if !error.pointer.is_empty() {
            text.push_str(&error.pointer);
            text.push_str(": ");
        }
        text.push_str(&error.message);
    }
    if text.is_empty() {
        text.push_str("the input is wrong");
    }
    text
}

/// What was most likely meant, or all that there is.
fn hint(nearest: &Option<String>, known: &[String]) -> String {
    match nearest {
        Some(name) => format!("; did you mean \"{name}\"?"),
        None if known.is_empty() => String::new(),
        None => {
            let known: Vec<&str> = known.iter().map(String::as_str).collect();
            format!("; there are: {}", listed(&known))
        }
    }
}

impl ConnectorError {
    /// What a caller can do about it.
    pub fn category(&self) -> Category {
        match self {
            Self::InvalidInput(_) => Category::Input,
            Self::Unauthenticated(_) => Category::Credentials,
            Self::Forbidden(_)
            | Self::NotFound(_)
            | Self::Conflict(_)
            | Self::Rejected(_)
            | Self::CursorExpired(_) => Category::Refused,
            Self::Throttled { .. } | Self::Unavailable(_) => Category::Unavailable,
            Self::Internal(_) => Category::Defect,
        }
    }

    /// What the service said, where it spoke at all.
    pub fn failure(&self) -> Option<&Failure> {
        match self {
            Self::Unauthenticated(failure)
            | Self::Forbidden(failure)
            | Self::NotFound(failure)
            | Self::Conflict(failure)
            | Self::Unavailable(failure)
            | Self::Rejected(failure)
            | Self::CursorExpired(failure)
            | Self::Throttled { failure, .. } => Some(failure),
            Self::InvalidInput(_) | Self::Internal(_) => None,
        }
    }

    /// The same, to be completed.
    pub(crate) fn failure_mut(&mut self) -> Option<&mut Failure> {
        match self {
            Self::Unauthenticated(failure)
            | Self::Forbidden(failure)
            | Self::NotFound(failure)
            | Self::Conflict(failure)
            | Self::Unavailable(failure)
            | Self::Rejected(failure)
            | Self::CursorExpired(failure)
            | Self::Throttled { failure, .. } => Some(failure),
            Self::InvalidInput(_) | Self::Internal(_) => None,
        }
    }
}

/// Everything that can go wrong between a caller and a connector's answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HostError {
    /// The connector answered with an error.
    #[error(transparent)]
    Connector(#[from] ConnectorError),
    /// The caller named something that is not there, or gave something that cannot be used.
    #[error("{0}")]
    Input(String),
    /// The caller named something that is not there.
    #[error("there is no {what} \"{name}\"{}", hint(nearest, known))]
    Unknown {
        /// What it should have been, such as `connection`.
        what: &'static str,
        /// The name that nothing has.
        name: String,
        /// The name that was most likely meant.
        nearest: Option<String>,
        /// Every name that there is.
        known: Vec<String>,
    },
    /// Several faults in one input.
    #[error("{}", fields(.0))]
    Fields(Vec<FieldError>),
    /// The idempotency key cannot be used, or not for this call; nothing was sent.
    #[error(transparent)]
    Idempotency(#[from] IdempotencyError),
    /// The configuration file cannot be used.
    #[error("configuration {path}: {message}")]
    Config {
        /// The file.
        path: String,
        /// What is wrong with it.
        message: String,
    },
    /// The component is not one that this host can run.
    #[error("this component cannot be run: {0}")]
    Component(String),
    /// The component broke one of its budgets and was stopped.
    #[error("the connector was stopped: {budget} ({limit}); {advice}")]
    Budget {
        /// Which budget.
        budget: &'static str,
        /// Its size, with unit.
        limit: String,
        /// The setting that would raise it.
        advice: String,
    },
    /// The component trapped.
    #[error("the connector crashed: {0}")]
    Trap(String),
    /// The call did not finish in time.
    #[error("no answer within {after_ms} ms; the call was abandoned ({advice})")]
    Deadline {
        /// The deadline, in milliseconds.
        after_ms: u64,
        /// What to change.
        advice: String,
    },
    /// The tenant has as much under way as it may.
    #[error("tenant \"{tenant}\" is busy: {message}")]
    Busy {
        /// The tenant.
        tenant: String,
        /// Which limit, and how to raise it.
        message: String,
    },
    /// The host closes: it ends what is under way and begins nothing.
    #[error(
        "this host is closing and takes no more calls; nothing was sent, send it to another one"
    )]
    Closed,
    /// State could not be read or written.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A credential could not be had.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// The way out refused or failed.
    #[error(transparent)]
    Egress(#[from] EgressError),
    /// A file of the host's own could not be read or written.
    #[error("{what} {path}: {source}")]
    File {
        /// What was being done.
        what: &'static str,
        /// Which file.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// A defect in the host.
    #[error("defect in the host: {0}")]
    Defect(String),
}

impl HostError {
    /// What a caller can do about it.
    pub fn category(&self) -> Category {
        match self {
            Self::Connector(error) => error.category(),
            Self::Input(_)
            | Self::Unknown { .. }
            | Self::Fields(_)
            | Self::Idempotency(_)
            | Self::Config { .. }
            | Self::Component(_)
            | Self::Egress(EgressError::Configuration { .. }) => Category::Input,
            Self::Auth(error) => match error {
                AuthError::Refused { .. }
                | AuthError::SignInNeeded { .. }
                | AuthError::OtherPerson { .. } => Category::Credentials,
                AuthError::Invalid { .. } => Category::Input,
                _ => Category::Unavailable,
            },
            Self::Egress(error) => match error.refusal().map(|refusal| refusal.code) {
                Some(
                    RefusalCode::CredentialRefused
                    | RefusalCode::CredentialRejected
                    | RefusalCode::SignInNeeded
                    | RefusalCode::CredentialInvalid,
                ) => Category::Credentials,
                Some(RefusalCode::EgressDenied) => Category::Denied,
                _ => Category::Unavailable,
            },
            Self::Store(
                StoreError::InUse { .. }
                | StoreError::Exists { .. }
                | StoreError::NoSuchConnector { .. },
            ) => Category::Input,
            Self::Deadline { .. }
            | Self::Busy { .. }
            | Self::Closed
            | Self::File { .. }
            | Self::Store(_) => Category::Unavailable,
            Self::Budget { .. } => Category::Limit,
            Self::Trap(_) | Self::Defect(_) => Category::Defect,
        }
    }
}
