//! Command-line flags from a JSON Schema.
//!
//! The command line knows no service: what `airlock run` accepts is derived, at run time, from the
//! input schema that the connector's manifest gives for the action. `airlock_forms` makes fields of the
//! schema; here `property` gives each its flag, `command` builds the clap arguments, `examples` shows whole lines of them
//! and `input` turns what was matched into the action's input document; `files` reads what `@file` points at.

mod command;
mod examples;
mod files;
mod input;
mod kebab;
mod pairs;
mod property;

pub use airlock_forms::{EnumValue, Shape};
pub use command::{arguments, groups};
pub use examples::examples;
pub use files::ReadFile;
pub use input::{FlagError, apply_text, collect, pair_value};
pub use kebab::kebab;
pub use pairs::{Pair, PairValue, parse as parse_pair};
pub use property::{Property, properties};
