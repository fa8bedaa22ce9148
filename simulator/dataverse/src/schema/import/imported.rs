//! What came of a document.

use crate::schema::SchemaParts;

/// A schema made from a document.
#[derive(Clone, Debug)]
pub struct Imported {
    /// The schema.
    pub parts: SchemaParts,
    /// What the document has and the schema has not, with the reason; for people.
    pub left_out: Vec<String>,
    /// Tables of the document.
    pub tables: usize,
}
