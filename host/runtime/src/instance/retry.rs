//! Whether a call to which its instance never came is tried in another one. Pure.
//!
//! What keeps an instance from starting keeps the next one from it as well: whoever tried again would
//! start one after the other until the deadline, at the cost of everybody's processors.

/// Instances that a call is given to at most. One may end before it comes to a call, for another's
/// sake; two in a row are no chance.
const TRIES: usize = 2;

/// The rule.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Retry(());

impl Retry {
    /// Whether a call goes to another instance after its own has ended, which had `started` or not.
    pub(crate) fn goes_elsewhere(self, started: bool) -> bool {
        started
    }

    /// Instances that a call is given to.
    pub(crate) fn tries(self) -> usize {
        TRIES
    }
}
