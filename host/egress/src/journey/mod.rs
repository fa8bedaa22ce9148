//! The journey of one request through the ten stages: the stages decide, this carries what they answer from one to
//! the next and does all the waiting.

pub(crate) mod admission;
pub(crate) mod arrival;
pub(crate) mod audit_entry;
pub(crate) mod exchange;
