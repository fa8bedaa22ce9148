//! Components: kept by digest, compiled once, linked once.

mod cache;
mod compile;
mod compiler;
mod files;
mod inspect;
mod load;
mod private;
mod weigh;

pub(crate) use cache::Cache;
pub(crate) use compile::Compile;
pub use compile::{Compiler, Compiling, CompilingFn};
pub use compiler::compile_for_host;
pub(crate) use files::Files;
pub use inspect::Inspection;
pub(crate) use inspect::shape;
pub(crate) use load::{Component, Components};
