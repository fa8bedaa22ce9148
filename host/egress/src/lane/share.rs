//! One tenant's part of what all tenants of a process share: files for its sockets, and threads for its name
//! look-ups. However many connections a tenant has, they have one share between them.

use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::config::EgressConfig;
use crate::open_files;
use crate::policy::Purpose;
use crate::wire::sockets::Sockets;

/// Name look-ups of one tenant at once. The system's resolver takes a thread for each, of some hundreds that
/// the store and the compiler use as well, and keeps it until the name server answers or is given up on,
/// long after the request has. Names are few and remembered; this many at once are a slow name server's.
const LOOK_UPS: usize = 16;

/// The share of one tenant.
#[derive(Debug)]
pub(crate) struct Share {
    /// The tenant, for messages.
    pub(crate) tenant: String,
    /// Places for requests under way.
    pub(crate) in_flight: Arc<Semaphore>,
    /// How many there are.
    pub(crate) limit: usize,
    /// Permits for sockets that may wait for their next request.
    kept: Arc<Semaphore>,
    /// Permits for sockets that may not.
    passing: Arc<Semaphore>,
    /// Places for name look-ups.
    pub(crate) look_ups: Arc<Semaphore>,
}

impl Share {
    pub(crate) fn new(tenant: String, config: &EgressConfig) -> Arc<Self> {
        let limit = match config.max_in_flight_per_tenant {
            0 => open_files::part(open_files::limit()),
            given => given,
        }
        .min(Semaphore::MAX_PERMITS);
        Arc::new(Self {
            tenant,
            in_flight: Arc::new(Semaphore::new(limit)),
            limit,
            kept: Arc::new(Semaphore::new(limit)),
            passing: Arc::new(Semaphore::new(limit)),
            look_ups: Arc::new(Semaphore::new(LOOK_UPS)),
        })
    }

    /// Permits for the sockets of one lane. Token requests take what there is and wait for none:
    /// whoever waits for a token may hold the last one.
    pub(crate) fn sockets(&self, purpose: Purpose) -> Sockets {
        let passing = (purpose == Purpose::Api).then(|| Arc::clone(&self.passing));
        Sockets::new(Arc::clone(&self.kept), passing)
    }
}
