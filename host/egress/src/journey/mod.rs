//! The journey of one request through the ten stages: the stages decide, this carries what they answer from one to
//! the next and does all the waiting.
//!
//! Stages 1 to 5 end in [`admission`], unless a dry run ends it ([`rehearsal`]); 6 to 8 are the [`exchange`] and the
//! [`arrival`] of its answer; the [`audit_entry`] is open all the while, and so is a [`span`].

pub(crate) mod admission;
pub(crate) mod arrival;
pub(crate) mod audit_entry;
pub(crate) mod context;
pub(crate) mod exchange;
pub(crate) mod rehearsal;
pub(crate) mod send;
mod span;
