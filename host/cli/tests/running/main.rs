//! `airlock run` as a person and as a script meet it: the real binary, the real component, a local
//! Dataverse over real sockets.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)] // Helpers outside test functions may stop too.

mod contents;
mod desk;
mod dialects;
mod formats;
mod help;
mod hostile;
mod input;
mod interrupts;
mod paging;
mod subscriptions;
mod tables;
