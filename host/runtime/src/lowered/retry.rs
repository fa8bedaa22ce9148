//! The rule of retries, and none.

use crate::host::HostOptions;
use crate::instance::retry;

/// The rule, where it is up.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) enum Retry {
    /// As it ships.
    #[default]
    Ruled,
    /// Whatever kept an instance from starting, the next one is started.
    Unruled,
}

impl Retry {
    pub(crate) fn goes_elsewhere(self, started: bool) -> bool {
        match self {
            Self::Ruled => retry::Retry::default().goes_elsewhere(started),
            Self::Unruled => true,
        }
    }

    pub(crate) fn tries(self) -> usize {
        match self {
            Self::Ruled => retry::Retry::default().tries(),
            Self::Unruled => usize::MAX,
        }
    }
}

impl HostOptions {
    /// Has an instance that cannot start tried again and again. For behaviour tests only.
    pub fn start_without_end(mut self) -> Self {
        self.retry = Retry::Unruled;
        self
    }
}
