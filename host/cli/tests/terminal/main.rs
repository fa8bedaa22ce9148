//! Connections, errors, completions and the doctor as a person and as a script meet them: the real binary,
//! the real component, a local Dataverse over real sockets, a real shell.

// Helpers outside test functions may stop too.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod addresses;
mod asking;
mod completions;
mod connections;
mod dialogue;
mod doctor;
mod errors;
mod house;
mod telling;
