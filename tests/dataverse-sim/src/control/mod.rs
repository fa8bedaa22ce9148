//! What only a simulator has: faults on demand, a log of requests, and an HTTP interface to both under `/sim`.
//!
//! Nothing here imitates Dataverse, and no path of Dataverse begins with `/sim`.

mod admin;
mod answer;
mod clock;
mod faults;
mod log;

pub use admin::{PREFIX, handle};
pub use clock::{ClockSetting, OutOfRange, SimClock};
pub use faults::{Effect, Fault, FaultRule, Faults};
pub use log::{LoggedAnswer, LoggedRequest, RequestLog, without_secrets};
