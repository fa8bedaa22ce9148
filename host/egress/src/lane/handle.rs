//! A lane: one connection's way out, as the runtime holds it.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use airlock_auth::{Credential, CredentialSource};
use bytes::Bytes;
use http::{Request, Response};
use http_body_util::combinators::UnsyncBoxBody;

use crate::dry_run::DryRun;
use crate::error::EgressError;
use crate::journey::admission;
use crate::lane::core::LaneCore;
use crate::policy::LaneId;
use crate::stages::inject::Injection;

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

/// Who wrote a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sender {
    /// A component, which is trusted with nothing.
    Guest,
    /// The host itself, on its way to an authority.
    Host,
}

/// One connection's way out. A handle: pools and quotas are shared by all handles of the same id
/// and policy, the credential is this handle's own.
pub struct Lane {
    pub(crate) core: Arc<LaneCore>,
    pub(crate) credential: Option<Arc<dyn CredentialSource>>,
    /// The credential last leased, in the form in which it goes on a request.
    prepared: Mutex<Option<Arc<Injection>>>,
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane")
            .field("id", &self.core.id)
            .field("policy", &self.core.policy)
            .finish_non_exhaustive()
    }
}

impl Lane {
    pub(crate) fn new(core: Arc<LaneCore>, credential: Option<Arc<dyn CredentialSource>>) -> Self {
        // Before the first lease: hosts that get no credential may show what the authority was sent.
        if let Some(source) = &credential {
            core.confidential.learn(source.secrets());
        }
        Self {
            core,
            credential,
            prepared: Mutex::new(None),
        }
    }

    /// Whose lane it is.
    pub fn id(&self) -> &LaneId {
        &self.core.id
    }

    /// Sends a request through all ten stages and answers with the response, whose body is guarded.
    /// A box is handed on as it is; by value, every step on the way would keep a place for it.
    /// Cancel-safe: dropping the future gives up the request and its place in the quota.
    ///
    /// # Errors
    /// [`EgressError`]: refused by a stage, or failed on the wire. The response's body ends with the
    /// same type of error when it is too large, too slow or breaks off.
    pub fn send(
        &self,
        request: impl Into<Box<Request<Body>>>,
        options: SendOptions,
    ) -> impl Future<Output = Result<Response<Body>, EgressError>> {
        admission::send(self, request.into(), options, Sender::Guest)
    }

    /// Brings a credential into the form in which it goes on a request, once for each. From here on
    /// it does not come in with any answer.
    pub(crate) fn prepare(&self, credential: Credential) -> Result<Arc<Injection>, EgressError> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = prepared.as_ref()
            && known.is_of(&credential)
        {
            return Ok(Arc::clone(known));
        }
        let fresh = Arc::new(Injection::new(credential)?);
        let confidential = &self.core.confidential;
        confidential.leaves(fresh.secrets(), fresh.credential().expires_at());
        if let Some(source) = &self.credential {
            confidential.learn(source.secrets());
        }
        *prepared = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
