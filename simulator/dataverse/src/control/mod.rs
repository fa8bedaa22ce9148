//! What only a simulator has: faults on demand, a clock that turns, a log of requests. The HTTP interface to them, under
//! `/sim`, is in [`sim`](crate::sim), which knows all organisations.
//!
//! Nothing here imitates Dataverse, and no path of Dataverse begins with `/sim`.

mod answer;
mod clock;
mod faults;
mod log;
mod rule;

pub use clock::{ClockSetting, OutOfRange, SimClock};
pub use faults::Faults;
pub use log::{LoggedAnswer, LoggedRequest, RequestLog, without_secrets};
pub use rule::{Effect, FailOver, Fault, FaultRule, RetryAfter};

/// Everything under this path belongs to the simulator.
pub const PREFIX: &str = "/sim";

/// What follows [`PREFIX`], when a path is the simulator's own.
pub fn relative_path(path: &str) -> Option<&str> {
    path.strip_prefix(PREFIX)
        .filter(|rest| rest.is_empty() || rest.starts_with('/'))
}
