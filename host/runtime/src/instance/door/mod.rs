//! The two doors of an instance to its connection's one way out: `wasi:http`, and `web` for whole
//! exchanges.
//!
//! Both end in [`Door::send`], and it ends in the lane: there is no other way.

mod http;
mod refusals;
mod verdict;
mod web;

pub(super) use http::Hooks;

use super::cpu::CpuMeter;
use super::held::{Held, NoRoom};
use super::in_flight::InFlight;
use super::limits::Limits;
use airlock_egress::{Body, DryRun, EgressError, Lane, SendOptions};
use refusals::Refusals;
use std::sync::Arc;
use std::time::Duration;
use tracing::Instrument;
use verdict::Verdict;

/// What the host keeps of a request under way beside its bytes: a socket's buffers, tasks, records.
const EXCHANGE: usize = 16 << 10;

/// An instance's way out; without a lane, every request is refused.
pub(super) struct Door {
    lane: Option<Arc<Lane>>,
    dry_run: Option<Arc<DryRun>>,
    cpu: CpuMeter,
    limits: Limits,
    pub(super) refusals: Refusals,
    pub(super) in_flight: InFlight,
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
        limits: Limits,
    ) -> Self {
        Self {
            lane,
            dry_run,
            cpu,
            limits,
            refusals: Refusals::default(),
            in_flight: InFlight::default(),
        }
    }

    /// Room for an exchange of which the host keeps `bytes`.
    fn room(&self, bytes: usize) -> Result<Held, NoRoom> {
        Held::take(&self.limits, bytes.saturating_add(EXCHANGE))
    }

    /// Sends a request; what the host refuses comes back as an answer of its own.
    async fn send(
        &self,
        request: ::http::Request<Body>,
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
        let sent = lane.send(request, options);
        let answered = sent.instrument(self.in_flight.only()).await;
        self.cpu.reset();
        answered.or_else(|error| self.answer(&error))
    }

    /// The host's own answer to what it refuses (the contract's `airlock-refusal`); a verdict for what
    /// failed on the wire.
    fn answer(&self, error: &EgressError) -> Result<::http::Response<Body>, Verdict> {
        match error.refusal() {
            Some(refusal) => {
                self.refusals.note(&refusal);
                Ok(verdict::refuse(&refusal))
            }
            None => Err(error.into()),
        }
    }
}
