//! What the organisation says about its tables: names, columns, lookups, keys and choices.
//!
//! Nothing here is guessed from spelling: entity set names and navigation properties come from
//! metadata, are loaded only when an action needs them, and are kept per connection by
//! [`Catalog`]. Decisions (which table a name means, which names are near a wrong one) are pure.

pub mod catalog;
pub mod choice;
pub mod column;
mod facet;
pub mod key;
pub mod label;
pub mod lookup;
pub mod memory;
pub mod resolve;
mod slot;
pub mod table;
#[cfg(test)]
pub(crate) mod testing;

pub use catalog::{Catalog, Freshness};
pub use choice::{Choice, Choices};
pub use column::{Column, ColumnKind, Columns, Requirement};
pub use facet::{Bound, Bounds, DateShape, DateShapes};
pub use key::KeyDefinition;
pub use lookup::{Collection, Collections, Lookup, Lookups};
pub use memory::Memory;
pub use table::Table;
