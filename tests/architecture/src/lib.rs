//! The house stays as it is drawn: what a plan says and a compiler cannot know is held here, as tests.
//!
//! Reads manifests and sources as text, links nothing of what it judges, and knows no layer by name: the plan
//! itself stands in `layers.toml`, what is still to be mended in `known.toml`.
//!
//! - [`arrows`]: packages lean on what stands below them, and on nothing else.
//! - [`circles`]: no two files of a crate import each other, straight or round about.
//! - [`length`]: a file that is long says why.
//! - [`terminal`]: below the command line nobody speaks of flags, commands and standard streams.

pub mod arrows;
pub mod circles;
mod code;
mod fault;
pub mod known;
pub mod layers;
pub mod length;
mod manifest;
mod resolve;
pub mod terminal;
mod tokens;
mod tree;

pub use fault::Fault;
pub use manifest::Package;
pub use tree::Tree;
