//! The way out over real sockets: what it lets through, what it refuses, and what it never does.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests may stop on the first surprise, in their helpers too"
)]

mod addresses;
mod audit;
mod bodies;
mod credential;
mod deadlines;
mod dry_run;
mod headers;
mod idle;
mod interim;
#[cfg(feature = "lowered-defences")]
mod lowered;
#[cfg(feature = "lowered-defences")]
mod mark;
mod pools;
mod quota;
mod redaction;
mod redirects;
mod remembered;
mod renewal;
mod support;
mod tls;
mod tokens;
