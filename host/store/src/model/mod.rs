//! What a host remembers.
//!
//! Store layer: plain data, hardly any behaviour; secrets appear in none of these types but
//! [`Secrets`].

mod connection;
mod connector;
mod keyed_call;
mod run;
mod subscription;
mod work;

pub use connection::{Connection, Secrets};
pub use connector::Connector;
pub use keyed_call::{CallKey, KeptAnswer, KeyedCall};
pub use run::{Run, RunFailure, RunFilter, RunOutcome, RunStatus};
pub use subscription::{
    EventCounts, EventFilter, EventState, FoundEvent, KeptEvent, Polled, REMEMBERED_DEAD_LETTERS,
    REMEMBERED_EVENTS, Subscription, Wake,
};
pub use work::{Claim, LeaseTime, Next, Task, TaskKind, Wanted, WorkerId};
