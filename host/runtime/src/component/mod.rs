//! Components: kept by digest, compiled once, linked once.

mod cache;
mod files;
mod inspect;
mod load;

pub(crate) use cache::Cache;
pub(crate) use files::Files;
pub use inspect::Inspection;
pub(crate) use inspect::shape;
pub(crate) use load::{Component, Components};
