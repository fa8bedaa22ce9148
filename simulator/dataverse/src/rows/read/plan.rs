//! A compiled retrieve, which the plan cache keeps.
//!
//! Layer: read, pure data.

use super::node::Node;

/// A compiled retrieve, which the plan cache keeps.
#[derive(Debug)]
pub struct Plan {
    pub(super) sql: String,
    pub(super) node: Node,
    /// Where the version is.
    pub(super) version: usize,
    /// What stands between the service root and `/$entity`.
    pub(super) context: String,
}
