//! A lane as the runtime holds it: a handle to what the lane shares, and a credential of its own. The journey
//! through the stages gives it `send`.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use airlock_auth::{Credential, CredentialSource};

use crate::error::EgressError;
use crate::lane::core::LaneCore;
use crate::policy::LaneId;
use crate::stages::inject::Injection;

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

    /// Brings a credential into the form in which it goes on a request, once for each. From here on
    /// it does not come in with any answer.
    pub(crate) fn prepare(&self, credential: Credential) -> Result<Arc<Injection>, EgressError> {
        let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = prepared.as_ref()
            && known.is_of(&credential)
        {
            return Ok(Arc::clone(known));
        }
        let judge = &self.core.shared.judge;
        let fresh = Injection::new(credential, |field| judge.may_carry_credential(field))?;
        let fresh = Arc::new(fresh);
        let confidential = &self.core.confidential;
        confidential.leaves(fresh.secrets(), fresh.credential().expires_at());
        if let Some(source) = &self.credential {
            confidential.learn(source.secrets());
        }
        *prepared = Some(Arc::clone(&fresh));
        Ok(fresh)
    }
}
