//! What one failed attempt means: the error for the caller, and what it says about trying again.

use std::time::Duration;

use airlock_connector::{
    Error, Failure, TransportError,
    http::{Response, retry_after},
};

use crate::webapi::{
    refusal::is_of_host,
    reply,
    retry::{Outcome, Safety},
};

/// What one failed attempt means.
pub(super) struct Fate {
    pub(super) error: Error,
    /// `None` when repeating is pointless.
    pub(super) outcome: Option<Seen>,
    /// Whether the service may have carried the call out.
    pub(super) uncertain: bool,
    /// How long everybody has to wait.
    pub(super) pause: Option<Duration>,
}

/// [`Outcome`] without a borrow.
pub(super) enum Seen {
    Answered {
        status: u16,
        code: Option<String>,
        retry_after: Option<Duration>,
    },
    NotSent,
    Interrupted,
}

impl Seen {
    pub(super) fn borrow(&self) -> Outcome<'_> {
        match self {
            Self::Answered {
                status,
                code,
                retry_after,
            } => Outcome::Answered {
                status: *status,
                code: code.as_deref(),
                retry_after: *retry_after,
            },
            Self::NotSent => Outcome::NotSent,
            Self::Interrupted => Outcome::Interrupted,
        }
    }
}

impl Fate {
    pub(super) fn of_response(response: &Response) -> Self {
        let error = reply::error_of(response);
        let retry_after = retry_after(&response.headers);
        let code = error.failure().and_then(|failure| failure.code.clone());
        // What the host answers itself never reached the service, and the host has tried already.
        let of_host = is_of_host(&response.headers);
        let answered = Seen::Answered {
            status: response.status,
            code,
            retry_after,
        };
        Self {
            uncertain: response.status >= 500 && !of_host,
            pause: retry_after.filter(|_| response.status == 429),
            outcome: Some(answered).filter(|_| !of_host || retry_after.is_some()),
            error,
        }
    }

    pub(super) fn of_transport(error: TransportError, safety: Safety) -> Self {
        let (outcome, uncertain) = match &error {
            TransportError::NotSent(_) => (Some(Seen::NotSent), false),
            TransportError::Interrupted(_) => (Some(Seen::Interrupted), true),
            TransportError::Denied(_) => (None, false),
        };
        let error = match error {
            TransportError::Denied(text) => Error::Forbidden(Failure::text(text)),
            TransportError::Interrupted(text) if safety == Safety::Once => {
                Error::Unavailable(Failure::text(format!(
                    "{text}; it is not known whether the service carried the request out: look before repeating it"
                )))
            }
            TransportError::Interrupted(text) | TransportError::NotSent(text) => {
                Error::Unavailable(Failure::text(text))
            }
        };
        Self {
            error,
            outcome,
            uncertain,
            pause: None,
        }
    }
}
