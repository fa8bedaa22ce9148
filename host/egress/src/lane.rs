//! A lane: one connection's way out.
use std::sync::Arc;
use std::time::Duration;

use airlock_auth::CredentialSource;
use bytes::Bytes;
use http_body_util::combinators::UnsyncBoxBody;

use crate::dry_run::DryRun;
use crate::error::EgressError;
use crate::policy::{LaneId, LanePolicy};

/// A body, of a request or of a response.
pub type Body = UnsyncBoxBody<Bytes, EgressError>;

/// What a caller may narrow for one request; the operator's limits hold besides.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Time for everything, to the last byte of the answer.
    pub deadline: Option<Duration>,
    /// Time to the response's headers.
    pub first_byte_timeout: Option<Duration>,
    /// Longest silence within the response's body.
    pub between_bytes_timeout: Option<Duration>,
    /// Catches the request instead of sending it.
    pub dry_run: Option<Arc<DryRun>>,
}

/// One connection's way out.
pub struct Lane {
    id: LaneId,
    policy: LanePolicy,
    credential: Option<Arc<dyn CredentialSource>>,
}

impl Lane {
    pub(crate) fn new(
        id: LaneId,
        policy: LanePolicy,
        credential: Option<Arc<dyn CredentialSource>>,
    ) -> Self {
        Self {
            id,
            policy,
            credential,
        }
    }

    /// Sends a request through all ten stages and answers the response, whose body is guarded.
    ///
    /// # Errors
    /// [`EgressError`]: refused by a stage, or failed on the wire.
    pub async fn send(
        &self,
        _request: http::Request<Body>,
        _options: SendOptions,
    ) -> Result<http::Response<Body>, EgressError> {
        let _ = (&self.policy, &self.credential);
        Err(EgressError::Configuration {
            message: format!("lane {:?} is under construction", self.id.purpose),
        })
    }
}
