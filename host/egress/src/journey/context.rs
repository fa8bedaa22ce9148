//! What stays the same on the way of one request.

use std::sync::Arc;

use tokio::time::Instant;

use crate::deadline::Deadline;
use crate::error::Waiting;
use crate::lane::core::LaneCore;
use crate::lane::handle::Lane;
use crate::message::{SendOptions, Sender};

/// One request on its way, without the request itself.
pub(crate) struct Journey<'a> {
    pub(crate) lane: &'a Lane,
    pub(crate) core: &'a Arc<LaneCore>,
    pub(crate) options: SendOptions,
    /// Until when everything has to be over.
    pub(crate) total: Deadline,
    pub(crate) started: Instant,
    pub(crate) sender: Sender,
}

impl<'a> Journey<'a> {
    /// Begins now.
    pub(crate) fn begin(lane: &'a Lane, options: SendOptions, sender: Sender) -> Self {
        let (core, started) = (&lane.core, Instant::now());
        let configured = core.shared.config.total_timeout();
        let length = options
            .deadline
            .map_or(configured, |deadline| deadline.min(configured));
        Self {
            lane,
            core,
            options,
            total: Deadline::after(started, length, Waiting::Total),
            started,
            sender,
        }
    }
}
