//! The simulator over real sockets: what a client sees on the wire. One binary, because each would link the whole
//! simulator anew.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic)] // Helpers outside test functions may stop too.

mod batch;
mod control;
mod events;
mod faults;
mod front_door;
mod imported;
mod imported_activities;
mod imported_operations;
mod metadata;
mod organisations;
mod seeds;
mod sign_in;
mod snapshots;
mod support;
mod tokens;
mod transport;
