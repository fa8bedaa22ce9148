//! Command-line flags from a JSON Schema.
//!
//! The command line knows no service: what `airlock run` accepts is derived, at run time, from the
//! input schema that the connector's manifest gives for the action. This folder is that derivation:
//! `facts` reads a schema, `shape` says how a value is typed on a command line, `property` joins
//! the two per property, `command` builds the clap arguments, `examples` shows whole lines of them
//! and `input` turns what was matched into the action's input document; `files` reads what `@file` points at.

mod choice;
mod command;
mod examples;
mod facts;
mod files;
mod input;
mod pairs;
mod property;
mod shape;

pub use choice::Choice;
pub use command::{arguments, groups};
pub use examples::examples;
pub use files::ReadFile;
pub use input::{FlagError, apply_text, collect, pair_value};
pub use pairs::{Pair, PairValue, parse as parse_pair};
pub use property::{Property, properties};
pub use shape::{Shape, kebab};
