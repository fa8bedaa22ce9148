//! The links of a query as the tree in which they are joined.
//!
//! Layer: fetchxml, pure.

use super::super::ast::{Link, LinkKind};

/// A link with its place among the sources.
pub(super) struct Planned<'q> {
    /// The link.
    pub(super) link: &'q Link,
    /// Its place.
    pub(super) source: usize,
    pub(super) parent: usize,
    /// Whether it can match several rows.
    pub(super) many: bool,
    /// The links in it.
    pub(super) children: Vec<Planned<'q>>,
}

impl Planned<'_> {
    /// Whether joining it can repeat a row.
    pub(super) fn multiplies(&self) -> bool {
        self.link.kind.has_columns() && (self.many || self.children.iter().any(Self::multiplies))
    }

    pub(super) fn narrows(&self) -> bool {
        matches!(self.link.kind, LinkKind::Inner | LinkKind::FirstRow)
            || self.link.kind == LinkKind::Outer && self.children.iter().any(Self::narrows)
    }
}
