//! A table with what comes with it.

use crate::schema::{ManyToMany, OneToMany, TableParts};

/// What one definition gives.
#[derive(Clone, Debug)]
pub struct DefinedTable {
    /// The table.
    pub parts: TableParts,
    /// The relationships of its lookups.
    pub relationships: Vec<OneToMany>,
    /// The many-to-many relationships it declares.
    pub many_to_many: Vec<ManyToMany>,
    /// The intersect tables of these.
    pub intersects: Vec<TableParts>,
}
