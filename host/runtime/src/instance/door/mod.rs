//! The two doors of an instance to its connection's one way out: `web` for whole exchanges,
//! `wasi:http` for streams.
//!
//! Both end in [`Door::send`], and it ends in the lane: there is no other way.

mod http;
mod verdict;
mod web;

pub(super) use http::Hooks;

use super::state::CpuMeter;
use airlock_egress::{Body, DryRun, EgressError, Lane, SendOptions};
use std::sync::Arc;
use std::time::Duration;
use verdict::Verdict;

/// An instance's way out; without a lane, every request is refused.
pub(super) struct Door {
    lane: Option<Arc<Lane>>,
    dry_run: Option<Arc<DryRun>>,
    cpu: CpuMeter,
}

/// How long a component is ready to wait; the operator's limits hold besides.
#[derive(Clone, Copy, Default)]
struct Patience {
    first_byte: Option<Duration>,
    between_bytes: Option<Duration>,
}

impl Door {
    pub(super) fn new(
        lane: Option<Arc<Lane>>,
        dry_run: Option<Arc<DryRun>>,
        cpu: CpuMeter,
    ) -> Self {
        Self { lane, dry_run, cpu }
    }

    /// Sends a request; what the host refuses comes back as an answer of its own.
    async fn send(
        &self,
        request: Box<::http::Request<Body>>,
        patience: Patience,
    ) -> Result<::http::Response<Body>, Verdict> {
        self.cpu.reset();
        let Some(lane) = &self.lane else {
            return Err(Verdict::Denied(
                "there is no way out while a manifest is read".to_owned(),
            ));
        };
        let options = SendOptions {
            first_byte_timeout: patience.first_byte,
            between_bytes_timeout: patience.between_bytes,
            dry_run: self.dry_run.clone(),
            ..SendOptions::default()
        };
        let answered = lane.send(request, options).await;
        self.cpu.reset();
        answered.or_else(|error: EgressError| verdict::answer(&error))
    }
}
