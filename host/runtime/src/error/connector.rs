//! What a connector answers when it does not do what it was asked: the contract's error variant in the
//! host's own types.

use super::{Category, ErrorCode};
use airlock_egress::RefusalCode;
use serde::Serialize;

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

impl Failure {
    /// Why the host itself answered in the service's place; nothing where the service was asked.
    pub fn refusal(&self) -> Option<RefusalCode> {
        let code = self.code.as_deref().filter(|_| self.refused_by_host)?;
        RefusalCode::parse(code)
    }
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

pub(super) fn fields(errors: &[FieldError]) -> String {
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

impl ConnectorError {
    /// What a caller can do about it.
    pub fn category(&self) -> Category {
        match self.failure().and_then(Failure::refusal) {
            Some(RefusalCode::EgressDenied) => return Category::Denied,
            Some(RefusalCode::CredentialUnreachable | RefusalCode::Unreachable) => {
                return Category::Unavailable;
            }
            _ => {}
        }
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

    /// What happened, for programs. What the host refused itself is not blamed on the service.
    pub fn code(&self) -> ErrorCode {
        if let Some(refusal) = self.failure().and_then(Failure::refusal) {
            return refusal.into();
        }
        match self {
            Self::InvalidInput(_) => ErrorCode::InvalidInput,
            Self::Unauthenticated(_) => ErrorCode::CredentialRefused,
            Self::Forbidden(_) => ErrorCode::Forbidden,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Conflict(failure) => match failure.status {
                Some(412) => ErrorCode::PreconditionFailed,
                _ => ErrorCode::Conflict,
            },
            Self::Throttled { .. } => ErrorCode::Throttled,
            Self::Unavailable(_) => ErrorCode::ServiceUnavailable,
            Self::Rejected(_) => ErrorCode::Rejected,
            Self::CursorExpired(_) => ErrorCode::CursorExpired,
            Self::Internal(_) => ErrorCode::ConnectorFailed,
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

impl From<RefusalCode> for ErrorCode {
    fn from(refusal: RefusalCode) -> Self {
        match refusal {
            RefusalCode::EgressDenied => Self::EgressDenied,
            RefusalCode::Quota => Self::Quota,
            RefusalCode::CredentialRefused => Self::CredentialRefused,
            RefusalCode::CredentialRejected => Self::CredentialRejected,
            RefusalCode::SignInNeeded => Self::SignInNeeded,
            RefusalCode::CredentialInvalid => Self::Configuration,
            RefusalCode::CredentialUnavailable => Self::CredentialUnavailable,
            RefusalCode::CredentialUnreachable | RefusalCode::Unreachable => Self::Unreachable,
        }
    }
}
