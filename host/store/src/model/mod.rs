//! What a host remembers.
//!
//! Store layer: plain data, hardly any behaviour; secrets appear in none of these types but
//! [`Secrets`].

mod connection;
mod connector;
mod keyed_call;
mod run;

pub use connection::{Connection, Secrets};
pub use connector::Connector;
pub use keyed_call::{CallKey, KeptAnswer, KeyedCall};
pub use run::{Run, RunFailure, RunFilter, RunOutcome, RunStatus};
