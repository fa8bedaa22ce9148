//! Reading: rows, pages, properties, links and counts, written as JSON straight from SQLite's cells.
//!
//! Layer: rows, above [`storage`](super::storage) and [`query`](crate::query).

pub mod aggregate;
mod annotations;
mod apply;
pub mod builder;
pub mod context_url;
pub mod expansion;
pub mod formatted;
pub mod json;
pub mod list;
pub mod node;
pub mod page;
pub mod plan;
pub mod projection;
pub mod property;
pub mod record;
pub mod references;
pub mod retrieve;
pub mod rules;
pub mod scan;
pub mod value;
