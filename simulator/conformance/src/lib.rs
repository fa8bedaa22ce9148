//! The golden cases: facts of the Web API reference, one row each, asked of the simulator over real sockets.
//!
//! A case file is data ([`case`]); each file gets a simulator of its own ([`simulator`]), its requests go out through
//! [`client`], and [`expect`] compares. [`sections`] knows the reference's table of contents and what is left out of
//! the cases and why; [`report`] prints both together. `README.md` beside this crate documents the format.

pub mod case;
pub mod client;
pub mod expect;
pub mod matching;
pub mod parts;
pub mod report;
pub mod run;
pub mod sections;
pub mod simulator;
pub mod variables;
