//! The way out as a whole: what all lanes of a process share.
use std::sync::Arc;

use airlock_auth::CredentialSource;

use crate::config::EgressConfig;
use crate::error::EgressError;
use crate::lane::Lane;
use crate::policy::{LaneId, LanePolicy};
use crate::resolve::Resolve;
use crate::sinks::AuditSink;

/// The only way out of a process.
pub struct Egress {
    _config: EgressConfig,
    _resolver: Arc<dyn Resolve>,
    _audit: Arc<dyn AuditSink>,
}

impl Egress {
    /// Builds the way out.
    ///
    /// # Errors
    /// [`EgressError::Configuration`] when a trusted root cannot be read or a limit makes no sense.
    pub fn new(
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        audit: Arc<dyn AuditSink>,
    ) -> Result<Arc<Self>, EgressError> {
        Ok(Arc::new(Self {
            _config: config,
            _resolver: resolver,
            _audit: audit,
        }))
    }

    /// The lane of `id`: cheap, its pools are kept as long as `id` and `policy` stay the same.
    pub fn lane(
        self: &Arc<Self>,
        id: LaneId,
        policy: LanePolicy,
        credential: Option<Arc<dyn CredentialSource>>,
    ) -> Arc<Lane> {
        Arc::new(Lane::new(id, policy, credential))
    }

    /// Closes the pools of `id`, as when its connection is removed.
    pub fn close(&self, _id: &LaneId) {}
}
