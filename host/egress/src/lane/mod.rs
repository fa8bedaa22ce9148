//! A lane: one connection's way out, with verdicts, pools, TLS sessions and quotas of its own.

pub(crate) mod core;
pub(crate) mod handle;
pub(crate) mod quota;
pub(crate) mod share;
pub(crate) mod target;
