//! A way out with some defences down.

use std::sync::Arc;

use super::{Defences, Judge};
use crate::config::EgressConfig;
use crate::egress::Egress;
use crate::error::EgressError;
use crate::lane::handle::Lane;
use crate::resolve::Resolve;
use crate::sinks::AuditSink;

impl Egress {
    /// Builds a way out with some defences down. For behaviour tests only.
    ///
    /// # Errors
    /// As [`Egress::new`].
    pub fn with_defences(
        config: EgressConfig,
        resolver: Arc<dyn Resolve>,
        audit: Arc<dyn AuditSink>,
        defences: Defences,
    ) -> Result<Arc<Self>, EgressError> {
        let judge = Judge::lowered(defences, Arc::clone(&resolver));
        Self::judged_by(judge, lower(config, defences), resolver, audit)
    }
}

impl Lane {
    /// Which defences are up, for a caller that has some of its own to lower along.
    pub fn defences(&self) -> Defences {
        self.core.shared.judge.defences()
    }
}

/// Limits that are far away are none.
fn lower(mut config: EgressConfig, defences: Defences) -> EgressConfig {
    if !defences.quotas {
        config.max_in_flight_per_connection = usize::MAX;
        config.max_in_flight_per_tenant = usize::MAX;
        config.requests_per_second_per_connection = None;
    }
    if !defences.deadlines {
        config.connect_timeout_ms = u64::MAX;
        config.tls_timeout_ms = u64::MAX;
        config.response_header_timeout_ms = u64::MAX;
        config.between_bytes_timeout_ms = u64::MAX;
        config.total_timeout_ms = u64::MAX;
    }
    if !defences.body_limits {
        config.max_request_body_bytes = u64::MAX;
        config.max_response_body_bytes = u64::MAX;
    }
    config
}
