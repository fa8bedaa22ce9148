//! Work that hosts share: who does what, until when that counts, and when to try again or give up.
//!
//! Above the store, whose [`Work`](airlock_store::Work) keeps tasks and leases, and below whatever has work to do.
//! Nothing here knows what a task does. The rules are functions without a clock of their own:
//!
//! - [`LeaseRules`]: how long a host's lease lasts, and from when on it begins nothing more.
//! - [`Room`]: how much a host takes on, and of whom.
//! - [`Backoff`] and [`Attempts`]: when to try again, and when that has no use any more.
//!
//! [`Worker`] is the one piece that acts: a host's place among the others, and its lease.

mod attempts;
mod backoff;
mod lease;
mod room;
mod worker;

pub use attempts::{Attempts, Verdict};
pub use backoff::Backoff;
pub use lease::LeaseRules;
pub use room::Room;
pub use worker::Worker;
