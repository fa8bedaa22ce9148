//! What a snapshot keeps.

use std::collections::BTreeMap;
use std::sync::Arc;

use parking_lot::Mutex;
use time::OffsetDateTime;

use crate::control::ClockSetting;
use crate::rows::Copy;
use crate::token::DirectoryState;

/// The snapshots of one simulator.
#[derive(Default)]
pub(super) struct Snapshots(pub(super) Mutex<BTreeMap<String, Arc<Snapshot>>>);

/// One of them.
pub(super) struct Snapshot {
    /// When it was taken, on the simulator's clock.
    pub(super) at: OffsetDateTime,
    /// Of each organisation, in their order.
    pub(super) copies: Vec<Copy>,
    pub(super) directory: DirectoryState,
    pub(super) clock: ClockSetting,
}

impl Snapshot {
    /// How large it is.
    pub(super) fn bytes(&self) -> u64 {
        self.copies.iter().map(Copy::bytes).sum()
    }
}
