//! The command line of Airlock: what `airlock` reads, asks, prints and answers.
//!
//! Layer: on top of `airlock-runtime`, which does all the work; here are only words for people.
//! `args` says what may be typed, `flags` derives an action's own flags from its schema, `commands`
//! has one file per command, `output` prints answers and `problem` prints what went wrong.

pub mod args;
mod closed;
mod commands;
mod compiler;
pub mod console;
mod context;
pub mod flags;
mod hosts;
mod logging;
mod narrow;
pub mod output;
mod places;
pub mod problem;
mod prose;
mod requests;
pub mod secrets;
mod start;
pub mod suggest;
pub mod term;
mod trace;

pub use start::run;
