//! What a host remembers.
//!
//! Store layer: plain data, no behaviour; secrets appear in none of these types but [`Secrets`].

mod connection;
mod connector;
mod run;

pub use connection::{Connection, Secrets};
pub use connector::Connector;
pub use run::{Run, RunOutcome};
