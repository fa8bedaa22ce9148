//! From text to a tree and back, without any knowledge of values or functions' meaning.

mod parse;
mod print;
mod template;
mod tree;

pub use template::Template;
pub(crate) use template::{Part, Shape};
pub(crate) use tree::{Call, Expression, Key, Kind, Step};

/// How deep expressions may lie inside each other. The deepest of 19,197 in exported flows has 8 levels.
pub const MAX_DEPTH: usize = 100;

/// How many characters one expression may have, as the service has it.
pub const MAX_LENGTH: usize = 8192;
